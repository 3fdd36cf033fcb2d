"""A loaded machine must not fail a right answer: limits are extended once before they count."""

import subprocess
import sys

from .arena import RIGHT, attacks, opened_arena, verdicts_of

SPIN = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass"


def test_right_answers_pass_and_loops_end_while_all_cores_are_busy():
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(4)]
    loop = next(attack for attack in attacks() if attack.id == "A03_deaf_loop")
    try:
        with opened_arena() as arena:
            found = [verdicts_of(arena.grade(RIGHT, "ex01", "numpy")) for _ in range(10)]
            assert found == [{"PASS"}] * 10
            assert verdicts_of(arena.run(loop)) == {"TIMEOUT"}
    finally:
        for process in spinning:
            process.kill()
            process.wait()
