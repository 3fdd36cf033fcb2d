"""Measure a cold check and a save in `watch` with the plain child of Windows and macOS.

python benchmarks/plain.py [--repetitions 20] [--record]

LEARNCNN_PLAIN selects the plain child. A cold check is compared with importing numpy and click,
the fastest possible time, and a save with one in a sandboxed child.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from harness import Result, Target, milliseconds, show, time_commands
from startup import FLOORS, SOLUTIONS
from watch import save_to_verdict

COLD = "check ex01 in a plain child / import numpy, click"
SAVE = "watch: save → verdict (numpy), plain child / sandboxed child"
#: Pause from a verdict to the next save, in seconds: the next interpreter needs it to import its
#: library, as it usually has between two saves.
PAUSES = {"numpy": 1.0, "torch": 4.0}
SAVE_TORCH = "watch: save → verdict (torch), plain child / sandboxed child"
TARGETS = {COLD: Target(2.5), SAVE: Target(2.0), SAVE_TORCH: Target(2.0)}


def measure(repetitions: int = 20) -> Result:
    """Time a cold check, then saves, in both kinds of child."""
    learncnn = str(Path(sys.executable).with_name("learncnn"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        time_commands({"start": [learncnn, "start", str(root)]}, 0)
        (root / "ex01_cross_correlation.py").write_text(SOLUTIONS["numpy"])
        check = [learncnn, "--root", str(root), "check", "ex01"]
        commands = {
            "numpy, click": [sys.executable, *FLOORS["numpy, click"]],
            "check, sandboxed child": check,
            "check, plain child": ["env", "LEARNCNN_PLAIN=1", *check],
        }
        timings = time_commands(commands, repetitions)
    figures = [(name, milliseconds(timing.median)) for name, timing in timings.items()]
    ratios = {COLD: timings["check, plain child"].median / timings["numpy, click"].median}
    for framework, name in (("numpy", SAVE), ("torch", SAVE_TORCH)):
        seconds = [
            save_to_verdict(framework, repetitions, plain=plain, pause=PAUSES[framework])
            for plain in (False, True)
        ]
        for kind, value in zip(("sandboxed", "plain"), seconds, strict=True):
            figures.append((f"save → verdict ({framework}), {kind} child", milliseconds(value)))
        ratios[name] = seconds[1] / seconds[0]
    return Result("Without a sandbox, as on Windows and macOS", figures, ratios, TARGETS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
