"""Run the `similar` command: collect, compare, print the similar submissions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ..batch.progress_bar import ProgressBar
from ..course.catalog import load_catalog
from ..errors import SubmissionError, UsageError
from ..files.writing import write_aside
from ..gradebook.connection import open_gradebook
from ..gradebook.defaults import COURSE
from ..gradebook.identity import identify
from ..gradebook.people import read_people
from ..gradebook.stored_hand_ins import stored_hand_ins
from ..i18n.texts import say, worded
from ..submissions.collect import collect
from ..submissions.collection import Collection, Handed
from ..submissions.deadline import deadline
from ..submissions.roster_file import read_roster
from ..submissions.submission import parse_submission
from ..terminal.layout import clean, clipped, padded
from .clusters import Cluster, clusters_of, together
from .fingerprints import read_sources
from .known_students import Known, known_of, label_of
from .pairs import Pair, find_pairs
from .similar_json import document_of
from .similar_page import page

if TYPE_CHECKING:
    from ..terminal.app import App

#: Maximum number of clusters printed on a terminal; the page and --json contain all.
SHOWN = 20
#: Minimum width of a student's label, in columns.
NAME = 30


@dataclass(frozen=True)
class SimilarRequest:
    """The submissions to compare, and the settings of the comparison."""

    paths: tuple[Path, ...]
    #: Names of exercises; all if empty.
    exercises: tuple[str, ...] = ()
    roster: Path | None = None
    #: Minimum similarity of a reported pair, from 0 to 1.
    threshold: float = 0.6
    #: Paths of another term's submissions.
    against: tuple[Path, ...] = ()
    #: Gradebook of the students, whose stored hand-ins are compared if `paths` is empty.
    gradebook: str | None = None
    course: str = COURSE


@dataclass
class Found:
    """The result of a comparison."""

    pairs: list[Pair] = field(default_factory=list)
    #: Sections and points from the gradebook.
    known: Known = field(default_factory=Known)
    #: Number of compared submissions of this term, by exercise.
    counts: dict[str, int] = field(default_factory=dict)
    #: A sentence for each submission that could not be read.
    problems: list[str] = field(default_factory=list)


def run_similar(app: App, wanted: SimilarRequest, out: Path | None, *, as_json: bool) -> int:
    """Compare submissions, print and save the result, and return the exit code.

    The code is 0 if every submission could be read, else 1. Raises UsageError.
    """
    if not wanted.paths and wanted.gradebook is None:
        raise UsageError("similar", "no_paths")
    roster = read_roster(wanted.roster) if wanted.roster else None
    with ExitStack() as stack:
        gradebook = None
        if wanted.gradebook is not None:
            found_book = open_gradebook(wanted.gradebook, course=wanted.course)
            gradebook = stack.enter_context(closing(found_book))
            with gradebook.reading() as connection:
                roster = identify(roster, read_people(connection, wanted.course)).roster
        if wanted.paths:
            collected = collect(wanted.paths, exercises=wanted.exercises, roster=roster)
        else:
            assert gradebook is not None
            collected = stored_hand_ins(gradebook, wanted.exercises)
        collection = stack.enter_context(collected)
        earlier = None
        if wanted.against:
            others = collect(wanted.against, exercises=wanted.exercises, roster=None)
            earlier = stack.enter_context(others)
        found = compare_all(collection, wanted.threshold, earlier)
        if gradebook is not None:
            found.known = known_of(gradebook, found.pairs)
    clusters = clusters_of(found.pairs)
    if out:
        _save(out, page(clusters, found.counts, wanted.threshold, found.known))
    if as_json:
        document = document_of(found, clusters, wanted.threshold)
        app.out([json.dumps(document, ensure_ascii=False, indent=1)])
    else:
        app.note(*(say("similar", "problem", message=clean(p)) for p in found.problems))
        app.out(_lines(app, found, clusters, wanted.threshold))
    if out:
        app.note(say("similar", "written", path=out))
    return 1 if found.problems else 0


def compare_all(
    collection: Collection, threshold: float, earlier: Collection | None = None
) -> Found:
    """Compare all submissions, exercise by exercise, without running them."""
    found = Found(problems=[worded(problem.sentence) for problem in collection.problems])
    readable = [(item, False) for item in _readable(collection, found.problems)]
    if earlier is not None:
        found.problems += [worded(problem.sentence) for problem in earlier.problems]
        readable += [(item, True) for item in _readable(earlier, found.problems)]
    progress = ProgressBar(len(readable))
    ordered = sorted(readable, key=lambda each: each[0][0].exercise.id)
    for id, group in groupby(ordered, key=lambda each: each[0][0].exercise.id):
        own = list(group)
        before = sum(is_earlier for _, is_earlier in own)
        items = [item for item, _ in own]
        sources = read_sources(load_catalog().exercises[id], items, before)
        found.pairs += find_pairs(sources, threshold, lambda: progress.update(progress.done + 1))
        found.counts[id] = len(sources) - before
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


def _lines(app: App, found: Found, clusters: Sequence[Cluster], threshold: float) -> Iterator[str]:
    values = {"submissions": sum(found.counts.values()), "percent": f"{threshold:.0%}"}
    if not clusters:
        yield say("similar", "none", **values)
        return
    yield say("similar", "clusters", count=len(clusters), pairs=len(found.pairs), **values)
    for cluster in clusters[:SHOWN]:
        yield from _cluster(app, cluster, found.known)
    if (more := len(clusters) - SHOWN) > 0:
        yield say("similar", "more", count=more)
    if several := together(clusters):
        yield say("similar", "together")
    for one, two, ids in several[:SHOWN]:
        names = [padded(clipped(label_of(source), NAME), NAME) for source in (one, two)]
        yield f"  {'  '.join(names)}  {' '.join(ids)}"
    yield say("similar", "meaning")


def _cluster(app: App, cluster: Cluster, known: Known) -> Iterator[str]:
    """Yield the lines of a cluster: one for two members, else a heading and one for each."""
    same = f"  {say('similar', 'identical')}" if cluster.identical else ""
    if len(cluster.members) == 2:
        names = [label_of(source, known, cluster.exercise.id) for source in cluster.members]
        width = max(NAME, (app.width - 32) // 2)
        short = [clipped(name, width) for name in names]
        row = f"{cluster.most:5.0%}  {cluster.exercise.id}  {padded(short[0], width)}  {short[1]}"
        yield f"{row}{same}"
        return
    count = say("similar", "students", count=len(cluster.members))
    least, most = f"{cluster.least:.0%}", f"{cluster.most:.0%}"
    span = most if least == most else f"{least.removesuffix('%')}–{most}"
    yield f"{span:>5}  {cluster.exercise.id}  {count}{same}"
    yield from (
        f"       {label_of(source, known, cluster.exercise.id)}" for source in cluster.members
    )


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_aside(path, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=path, reason=reason) from error
