"""Summarise a run of `grade` as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..batch.progress_bar import duration
from ..course.catalog import load_catalog, title_of
from ..gradebook.connection import Gradebook
from ..gradebook.defaults import options
from ..gradebook.due_times import Extension, extension_for
from ..gradebook.queries import extensions_in_force, grades_of, rubric_of, unlisted
from ..gradebook.rubric import Rubric
from ..gradebook.run_summary import RunSummary
from ..i18n.texts import listed, say, worded
from ..submissions.collection import Collection, Handed
from ..submissions.roster import Student
from ..terminal.layout import clean, padded, width_of
from .enrolment import Enrolment, decisions, outside
from .sealed_exams import Marked, exam_json

if TYPE_CHECKING:
    from ..terminal.app import App

#: Maximum number of names printed per list; --json shows all.
SHOWN = 8


def show_run(
    app: App,
    gradebook: Gradebook,
    collection: Collection,
    outcome: RunSummary,
    marked: Marked,
    enrolment: Enrolment,
    seconds: float,
    *,
    as_json: bool,
) -> dict[str, Any] | None:
    """Print what a run did and what to do next, or return it as plain data if `as_json`.

    Raises GradebookError.
    """
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
        before = unlisted(connection, gradebook.course) if collection.roster else []
    missing = _missing(collection, outcome)
    lists = _lists(collection, rubric, outcome, extensions_in_force(gradebook, rubric))
    lists["missing"] = [f"{collection.head(one)} {' '.join(ids)}" for one, ids in missing]
    lists["order_guessed"] = _guesses(gradebook, collection, rubric)
    lists["unlisted_before"] = sorted(set(before) - set(lists["unlisted"]))
    lists |= enrolment.lists()
    lists["outside"] = outside(gradebook, collection)
    problems = [worded(problem.sentence) for problem in collection.problems]
    problems += [f"{where}: {worded(why)}" for where, why in outcome.unreadable]
    if as_json:
        return {
            "gradebook": gradebook.place,
            "course": gradebook.course,
            "submissions": len(collection.handed),
            "students": len({collection.head(item.student) for item in collection.handed}),
            "graded": outcome.graded,
            "shared": outcome.shared,
            "graded_before": outcome.before,
            "graded_again": outcome.renewed,
            "without_layers": dict(outcome.without),
            "other_key": dict(outcome.other_key),
            "seconds": round(seconds, 3),
            "exercises": {id: dict(states) for id, states in sorted(outcome.states.items())},
            **lists,
            "exams": exam_json(marked),
            "problems": problems,
            "faults": _faults(outcome),
        }
    again = options(gradebook.place, gradebook.course)
    app.out(_lines(app, collection, outcome, seconds, again))
    for name, found in lists.items():
        if name == "missing" and found:
            app.out([say("grade", "missing", count=len(found))])
            app.out(_missing_lines(collection, missing))
        elif found:
            app.out([_list_line(name, found)])
    app.out(decisions(enrolment.doubts, again))
    if lists["outside"]:
        app.note(say("grade", "outside_hint", options=again))
    for key, entries in (("problems", problems), ("faults", _faults(outcome))):
        if entries:
            app.out([app.paint(say("grade", key, count=len(entries)), "bold", "yellow")])
            app.out(f"  {clean(entry)}" for entry in entries[:SHOWN])
            if len(entries) > SHOWN:
                app.out([f"  {say('grade', 'more', count=len(entries) - SHOWN)}"])
    app.out([say("grade", "place", place=gradebook.place)])
    app.note(say("grade", "resume" if outcome.faults else "next", options=again))
    return None


def _lines(
    app: App, collection: Collection, outcome: RunSummary, seconds: float, again: str
) -> Iterator[str]:
    students = len({collection.head(item.student) for item in collection.handed})
    rate = outcome.graded / seconds if seconds else 0.0
    yield say(
        "grade",
        "done",
        graded=outcome.graded,
        students=students,
        time=duration(seconds),
        rate=f"{rate:.0f}",
    )
    if outcome.shared:
        yield say("grade", "shared", count=outcome.shared)
    if outcome.before:
        yield say("grade", "before", count=outcome.before)
    if outcome.renewed:
        yield say("grade", "renewed", count=outcome.renewed)
    for layers, count in sorted(outcome.without.items()):
        shown = say("grade", "without", count=count, layers=listed(layers.split()))
        yield app.paint(shown, "bold", "yellow")
    for exercise, count in sorted(outcome.other_key.items()):
        note = say("grade", "other_key", count=count, id=exercise, options=again)
        yield app.paint(note, "yellow")
    catalog = load_catalog()
    for id in (id for id in catalog.exercises if id in outcome.states):
        states = outcome.states[id]
        counts = " · ".join(
            f"{say('grade', f'state.{state}')} {states[state]}"
            for state in ("passed", "failed", "forbidden", "limit", "not_loaded", "not_started")
            if states[state]
        )
        yield f"  {app.paint(id, 'bold')}  {title_of(catalog.exercises[id])}: {counts}"


def _guesses(gradebook: Gradebook, collection: Collection, rubric: Rubric) -> list[str]:
    """Return work of this run, as `student exercise`, whose counted attempt rests on a guess."""
    if rubric.count == "best" and rubric.limit is None:
        return []
    now = {(collection.head(item.student), item.exercise.id) for item in collection.handed}
    everyone = grades_of(gradebook, rubric=rubric, exercises=sorted({id for _, id in now}))
    return [
        f"{student.id} {id}"
        for student in everyone
        for id, grade in student.grades.items()
        if grade.guessed and (student.id, id) in now
    ]


def _missing(collection: Collection, outcome: RunSummary) -> list[tuple[Student, list[str]]]:
    """Return students of the roster with the exercises that others handed in and they did not."""
    stubs = {place.origin for place in outcome.stubs}
    return collection.missing([i for i in collection.handed if i.origin not in stubs])


def _missing_lines(
    collection: Collection, missing: Sequence[tuple[Student, list[str]]]
) -> Iterator[str]:
    """Yield a line for each student with missing work, all with names for writing to them."""
    rows = [(clean(collection.head(one)), clean(one.name), " ".join(ids)) for one, ids in missing]
    widths = [max(width_of(row[at]) for row in rows) for at in (0, 1)]
    for id, name, ids in rows:
        yield f"  {padded(id, widths[0])}  {padded(name, widths[1])}  {ids}"


def _lists(
    collection: Collection,
    rubric: Rubric,
    outcome: RunSummary,
    extended: Mapping[str, Mapping[str, Extension]],
) -> dict[str, list[str]]:
    """Return lists of work that is late, handed in twice, a stub, or not of a listed student.

    `missing` is empty; the caller fills it.
    """
    stubs = {place.origin for place in outcome.stubs}
    head = collection.roster.head if collection.roster else str
    handed = [item for item in collection.handed if item.origin not in stubs]
    late = [
        f"{collection.head(item.student)} {item.exercise.id}"
        for item in handed
        if _is_late(item, rubric, extended.get(collection.head(item.student), {}))
    ]
    return {
        "missing": [],
        "late": late,
        "double": [
            f"{collection.head(student)} {info.id} ({', '.join(item.filename for item in items)})"
            for student, info, items in collection.doubles(handed)
        ],
        "stubs": list(
            dict.fromkeys(f"{head(place.student)} {place.exercise}" for place in outcome.stubs)
        ),
        "unlisted": list(dict.fromkeys(map(collection.head, collection.unlisted()))),
    }


def _is_late(item: Handed, rubric: Rubric, own: Mapping[str, Extension]) -> bool:
    """Return whether a file is late, by the same rules as its grade."""
    extension = extension_for(item.exercise.id, own)
    of_class = rubric.due.get(item.exercise.id)
    due = extension.due(of_class) if extension else of_class
    if due is not None and item.submitted_at is not None:
        return rubric.late.days(due, item.submitted_at) > 0
    return item.late and extension is None


def _list_line(name: str, found: list[str]) -> str:
    shown = listed(clean(entry) for entry in found[:SHOWN])
    more = f" … {say('grade', 'more', count=len(found) - SHOWN)}" if len(found) > SHOWN else ""
    return say("grade", name, count=len(found)) + f"  {shown}{more}"


def _faults(outcome: RunSummary) -> list[str]:
    return [f"{where}: {worded(why)}" for where, why in outcome.faults]
