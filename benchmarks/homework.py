"""Measure how well the grader diagnoses homework whose faults are known.

python benchmarks/homework.py                 grade all of homework/ and count by exercise
    --only ex08,ex12       only some exercises
    --list                 list every function with its faults, its diagnosis and false statements
    --record before|now    save the figures
    --write                write docs/diagnosis.md from the saved figures

The exit code is 1 if the grader makes a false statement. The submissions are written by hand in
the styles of different schools; homework/manifest.toml contains their true faults.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from homework_findings import Finding, findings
from homework_truth import FOLDER

FIGURES = FOLDER / "figures.json"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "diagnosis.md"
#: Minimum share of the points that a function with right values should get.
FAIR = 0.85
ALL = "all"


@dataclass(frozen=True)
class Counts:
    """Numbers of functions of an exercise, by the grader's statements about them."""

    #: Functions with wrong values that run, in all and by the best true statement about them.
    wrong: int = 0
    exact: int = 0
    part: int = 0
    explained: int = 0
    drawn: int = 0
    #: Functions of all kinds about which a false statement was made.
    false: int = 0
    #: Functions with right values: in all, shown as right, passing on both axes, and with at least
    #: `FAIR` of the points.
    right: int = 0
    shown: int = 0
    passed: int = 0
    fair: int = 0
    #: Functions that run on no case, and those whose reason is explained.
    stopped: int = 0
    reason: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> list[int]:
        return list(asdict(self).values())


def counts_of(found: Finding) -> Counts:
    """Return the counts of one function."""
    false, said = int(bool(found.false)), found.outcome
    if found.truth.right:
        return Counts(
            right=1,
            shown=int(said in ("passed", "right")),
            passed=int(said == "passed"),
            fair=int(found.share >= FAIR),
            false=false,
        )
    if not found.truth.runs:
        return Counts(stopped=1, reason=int(said == "explained"), false=false)
    named = {said: 1} if said in ("exact", "part", "explained", "drawn") else {}
    return Counts(wrong=1, false=false, **named)


def counts_by_exercise(found: Iterable[Finding]) -> dict[str, Counts]:
    """Return the counts of all functions by exercise, and their sum under `ALL`."""
    counts: dict[str, Counts] = {}
    for each in found:
        for name in (each.homework.exercise, ALL):
            counts[name] = counts.get(name, Counts()) + counts_of(each)
    return {name: counts[name] for name in (*sorted(counts.keys() - {ALL}), ALL) if name in counts}


def table(counts: Mapping[str, Counts]) -> str:
    """Return the counts as a Markdown table."""
    rows = [
        "| | wrong | named | in part | explained | drawn | false | right | shown | ≥ 85 % | passed"
        " | stopped | reason |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, c in counts.items():
        cells = (
            *(c.wrong, c.exact, c.part, c.explained, c.drawn, c.false),
            *(c.right, c.shown, c.fair, c.passed, c.stopped, c.reason),
        )
        rows.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(rows)


def summary(counts: Counts) -> list[tuple[str, str]]:
    """Return the shares that have targets, each with its label."""
    wrong, right = counts.wrong or 1, counts.right or 1
    named = counts.exact
    told = named + counts.part + counts.explained
    return [
        ("wrong values, run: named exactly (target ≥ 70 %)", f"{named / wrong:.0%}"),
        ("… named, named in part or explained (≥ 85 %)", f"{told / wrong:.0%}"),
        ("… or drawn where the main fault acts (≥ 95 %)", f"{(told + counts.drawn) / wrong:.0%}"),
        ("functions of which something false is said (0)", str(counts.false)),
        ("right values: shown as right (100 %)", f"{counts.shown / right:.0%}"),
        ("… with at least 85 % of the points (100 %)", f"{counts.fair / right:.0%}"),
        ("run on no case: the reason explained", f"{counts.reason} of {counts.stopped}"),
    ]


def line_of(found: Finding) -> str:
    """Return the diagnosis of one function, in one line."""
    faults = "+".join(found.truth.faults) or ("right" if found.truth.right else "stopped")
    false = f"   FALSE: {', '.join(found.false)}" if found.false else ""
    share = f" {found.share:.0%}" if found.truth.right else ""
    said = ", ".join(found.said) or "nothing"
    where = f"{found.homework.file} {found.function}"
    return f"{found.outcome:9}{share} {where}: {faults} ← {said}{false}"


PAGE_TEXT = """# How often a mistake is named

Made by `python benchmarks/homework.py --record now --write`; do not edit.

{submissions} submissions, written by hand as students of different schools write: loops and
slices, channels last, habits of Python 2, half-finished work, the idioms of well-known courses.
They have up to three faults each, in their numbers, in what a function promises, or errors of a
library; what is true of each function is known (`benchmarks/homework/manifest.toml`), and the
grader's statements are compared with it.

Functions with wrong values that run are counted by the best statement that is true: the mistake
is **named** exactly, named **in part**, or **explained** by a condition, an amount or a library's
error; where nothing is said, the case shown is one on which the main fault acts (**drawn**).
**False** counts functions of which anything untrue is said, a broken promise included. Functions
with **right** values should be **shown** as right, whatever they promise and do not keep, with
at least **85 %** of the points; those that keep every promise too **pass**. **Stopped** are
functions that run on no case; the last column counts those whose **reason** is explained.

| | before | now |
|---|--:|--:|
{summary}

## Now

{now}

## Before values and promises were judged apart

{before}
"""


def page() -> str:
    """Return the content of docs/diagnosis.md."""
    known = remembered()
    before, now = known["before"], known["now"]
    lines = [
        f"| {what} | {then} | {share} |"
        for (what, then), (_, share) in zip(summary(before[ALL]), summary(now[ALL]), strict=True)
    ]
    return PAGE_TEXT.format(
        submissions=len(list(FOLDER.glob("ex*/*.py"))),
        summary="\n".join(lines),
        now=table(now),
        before=table(before),
    )


def remembered() -> dict[str, dict[str, Counts]]:
    """Return the saved figures, by name of the run and exercise."""
    if not FIGURES.exists():
        return {}
    document = json.loads(FIGURES.read_text("utf-8"))
    return {
        name: {exercise: Counts(**counts) for exercise, counts in rows.items()}
        for name, rows in document.items()
    }


def remember(name: str, counts: Mapping[str, Counts]) -> None:
    """Save the figures of a run of all exercises."""
    every = {**remembered(), name: counts}
    document = {
        name: {exercise: asdict(row) for exercise, row in rows.items()}
        for name, rows in every.items()
    }
    FIGURES.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="EX,EX…", help="some exercises")
    parser.add_argument("--list", action="store_true", help="what was said of every function")
    parser.add_argument("--record", choices=("before", "now"), help="remember the figures")
    parser.add_argument("--write", action="store_true", help="write docs/diagnosis.md")
    options = parser.parse_args()
    found = list(findings([name for name in options.only.split(",") if name]))
    if not found:
        parser.error(f"no submission of {options.only}")
    if options.list:
        print("\n".join(line_of(each) for each in found), end="\n\n")
    counts = counts_by_exercise(found)
    print(table(counts), end="\n\n")
    print("\n".join(f"{share:>9}  {what}" for what, share in summary(counts[ALL])))
    if options.record:
        if options.only:
            parser.error("--record takes all exercises")
        remember(options.record, counts)
    if options.write:
        PAGE.write_text(page(), "utf-8")
    return 1 if counts[ALL].false else 0


if __name__ == "__main__":
    sys.exit(main())
