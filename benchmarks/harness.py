"""Timing whole commands side by side: interleaved repetitions, medians, ratios in one run.

A digit measured on one machine says little; the ratio of two medians measured in the same run,
with their repetitions taking turns, says much.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def time_commands(
    commands: Mapping[str, Sequence[str]], repetitions: int, cwd: Path | None = None
) -> dict[str, Timing]:
    """Run every command `repetitions` times, taking turns, after one warm-up each."""

    def runner(command: Sequence[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, cwd=cwd, capture_output=True, check=False)

    return time_calls({name: runner(command) for name, command in commands.items()}, repetitions)


def time_calls(calls: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, Timing]:
    """Call everything `repetitions` times, taking turns, after one warm-up each."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(repetitions):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - started)
    return {name: Timing(name, tuple(values)) for name, values in seconds.items()}


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


def report_ratios(
    ratios: Mapping[str, float], targets: Mapping[str, float], *, record: bool
) -> str:
    """A Markdown table of ratios with their targets and what moved since the last record."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    rows = ["| ratio | now | target | last recorded |", "|---|---|---|---|"]
    for name, ratio in ratios.items():
        last = known.get(name)
        moved = last is not None and abs(ratio / last - 1) > MOVED
        before = "" if last is None else f"{last:.2f}{' (moved)' if moved else ''}"
        target = f"{targets[name]:g}" if name in targets else ""
        rows.append(f"| {name} | {ratio:.2f} | {target} | {before} |")
    if record:
        RECORD.write_text(json.dumps({**known, **ratios}, indent=1, sort_keys=True) + "\n")
    return "\n".join(rows)
