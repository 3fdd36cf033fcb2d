"""`grade` as a command: collect, grade into the gradebook, say what was found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..batch.grading_worker import check_device, check_sandbox, check_wrap
from ..batch.progress_bar import Progress, duration
from ..batch.tasks import cores
from ..course.catalog import load_catalog, title_of
from ..errors import UsageError
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.course_exercises import add_exercises
from ..gradebook.defaults import options
from ..gradebook.grade_request import Request, begin_run, finish_run, read_seed, unfinished_request
from ..gradebook.grade_run import GradeRun, Outcome
from ..gradebook.queries import grades_of, rubric_of, unlisted
from ..gradebook.rubric import Rubric, read_rubric
from ..gradebook.tables import courses
from ..i18n.texts import say
from ..quiz.exams.exam import load_exam
from ..submissions.collect import collect
from ..submissions.collection import Collection
from ..submissions.roster_file import read_roster
from ..terminal.layout import clean
from .enrolment import Enrolment, begin, decisions, outside
from .sealed_exams import Marked, exam_json, exam_lines, mark_collection

if TYPE_CHECKING:
    from ..terminal.app import App

#: So many names are shown of each list; --json shows all.
SHOWN = 8
INTERRUPTED = 130


def run_grade(
    app: App,
    request: Request,
    *,
    place: str | None,
    course: str,
    rubric: str | None = None,
    jobs: int | None = None,
    feedback: Path | None = None,
    resume: bool = False,
    as_json: bool = False,
) -> int:
    """Grade what is asked for; 0 if all of it has a report, 1 if not, 130 after a Ctrl-C."""
    read = read_rubric(Path(rubric)) if rubric else None
    if not request.paths and not resume:
        raise UsageError(say("grade", "no_paths"))
    if request.answer_sheets and not request.exams:
        raise UsageError(say("exam", "sheets_of_what"))
    if resume and not request.paths:
        request = _unfinished(place, course)
    check_device(request.device)
    check_sandbox(request.require_sandbox)
    check_wrap(request.wrap, request.device)
    roster = read_roster(Path(request.roster)) if request.roster else None
    exams = [load_exam(Path(path)) for path in request.exams]
    request = _absolute(request)
    paths = [Path(path) for path in request.paths]
    # Nothing is written before all that was named has been found good.
    enrolment = begin(roster, place, course)
    roster = enrolment.identified.roster
    with (
        collect(paths, exercises=request.exercises, roster=roster) as collection,
        closing(open_gradebook(place, course=course, create=True)) as gradebook,
    ):
        enrolment = enrolment.checked(collection, yes=request.yes)
        seed = _seed(app, request, gradebook)
        if read is not None:
            keep_rubric(app, gradebook, read)
        id, number = begin_run(gradebook, request, resume=resume)
        run = GradeRun(
            gradebook,
            request.settings(seed),
            jobs=jobs or cores(),
            framework=request.framework,
            number=number,
        )
        enrolment.write(gradebook, collection)
        _name_exercises(app, gradebook, request)
        progress = Progress(len(collection.handed))
        try:
            outcome = run.grade(collection, progress)
        except KeyboardInterrupt:
            progress.finish()
            again = options(gradebook.place, course)
            app.note(say("grade", "interrupted", done=run.outcome.graded, options=again))
            return INTERRUPTED
        finally:
            progress.finish()
        sheets = Path(request.answer_sheets) if request.answer_sheets else None
        marked = mark_collection(gradebook, collection, exams, sheets, number)
        if not outcome.faults:
            finish_run(gradebook, id)
        _show(
            app,
            gradebook,
            collection,
            outcome,
            marked,
            enrolment,
            progress.seconds,
            as_json=as_json,
        )
        if not as_json:
            app.out(exam_lines(marked, collection, sheets))
        if feedback:
            from .feedback_pages import feedback_line

            app.note(feedback_line(gradebook, feedback))
    good = not (outcome.faults or outcome.unreadable or collection.problems)
    return 0 if good and enrolment.clear else 1


def _name_exercises(app: App, gradebook: Gradebook, request: Request) -> None:
    """Take the exercises that are named over into the course's."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in request.exercises]
    with gradebook.writing() as connection:
        added = add_exercises(connection, gradebook.course, ids)
    if added:
        app.note(say("grade", "exercises_added", names=", ".join(added)))


def _unfinished(place: str | None, course: str) -> Request:
    with closing(open_gradebook(place, course=course)) as gradebook:
        return unfinished_request(gradebook)


