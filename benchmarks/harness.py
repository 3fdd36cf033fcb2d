"""Time alternatives with interleaved repetitions, and report medians and their ratios.

A time measured on one machine says little about another. The ratio of two medians from the same
run, with alternating repetitions, carries over much better.
"""

from __future__ import annotations

import compileall
import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import learncnn

RECORD = Path(__file__).resolve().parent / "recorded.json"
#: Relative change of a ratio, on the same machine, above which it is reported as moved.
MOVED = 0.15


@dataclass(frozen=True)
class Timing:
    """The durations of one alternative's repetitions, in seconds."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Target:
    """The bound that a ratio should stay below, or above."""

    bound: float
    above: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.above else '≤'} {self.bound:g}"

    def met(self, ratio: float) -> bool:
        """Return whether a ratio is within the bound."""
        return ratio >= self.bound if self.above else ratio <= self.bound


@dataclass(frozen=True)
class Result:
    """The result of one benchmark."""

    title: str
    #: Pairs of label and value, formatted for display.
    figures: Sequence[tuple[str, str]]
    ratios: Mapping[str, float]
    targets: Mapping[str, Target] = field(default_factory=dict)


def time_commands(
    commands: Mapping[str, Sequence[str]], repetitions: int, cwd: Path | None = None
) -> dict[str, Timing]:
    """Run the commands `repetitions` times in turn, after one warm-up each."""

    def runner(command: Sequence[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=cwd, capture_output=True, check=False)

    return time_calls({name: runner(command) for name, command in commands.items()}, repetitions)


def time_calls(calls: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Timing]:
    """Call the functions `repetitions` times in turn, after one warm-up each."""
    compile_once()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(repetitions):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - started)
    return {name: Timing(name, tuple(values)) for name, values in seconds.items()}


def numbers(text: str) -> list[int]:
    """Parse an option such as `10,100` into numbers."""
    return [int(number) for number in text.split(",")]


@cache
def compile_once() -> None:
    """Compile learncnn's modules, as pip does; an editable installation may lack the bytecode."""
    compileall.compile_dir(Path(learncnn.__file__).parent / "grader", quiet=2)
    for name in ("__init__", "__main__", "cli"):
        compileall.compile_file(Path(learncnn.__file__).with_name(f"{name}.py"), quiet=2)


def machine() -> str:
    """Return a line about the machine: processor, cores, Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    cores = 1
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model, cores = (names[0] if names else model), max(1, len(names))
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def milliseconds(seconds: float) -> str:
    """Format a duration in milliseconds, or in microseconds if it is below 1 ms."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1000:.{1 if seconds < 0.1 else 0}f} ms"


def figures_table(result: Result) -> str:
    """Return the figures as a Markdown table."""
    rows = [f"| {what} | {how_much} |" for what, how_much in result.figures]
    return "\n".join(["| measured | |", "|---|---|", *rows])


def ratios_table(result: Result) -> str:
    """Return the ratios as a Markdown table, with targets and changes since the last record."""
    known = recorded_ratios()
    rows = ["| ratio | now | target | last recorded |", "|---|---|---|---|"]
    for name, ratio in result.ratios.items():
        target = result.targets.get(name)
        goal = "" if target is None else f"{target}{'' if target.met(ratio) else ' (missed)'}"
        before = f"{known[name]:.3g}" if name in known else ""
        moved = f" ({moved_by(name, ratio, known):+.0%})" if has_moved(name, ratio, known) else ""
        rows.append(f"| {name} | {ratio:.3g} | {goal} | {before}{moved} |")
    return "\n".join(rows)


def moved_by(name: str, ratio: float, known: Mapping[str, float]) -> float:
    """Return the relative change of a ratio since it was recorded."""
    return ratio / known[name] - 1


def has_moved(name: str, ratio: float, known: Mapping[str, float]) -> bool:
    """Return whether a ratio has changed by more than `MOVED` since it was recorded."""
    return name in known and abs(moved_by(name, ratio, known)) > MOVED


def recorded_ratios() -> dict[str, float]:
    """Return the recorded ratios; empty if there is no record."""
    ratios: dict[str, float] = _record()["ratios"]
    return ratios


def recorded_machine() -> str:
    """Return the machine on which the ratios were recorded."""
    return str(_record()["machine"])


def record(ratios: Mapping[str, float]) -> None:
    """Save ratios; those of other benchmarks are kept."""
    document = {"machine": machine(), "ratios": {**recorded_ratios(), **ratios}}
    RECORD.write_text(json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _record() -> dict[str, object]:
    if not RECORD.exists():
        return {"machine": "", "ratios": {}}
    document: dict[str, object] = json.loads(RECORD.read_text())
    return document


def show(result: Result, *, keep: bool) -> None:
    """Print the result of a benchmark, and save its ratios if `keep` is set."""
    print(f"{result.title}. {machine()}\n")
    print(figures_table(result), end="\n\n")
    print(ratios_table(result))
    if keep:
        record(result.ratios)
