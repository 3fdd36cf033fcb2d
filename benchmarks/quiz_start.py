"""How fast `quiz` shows its first question, against an empty click group.

python benchmarks/quiz_start.py [--repetitions 15] [--record]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from harness import machine, report_ratios, time_calls
from startup import FLOORS

NAME = "first question of quiz ex03 / empty click group"
TARGET = 1.5


def until_output(command: Sequence[str], cwd: str) -> Callable[[], object]:
    """Run a command until it has written something, then end its input."""

    def call() -> None:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.stdin.close()
        process.stdout.read()
        process.wait()

    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--record", action="store_true", help="remember the ratio")
    options = parser.parse_args()
    learncnn = str(Path(sys.executable).with_name("learncnn"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([learncnn, "start", folder], capture_output=True, check=True)
        calls = {
            "click group": until_output([sys.executable, *FLOORS["click group"]], folder),
            "quiz": until_output([learncnn, "quiz", "ex03"], folder),
        }
        timings = time_calls(calls, options.repetitions)
    print(f"{machine()}; medians of {options.repetitions}\n")
    for timing in timings.values():
        print(f"{timing.name:14} {timing.median * 1000:8.1f} ms")
    ratio = timings["quiz"].median / timings["click group"].median
    print("\n" + report_ratios({NAME: ratio}, {NAME: TARGET}, record=options.record))


if __name__ == "__main__":
    main()
