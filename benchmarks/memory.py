"""Measure the memory of a grading run for several class sizes; it should not grow.

python benchmarks/memory.py [--counts 100,1000,10000] [--framework numpy] [--record]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gradebook import write_class
from harness import Result, Target, numbers, show

TARGET = Target(1.25)
#: Interval between readings of the processes' memory, in seconds.
LOOK = 0.05


def peaks(root: Path, place: Path) -> tuple[float, float]:
    """Return the peak resident memory of `learncnn grade`, and of any descendant, in MiB.

    The kernel records each process's peak, which is read while the process runs. Raises
    RuntimeError if the command fails.
    """
    command = [
        sys.executable,
        "-m",
        "learncnn",
        "grade",
        "--practice",
        str(root),
        "--gradebook",
        str(place),
    ]
    output = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=output, stderr=output, cwd=place.parent)
    own, below = 0.0, 0.0
    while process.poll() is None:
        own = max(own, high_water(process.pid))
        below = max([below, *map(high_water, descendants(process.pid))])
        time.sleep(LOOK)
    if process.returncode:
        raise RuntimeError(f"learncnn grade ended with {process.returncode}")
    return own, below


def high_water(pid: int) -> float:
    """Return the peak resident memory of a process, in MiB; 0 if the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def descendants(pid: int) -> Iterator[int]:
    """Yield the pids of all descendants of a process."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(n) for task in tasks for n in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from descendants(child)


def measure(counts: Sequence[int] = (100, 1000, 10_000), framework: str = "numpy") -> Result:
    """Measure one run for each class size, and the ratios of the largest to the smallest."""
    figures: list[tuple[str, str]] = []
    found: list[tuple[float, float]] = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            root = write_class(Path(folder) / "class", framework, count)
            own, below = peaks(root, Path(folder) / "peak.sqlite")
        found.append((own, below))
        shown = f"{own:.0f} MiB, largest process below {below:.0f} MiB"
        figures.append((f"{count} {framework} submissions: learncnn grade", shown))
    sizes = f"{counts[-1]} / {counts[0]} {framework} submissions"
    ratios = {
        f"peak memory, {sizes}": found[-1][0] / found[0][0],
        f"peak memory of a worker, {sizes}": found[-1][1] / found[0][1],
    }
    return Result("Memory over the size of a class", figures, ratios, dict.fromkeys(ratios, TARGET))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=numbers, default="100,1000,10000")
    parser.add_argument("--framework", choices=["numpy", "torch"], default="numpy")
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    options = parser.parse_args()
    show(measure(options.counts, options.framework), keep=options.record)


if __name__ == "__main__":
    main()