def keep_rubric(app: App, gradebook: Gradebook, rubric: Rubric) -> None:
    """Put a rubric into force; grades follow from it from now on."""
    if rubric.zoneless:
        zone = datetime.now().astimezone().isoformat()[-6:]
        app.note(say("rubric", "zoneless", zone=zone))
    with gradebook.writing() as connection:
        connection.execute(
            sa.update(courses).where(courses.c.id == gradebook.course).values(rubric=rubric.text)
        )


def _absolute(request: Request) -> Request:
    def absolute(path: str | None) -> str | None:
        return os.path.abspath(path) if path else None

    return replace(
        request,
        paths=tuple(os.path.abspath(path) for path in request.paths),
        roster=absolute(request.roster),
        private_seed=absolute(request.private_seed),
        exams=tuple(os.path.abspath(path) for path in request.exams),
        answer_sheets=absolute(request.answer_sheets),
    )


def _seed(app: App, request: Request, gradebook: Gradebook) -> str | None:
    if request.private_seed is None:
        app.note(say("grade", "practice"))
        return None
    seed, made = read_seed(Path(request.private_seed), gradebook)
    if made:
        app.note(say("grade", "seed_made", path=request.private_seed))
    return seed


def _show(
    app: App,
    gradebook: Gradebook,
    collection: Collection,
    outcome: Outcome,
    marked: Marked,
    enrolment: Enrolment,
    seconds: float,
    *,
    as_json: bool,
) -> None:
    with gradebook.reading() as connection:
        rubric = rubric_of(connection, gradebook.course)
        before = unlisted(connection, gradebook.course) if collection.roster else []
    lists = _lists(collection, rubric, outcome)
    lists["order_guessed"] = _guesses(gradebook, collection, rubric)
    lists["unlisted_before"] = sorted(set(before) - set(lists["unlisted"]))
    lists |= enrolment.lists()
    lists["outside"] = outside(gradebook, collection)
    problems = [str(problem) for problem in collection.problems]
    problems += [f"{where}: {why}" for where, why in outcome.unreadable]
    if as_json:
        import json

        document = {
            "gradebook": gradebook.place,
            "course": gradebook.course,
            "submissions": len(collection.handed),
            "students": len({collection.head(item.student) for item in collection.handed}),
            "graded": outcome.graded,
            "shared": outcome.shared,
            "graded_before": outcome.before,
            "other_key": dict(outcome.other_key),
            "seconds": round(seconds, 3),
            "exercises": {id: dict(states) for id, states in sorted(outcome.states.items())},
            **lists,
            "exams": exam_json(marked),
            "problems": problems,
            "faults": [f"{where}: {why}" for where, why in outcome.faults],
        }
        app.out([json.dumps(document, ensure_ascii=False, indent=1)])
        return
    app.out(_lines(app, collection, outcome, seconds))
    for name, found in lists.items():
        if found:
            app.out([_list_line(name, found)])
    again = options(gradebook.place, gradebook.course)
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


def _lines(app: App, collection: Collection, outcome: Outcome, seconds: float) -> Iterator[str]:
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
    for exercise, count in sorted(outcome.other_key.items()):
        note = say("grade", "other_key", count=count, id=exercise)
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
    """Whose attempt that counts follows from an order that is a guess, of those handed in now."""
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


def _lists(collection: Collection, rubric: Rubric, outcome: Outcome) -> dict[str, list[str]]:
    """Who is missing, late, double or not on the roster, and who handed in nothing but a stub."""
    stubs = {place.origin for place in outcome.stubs}
    head = collection.roster.head if collection.roster else str
    handed = [item for item in collection.handed if item.origin not in stubs]
    late = [
        f"{collection.head(item.student)} {item.exercise.id}"
        for item in handed
        if item.late
        or (
            item.submitted_at is not None
            and (due := rubric.due.get(item.exercise.id)) is not None
            and rubric.late.days(due, item.submitted_at) > 0
        )
    ]
    return {
        "missing": [
            f"{collection.head(student)} {' '.join(exercises)}"
            for student, exercises in collection.missing(handed)
        ],
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


def _list_line(name: str, found: list[str]) -> str:
    shown = ", ".join(clean(entry) for entry in found[:SHOWN])
    more = f" … {say('grade', 'more', count=len(found) - SHOWN)}" if len(found) > SHOWN else ""
    return say("grade", name, count=len(found)) + f"  {shown}{more}"


def _faults(outcome: Outcome) -> list[str]:
    return [f"{where}: {why}" for where, why in outcome.faults]


def options_of(values: dict[str, Any]) -> Request:
    """The request of the command's options."""
    names = Request.__dataclass_fields__
    return Request(**{name: value for name, value in values.items() if name in names})
