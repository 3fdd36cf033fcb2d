"""Measure the time from a save to the verdict of `learncnn watch` in a pseudo-terminal.

python benchmarks/watch.py [--repetitions 20] [--record]
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Result, milliseconds, show, time_commands
from startup import SOLUTIONS

#: Target time from a save to the verdict, in milliseconds.
TARGETS_MS = {"numpy": 60, "torch": 80}
#: Maximum wait for output, in seconds; the first check takes longest, because it imports torch.
PATIENCE = 120.0
VERDICT = b"   hidden "
#: Pause before the next save, in seconds; a save at once would be merged with the one before.
PAUSE = 0.5


def measure(repetitions: int = 20) -> Result:
    """Time saves in both frameworks, relative to starting Python."""
    floor = time_commands({"python": [sys.executable, "-c", "pass"]}, 10)["python"].median
    figures, ratios = [("python", milliseconds(floor))], {}
    for framework, target in TARGETS_MS.items():
        seconds = save_to_verdict(framework, repetitions)
        figures.append((f"{framework} (asked for: {target} ms)", milliseconds(seconds)))
        ratios[f"watch: save → verdict ({framework}) / python -c pass"] = seconds / floor
    return Result("From a save to the verdict on the screen", figures, ratios)


def save_to_verdict(
    framework: str, repetitions: int, *, plain: bool = False, pause: float = PAUSE
) -> float:
    """Return the median time from writing a wrong solution to its verdict's line, in seconds.

    `pause` is the time from a verdict to the next save, in seconds. With `plain`, the solution
    runs in a child without a sandbox.
    """
    folder = Path(tempfile.mkdtemp())
    learncnn = [sys.executable, "-m", "learncnn"]
    start = [*learncnn, "start", str(folder), "--framework", framework]
    subprocess.run(start, check=True, capture_output=True)
    ours, theirs = pty.openpty()
    watch = subprocess.Popen(
        [*learncnn, "watch", "ex01"],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | ({"LEARNCNN_PLAIN": "1"} if plain else {}),
    )
    os.close(theirs)
    wrong = SOLUTIONS[framework].replace("return ", "return 1 + ")
    seconds = []
    try:
        _wait_for(ours, b"ex01")
        for number in range(repetitions + 1):
            time.sleep(pause)
            _drain(ours)
            source = f"{wrong}\n# {number}\n"
            started = time.perf_counter()
            (folder / "ex01_cross_correlation.py").write_text(source)
            _wait_for(ours, VERDICT)
            seconds.append(time.perf_counter() - started)
    finally:
        watch.terminate()
        watch.wait()
        os.close(ours)
        shutil.rmtree(folder)
    return statistics.median(seconds[1:])


def _wait_for(terminal: int, text: bytes) -> None:
    said = b""
    while text not in said:
        if not select.select([terminal], [], [], PATIENCE)[0]:
            raise SystemExit(f"{text.decode()!r} was not said, but: {said.decode()}")
        said += os.read(terminal, 1 << 16)


def _drain(terminal: int) -> None:
    while select.select([terminal], [], [], 0)[0]:
        os.read(terminal, 1 << 16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
