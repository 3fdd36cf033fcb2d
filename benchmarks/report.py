"""Run all benchmarks, list the ratios that changed, and write docs/performance.md.

python benchmarks/report.py                        short form: minutes, without peers from PyPI
python benchmarks/report.py --full --peers DIR     everything, as shown in the documentation
    --record    save the ratios, for comparison in the next run
    --write     write docs/performance.md
    --only      names, such as: startup,references

The exit code is 1 if a benchmark could not run; it does not depend on the measured times.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from gpu_section import with_section
from harness import (
    MOVED,
    Result,
    figures_table,
    has_moved,
    machine,
    moved_by,
    ratios_table,
    record,
    recorded_machine,
    recorded_ratios,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
INTRODUCTION = """# Performance

Made by `python benchmarks/report.py --full --peers DIR --write`; do not edit.

Medians of repetitions that take turns, on {machine}, {date}. Only the ratios say something about
another machine: both of their sides were measured in the same run. The graders beside learncnn
judge the same cases of ex01 on the same submissions, and none of them isolates what it runs;
learncnn does, with every layer of its sandbox. Each benchmark is a command of its own in
`benchmarks/`.
"""


class Benchmark(NamedTuple):
    """Arguments of a benchmark module's `measure`, in the short and in the full form."""

    short: Mapping[str, object]
    full: Mapping[str, object]


BENCHMARKS = {
    "startup": Benchmark({"repetitions": 5}, {"repetitions": 15}),
    "quiz_start": Benchmark({"repetitions": 5}, {"repetitions": 15}),
    "watch": Benchmark({"repetitions": 5}, {"repetitions": 20}),
    "serve_page": Benchmark({"repetitions": 5}, {"repetitions": 20}),
    "plain": Benchmark({"repetitions": 2}, {"repetitions": 20}),
    "grading": Benchmark({"repetitions": 30}, {"repetitions": 200}),
    "serve": Benchmark({"repetitions": 3}, {"repetitions": 10}),
    "throughput": Benchmark({"counts": (10, 100), "repetitions": 2}, {}),
    "gradebook": Benchmark(
        {"submissions": 60, "repetitions": 1},
        {"submissions": 1000, "repetitions": 5, "kills": 10},
    ),
    "class_pages": Benchmark({"count": 40, "exercises": 8}, {}),
    "peers": Benchmark(
        {"submissions": 20, "repetitions": 3}, {"submissions": 50, "repetitions": 5}
    ),
    "memory": Benchmark({"counts": (50, 200)}, {"counts": (100, 1000, 10_000)}),
    "references": Benchmark(
        {"repetitions": 5, "processes": 1}, {"repetitions": 30, "processes": 5}
    ),
}


def run(names: Sequence[str], *, full: bool, peers: Path | None) -> tuple[list[Result], list[str]]:
    """Run benchmarks; return the results, and the names of those that could not run."""
    results, failed = [], []
    for name in names:
        told = dict(BENCHMARKS[name].full if full else BENCHMARKS[name].short)
        if name == "peers":
            told["peers"] = peers
        started = time.monotonic()
        try:
            measure: Callable[..., Result] = import_module(name).measure
            results.append(measure(**told))
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return results, failed


def moved_lines(results: Sequence[Result]) -> list[str]:
    """Return lines about the ratios that have moved since they were recorded."""
    known = recorded_ratios()
    if not known:
        return ["Nothing was recorded before; --record does."]
    ratios = {name: ratio for result in results for name, ratio in result.ratios.items()}
    moved = [name for name, ratio in ratios.items() if has_moved(name, ratio, known)]
    compared = sum(name in known for name in ratios)
    lines = [f"{len(moved)} of {compared} ratios moved by more than {MOVED:.0%}."]
    if recorded_machine() != machine():
        lines.append(f"They were recorded on another machine: {recorded_machine()}.")
    for name in moved:
        change = moved_by(name, ratios[name], known)
        lines.append(f"  {change:+.0%}  {name}: {known[name]:.3g} → {ratios[name]:.3g}")
    return lines


def tables(results: Sequence[Result]) -> str:
    """Return every result under its title, as Markdown."""
    parts = [
        f"## {result.title}\n\n{figures_table(result)}\n\n{ratios_table(result)}\n"
        for result in results
    ]
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="as the documentation shows it")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="the peers' environment")
    parser.add_argument("--only", default=",".join(BENCHMARKS), metavar="NAME,NAME…")
    parser.add_argument("--record", action="store_true", help="remember the ratios")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    peers = None
    if options.peers:
        from peers import install

        peers = options.peers.absolute()
        if not (peers / "bin" / "python").exists():
            install(peers)
    results, failed = run(names, full=options.full, peers=peers)
    print(f"{machine()}\n\n{tables(results)}")
    print("\n".join(moved_lines(results)))
    if failed:
        print(f"Could not run: {', '.join(failed)}")
    if options.write:
        date = datetime.date.today().isoformat()
        text = INTRODUCTION.format(machine=machine(), date=date)
        PAGE.write_text(with_section(f"{text}\n{tables(results)}"), "utf-8")
    if options.record:
        for result in results:
            record(result.ratios)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
