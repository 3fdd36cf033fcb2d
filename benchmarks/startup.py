"""Measure the time that commands take, relative to the fastest possible times.

python benchmarks/startup.py [--repetitions 15] [--record]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from harness import Result, Target, milliseconds, show, time_commands

FLOORS = {
    "python": ["-c", "pass"],
    "numpy, click": ["-c", "import numpy, click"],
    "torch": ["-c", "import torch"],
    "click group": [
        "-c",
        "import click\n@click.group()\ndef main(): pass\nmain(['--help'])",
    ],
}
#: A check imports numpy in two processes: what that takes at least on this machine's cores.
TWICE = '"$0" -c "import numpy, click" & "$0" -c "import numpy, click"; wait'
SOLUTIONS = {
    "numpy": """
import numpy as np
def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
""",
    "torch": """
import torch
def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y
""",
}
#: Command, floor and target of each ratio.
RATIOS = {
    "check ex01 (numpy) / import numpy, click": ("check numpy", "numpy, click", Target(1.4)),
    "check ex01 (numpy) / the same twice at once": ("check numpy", "twice at once", None),
    "check ex01 (torch) / import torch": ("check torch", "torch", Target(1.2)),
    "--help / empty click group": ("help", "click group", Target(1.3)),
    "list / empty click group": ("list", "click group", None),
    "hint ex01 / empty click group": ("hint", "click group", None),
}


def measure(repetitions: int = 15) -> Result:
    """Time the commands and the floors, in turn."""
    learncnn = str(Path(sys.executable).with_name("learncnn"))
    with tempfile.TemporaryDirectory() as folder:
        commands = {name: [sys.executable, *rest] for name, rest in FLOORS.items()}
        commands["twice at once"] = ["sh", "-c", TWICE, sys.executable]
        commands["help"] = [learncnn, "--help"]
        commands["list"] = [learncnn, "list"]
        commands["hint"] = [learncnn, "--root", f"{folder}/numpy", "hint", "ex01"]
        for framework, source in SOLUTIONS.items():
            root = Path(folder) / framework
            start = [learncnn, "start", str(root), "--framework", framework]
            time_commands({"start": start}, 0)
            (root / "ex01_cross_correlation.py").write_text(source)
            commands[f"check {framework}"] = [learncnn, "--root", str(root), "check", "ex01"]
        timings = time_commands(commands, repetitions)
    figures = [(name, milliseconds(timing.median)) for name, timing in timings.items()]
    ratios = {
        name: timings[command].median / timings[floor].median
        for name, (command, floor, _) in RATIOS.items()
    }
    targets = {name: target for name, (_, _, target) in RATIOS.items() if target is not None}
    return Result("Starting up, against what nothing can be faster than", figures, ratios, targets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.repetitions), keep=options.record)


if __name__ == "__main__":
    main()
