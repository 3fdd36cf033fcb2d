"""Measure the time until `quiz` shows its first question, relative to an empty click group.

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

from harness import Result, Target, milliseconds, show, time_calls
from startup import FLOORS

NAME = "first question of quiz ex03 / empty click group"
TARGET = Target(1.5)


def until_output(command: Sequence[str], cwd: str) -> Callable[[], object]:
    """Return a function that runs a command until its first output, then closes its input."""

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


def measure(repetitions: int = 15) -> Result:
    """Time the first question and an empty click group, in turn."""
    learncnn = str(Path(sys.executable).with_name("learncnn"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([learncnn, "start", folder], capture_output=True, check=True)
        calls = {
            "click group": until_output([sys.executable, *FLOORS["click group"]], folder),
            "quiz": until_output([learncnn, "quiz", "ex03"], folder),
        }
        timings = time_calls(calls, repetitions)
    figures = [(name, milliseconds(timing.median)) for name, timing in timings.items()]
    ratio = timings["quiz"].median / timings["click group"].median
    return Result("The first question of a quiz", figures, {NAME: ratio}, {NAME: TARGET})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--record", action="store_true", help="remember the ratio")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
