"""`similar` as a command: collect, compare, say which pairs are alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..batch.progress_bar import ProgressBar
from ..course.catalog import load_catalog
from ..errors import SubmissionError, UsageError
from ..files.writing import write_aside
from ..i18n.texts import say, worded
from ..submissions.collect import collect
from ..submissions.collection import Collection, Handed
from ..submissions.deadline import deadline
from ..submissions.roster_file import read_roster
from ..submissions.submission import parse_submission
from ..terminal.layout import clean, clipped, padded
from .fingerprints import read_sources
from .pairs import Pair, Side, find_pairs
from .similar_page import label_of, page

if TYPE_CHECKING:
    from ..terminal.app import App

#: So many pairs are shown on a terminal; the page and --json have all.
SHOWN = 20
#: Columns of a student.
NAME = 30


@dataclass(frozen=True)
class SimilarRequest:
    """What to compare."""

    paths: tuple[Path, ...]
    #: Names of exercises; all if empty.
    exercises: tuple[str, ...] = ()
    roster: Path | None = None
    #: From which similarity on a pair is worth a look.
    threshold: float = 0.6


@dataclass
class Found:
    """What came of it."""

    pairs: list[Pair] = field(default_factory=list)
    #: How many submissions were compared, by exercise.
    counts: dict[str, int] = field(default_factory=dict)
    #: What could not be read, and why.
    problems: list[str] = field(default_factory=list)


def run_similar(app: App, wanted: SimilarRequest, out: Path | None, *, as_json: bool) -> int:
    """Compare and show; 0 if everything could be read, 1 if not. Raises UsageError."""
    roster = read_roster(wanted.roster) if wanted.roster else None
    with collect(wanted.paths, exercises=wanted.exercises, roster=roster) as collection:
        found = compare_all(collection, wanted.threshold)
    if out:
        _save(out, page(found.pairs, found.counts, wanted.threshold))
    if as_json:
        app.out([json.dumps(_document(found, wanted.threshold), ensure_ascii=False, indent=1)])
    else:
        app.note(*(say("similar", "problem", message=clean(p)) for p in found.problems))
        app.out(_lines(found, wanted.threshold))
    if out:
        app.note(say("similar", "written", path=out))
    return 1 if found.problems else 0


def compare_all(collection: Collection, threshold: float) -> Found:
    """Everything that was handed in, by exercise. No submission is run."""
    found = Found(problems=[str(problem) for problem in collection.problems])
    readable = list(_readable(collection, found.problems))
    progress = ProgressBar(len(readable))
    by_exercise = sorted(readable, key=lambda item: item[0].exercise.id)
    for id, group in groupby(by_exercise, key=lambda item: item[0].exercise.id):
        sources = read_sources(load_catalog().exercises[id], list(group))
        found.pairs += find_pairs(sources, threshold, lambda: progress.at(progress.done + 1))
        found.counts[id] = len(sources)
    progress.finish()
    found.pairs.sort(key=lambda pair: pair.order)
    return found


def _readable(collection: Collection, problems: list[str]) -> Iterator[tuple[Handed, str]]:
    for item in collection.handed:
        try:
            with deadline(item.origin):
                source = parse_submission(item.read(), item.filename).source
        except SubmissionError as error:
            problems.append(f"{item.origin}: {worded(error)}")
        else:
            yield item, source


def _lines(found: Found, threshold: float) -> Iterator[str]:
    values = {"submissions": sum(found.counts.values()), "percent": f"{threshold:.0%}"}
    if not found.pairs:
        yield say("similar", "none", **values)
        return
    yield say("similar", "pairs", count=len(found.pairs), **values)
    for pair in found.pairs[:SHOWN]:
        names = [clipped(label_of(s.source.handed.student), NAME) for s in (pair.left, pair.right)]
        same = f"  {say('similar', 'identical')}" if pair.identical else ""
        row = f"{pair.similarity:5.0%}  {pair.exercise.id}  {padded(names[0], NAME)}  {names[1]}"
        yield f"{row}{same}"
    if (more := len(found.pairs) - SHOWN) > 0:
        yield say("similar", "more", count=more)
    yield say("similar", "meaning")


def _document(found: Found, threshold: float) -> Mapping[str, Any]:
    return {
        "threshold": threshold,
        "submissions": found.counts,
        "pairs": [
            {
                "exercise": pair.exercise.id,
                "similarity": round(pair.similarity, 4),
                "identical": pair.identical,
                "submissions": [_side(side) for side in (pair.left, pair.right)],
            }
            for pair in found.pairs
        ],
        "problems": found.problems,
    }


def _side(side: Side) -> Mapping[str, Any]:
    handed = side.source.handed
    return {
        "student": handed.student.id,
        "name": handed.student.name,
        "origin": handed.origin,
        "share": round(side.share, 4),
        "lines": _line_ranges(side),
    }


def _line_ranges(side: Side) -> Sequence[tuple[int, int]]:
    """Which lines of the submission as it is shown are alike: (first, last)."""
    text, at, line = side.source.text, 0, 1
    ranges = []
    for a, b in side.spans:
        first = line + text.count("\n", at, a)
        at, line = b, first + text.count("\n", a, b)
        ranges.append((first, line))
    return ranges


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_aside(path, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(say("workspace", "unwritable", path=path, reason=reason)) from error
