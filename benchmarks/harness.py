"""Time alternatives side by side: interleaved repetitions, medians, ratios within one run.

A digit measured on one machine says little; the ratio of two medians measured in the same run,
with their repetitions taking turns, says much.
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
#: A ratio that moved by more than this is worth a look on the same machine.
MOVED = 0.15


@dataclass(frozen=True)
class Timing:
    """Seconds of the repetitions of one thing."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median in seconds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Target:
    """What a ratio should stay below, or above."""

    bound: float
    above: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.above else '≤'} {self.bound:g}"

    def met(self, ratio: float) -> bool:
        """Whether a ratio is where it should be."""
        return ratio >= self.bound if self.above else ratio <= self.bound


@dataclass(frozen=True)
class Result:
    """What one benchmark found."""

    title: str
    #: (what, how much) as a person reads them.
    figures: Sequence[tuple[str, str]]
    ratios: Mapping[str, float]
    targets: Mapping[str, Target] = field(default_factory=dict)


def time_commands(
    commands: Mapping[str, Sequence[str]], repetitions: int, cwd: Path | None = None
) -> dict[str, Timing]:
    """Run every command `repetitions` times, taking turns, after one warm-up each."""

    def runner(command: Sequence[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=cwd, capture_output=True, check=False)

    return time_calls({name: runner(command) for name, command in commands.items()}, repetitions)


def time_calls(calls: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Timing]:
    """Call everything `repetitions` times, taking turns, after one warm-up each."""
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
    """`10,100` as numbers, for an option."""
    return [int(number) for number in text.split(",")]


@cache
def compile_once() -> None:
    """Compile learncnn, as pip does; what is installed to be edited may not be compiled."""
    compileall.compile_dir(Path(learncnn.__file__).parent / "grader", quiet=2)
    for name in ("__init__", "__main__", "cli"):
        compileall.compile_file(Path(learncnn.__file__).with_name(f"{name}.py"), quiet=2)


def machine() -> str:
    """The machine in a line: processor, cores, Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    cores = 1
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model, cores = (names[0] if names else model), max(1, len(names))
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def milliseconds(seconds: float) -> str:
    """A duration as the tables show it."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1000:.{1 if seconds < 0.1 else 0}f} ms"


def figures_table(result: Result) -> str:
    """What was measured, as Markdown."""
    rows = [f"| {what} | {how_much} |" for what, how_much in result.figures]
    return "\n".join(["| measured | |", "|---|---|", *rows])


def ratios_table(result: Result) -> str:
    """The ratios as Markdown, with their targets and what moved since the last record."""
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
    """How far a ratio is from the recorded one, as a share of it."""
    return ratio / known[name] - 1


def has_moved(name: str, ratio: float, known: Mapping[str, float]) -> bool:
    """Whether a ratio has moved so far that one should look."""
    return name in known and abs(moved_by(name, ratio, known)) > MOVED


def recorded_ratios() -> dict[str, float]:
    """The ratios of the last record; empty without one."""
    ratios: dict[str, float] = _record()["ratios"]
    return ratios


def recorded_machine() -> str:
    """Where they were recorded."""
    return str(_record()["machine"])


def record(ratios: Mapping[str, float]) -> None:
    """Remember ratios; those of other benchmarks stay."""
    document = {"machine": machine(), "ratios": {**recorded_ratios(), **ratios}}
    RECORD.write_text(json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def _record() -> dict[str, object]:
    if not RECORD.exists():
        return {"machine": "", "ratios": {}}
    document: dict[str, object] = json.loads(RECORD.read_text())
    return document


def show(result: Result, *, keep: bool) -> None:
    """Print what a benchmark found; remember its ratios if wanted."""
    print(f"{result.title}. {machine()}\n")
    print(figures_table(result), end="\n\n")
    print(ratios_table(result))
    if keep:
        record(result.ratios)
