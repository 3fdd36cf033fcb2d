"""What is said of homework whose faults are known: named, named in part, explained, drawn, false.

python benchmarks/homework.py                 grades all of homework/ and counts by exercise
    --only ex08,ex12       some exercises
    --list                 every function: its faults, what was said of it, what is false
    --record before|now    remember the figures
    --write                write docs/diagnosis.md from the remembered figures

Ends with 1 if anything false is said. The submissions are written by hand, as students of
different schools write; homework/manifest.toml holds their truth.
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
#: Share of the points that a function gets at least if its values are right.
FAIR = 0.85
ALL = "all"


@dataclass(frozen=True)
class Counts:
    """Functions of an exercise, counted by what was said of them."""

    #: Functions with wrong values that run, and the best that was said of them.
    wrong: int = 0
    exact: int = 0
    part: int = 0
    explained: int = 0
    drawn: int = 0
    #: Functions of all kinds of which something false was said.
    false: int = 0
    #: Functions with right values: shown as right, passed on both axes, with a fair share.
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
    """Count one function."""
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
    """Count all functions by exercise, and in all."""
    counts: dict[str, Counts] = {}
    for each in found:
        for name in (each.homework.exercise, ALL):
            counts[name] = counts.get(name, Counts()) + counts_of(each)
    return {name: counts[name] for name in (*sorted(counts.keys() - {ALL}), ALL) if name in counts}


def table(counts: Mapping[str, Counts]) -> str:
    """Return the counts as Markdown."""
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
    """Return the shares that the targets speak of."""
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
    """Return what was said of one function, in one line."""
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
    """Return docs/diagnosis.md."""
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
    """Return the figures of earlier runs, by name and exercise."""
    if not FIGURES.exists():
        return {}
    document = json.loads(FIGURES.read_text("utf-8"))
    return {
        name: {exercise: Counts(**counts) for exercise, counts in rows.items()}
        for name, rows in document.items()
    }


def remember(name: str, counts: Mapping[str, Counts]) -> None:
    """Keep the figures of a run of all exercises."""
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
