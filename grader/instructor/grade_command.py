"""Run the `grade` command: collect, grade into the gradebook, print the results."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..batch.grading_worker import check_device, check_sandbox, check_wrap
from ..batch.progress_bar import ProgressBar
from ..course.catalog import load_catalog
from ..errors import Message, UsageError
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.course_exercises import add_exercises
from ..gradebook.defaults import options
from ..gradebook.grade_request import (
    GradeRequest,
    begin_run,
    finish_run,
    unfinished_requests,
)
from ..gradebook.grade_run import GradeRun
from ..gradebook.rubric import Rubric, read_rubric
from ..i18n.texts import listed, say, worded
from ..quiz.exams.exam import load_exam
from ..submissions.collect import collect
from ..submissions.roster_file import read_roster
from .authors import login
from .course_settings import keep_rubric, note_unknown_names
from .enrolment import begin
from .grade_summary import show_run
from .graders import ClusterOptions, graders
from .sealed_exams import exam_lines, mark_collection
from .seed_choice import check_words, seed_for_class

if TYPE_CHECKING:
    from ..terminal.app import App

#: Exit code after Ctrl-C: 128 + SIGINT, as shells report it.
INTERRUPTED = 130


def run_grade(
    app: App,
    request: GradeRequest,
    *,
    place: str | None,
    course: str,
    rubric: str | None = None,
    author: str | None = None,
    jobs: int | None = None,
    cluster: ClusterOptions | None = None,
    feedback: Path | None = None,
    resume: bool = False,
    as_json: bool = False,
) -> int:
    """Grade the requested submissions and return the exit code.

    0 if all have a report and nothing is left to decide, 130 after Ctrl-C, otherwise 1. `resume`
    without paths continues every unfinished run of the course.
    """
    if cluster is None:
        check_sandbox(request.require_sandbox)
    read = read_rubric(Path(rubric)) if rubric else None
    if not request.paths and not resume:
        raise UsageError("grade", "no_paths")
    if request.answer_sheets and not request.exams:
        raise UsageError("exam", "sheets_of_what")
    requests = [request] if request.paths else _unfinished(app, place, course)
    run = GradeCommand(
        app, place, course, login(author), jobs, cluster, resume=resume, as_json=as_json
    )
    code, documents = 0, []
    for each in requests:
        done = run.grade(each, read)
        code = max(code, done.code)
        documents.append(done.document)
        if code == INTERRUPTED:
            return code
    if as_json:
        shown = documents[0] if len(documents) == 1 else documents
        app.out([json.dumps(shown, ensure_ascii=False, indent=1)])
    if feedback:
        from .feedback_pages import feedback_line

        with closing(open_gradebook(place, course=course)) as gradebook:
            app.note(feedback_line(gradebook, feedback))
    return code


@dataclass(frozen=True)
class Ended:
    """The exit code of one run, and, with --json, its summary as plain data."""

    code: int
    document: dict[str, Any] | None = None


@dataclass(frozen=True)
class GradeCommand:
    """The settings that all runs resumed together share."""

    app: App
    place: str | None
    course: str
    author: str
    jobs: int | None
    cluster: ClusterOptions | None
    resume: bool
    as_json: bool

    def grade(self, request: GradeRequest, rubric: Rubric | None) -> Ended:
        """Grade one request. All files that it names are checked before anything is written."""
        app = self.app
        check_words(request)
        if self.cluster is None:
            check_here(request)
        roster = read_roster(Path(request.roster)) if request.roster else None
        exams = [load_exam(Path(path)) for path in request.exams]
        request = _absolute(request)
        paths = [Path(path) for path in request.paths]
        enrolment = begin(roster, self.place, self.course)
        roster = enrolment.identified.roster
        with (
            collect(paths, exercises=request.exercises, roster=roster) as collection,
            closing(open_gradebook(self.place, course=self.course, create=True)) as gradebook,
        ):
            enrolment = enrolment.checked(collection, yes=request.yes)
            request, seed = seed_for_class(app, request, gradebook)
            if rubric is not None:
                keep_rubric(app, gradebook, rubric, author=self.author)
            settings = request.settings(seed)
            progress = ProgressBar(len(collection.handed))

            def note(message: Message) -> None:
                progress.finish()
                app.note(worded(message))

            with graders(
                settings, jobs=self.jobs, cluster=self.cluster, progress=progress, note=note
            ) as machines:
                id, number = begin_run(gradebook, request, resume=self.resume)
                run = GradeRun(
                    gradebook,
                    settings,
                    machines,
                    framework=request.framework,
                    number=number,
                    run=id,
                    renewal=say("grade", "renewal"),
                )
                enrolment.write(gradebook, collection, author=self.author)
                _name_exercises(app, gradebook, request)
                if rubric is not None:
                    note_unknown_names(app, gradebook, rubric)
                try:
                    outcome = run.grade(collection, progress)
                except KeyboardInterrupt:
                    progress.finish()
                    again = options(gradebook.place, self.course)
                    app.note(say("grade", "interrupted", done=run.outcome.graded, options=again))
                    return Ended(INTERRUPTED)
                finally:
                    progress.finish()
            sheets = Path(request.answer_sheets) if request.answer_sheets else None
            marked = mark_collection(gradebook, collection, exams, sheets, number)
            if not outcome.faults:
                finish_run(gradebook, id)
            document = show_run(
                app,
                gradebook,
                collection,
                outcome,
                marked,
                enrolment,
                progress.seconds,
                as_json=self.as_json,
            )
            if not self.as_json:
                app.out(exam_lines(marked, collection, sheets))
        good = not (outcome.faults or outcome.unreadable or collection.problems)
        return Ended(0 if good and enrolment.clear else 1, document)


def check_here(request: GradeRequest) -> None:
    """Raise UsageError if this machine lacks the requested device, sandbox or wrapper."""
    check_device(request.device)
    check_sandbox(request.require_sandbox)
    check_wrap(request.wrap, request.device)


def _name_exercises(app: App, gradebook: Gradebook, request: GradeRequest) -> None:
    """Add the exercises that the request names to those of the course."""
    catalog = load_catalog()
    ids = [catalog.resolve(name).id for name in request.exercises]
    with gradebook.writing() as connection:
        added = add_exercises(connection, gradebook.course, ids)
    if added:
        app.note(say("grade", "exercises_added", names=listed(added)))


def _unfinished(app: App, place: str | None, course: str) -> list[GradeRequest]:
    """Return the requests to resume; print a note if there are several."""
    with closing(open_gradebook(place, course=course)) as gradebook:
        found = unfinished_requests(gradebook)
    if len(found) > 1:
        app.note(say("grade", "resumed", count=len(found)))
    return found


def _absolute(request: GradeRequest) -> GradeRequest:
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


def options_of(values: dict[str, Any]) -> GradeRequest:
    """Return the request for a command's options."""
    names = GradeRequest.__dataclass_fields__
    return GradeRequest(**{name: value for name, value in values.items() if name in names})
