"""Run `grade`: register hand-ins, grade those without a report, and write results continuously.

Each submission has its report or none at any time, so a restarted run continues with those that
have none. Equal sources share one report.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, groupby

import sqlalchemy as sa

from ..batch.grading_worker import check_torch
from ..batch.progress_bar import ProgressBar
from ..batch.tasks import Done, GradingSettings, Results, Task
from ..errors import Message, SlowFileError, UsageError
from ..submissions.collection import Collection, Handed
from ..submissions.deadline import deadline
from . import writes
from .claims import alive, claim, let_go
from .connection import Gradebook
from .dialects import chunks
from .events import write_events
from .grades import NOT_STARTED
from .questions import Questions, ReportState, states_of
from .records import Record, weaker
from .run_summary import Place, RunSummary
from .writes import Intake

#: Maximum number of submissions registered, or results written, in one transaction.
TOGETHER = 64
#: Maximum time between writes of results, in seconds.
WRITE_SECONDS = 0.5
#: Seconds between checks for reports that another run is making.
POLL_SECONDS = 0.5


class GradeRun:
    """One run of `grade` over a collection; each instance is used once."""

    def __init__(
        self,
        gradebook: Gradebook,
        settings: GradingSettings,
        graders: Results[Record],
        *,
        framework: str | None = None,
        number: int = 1,
        run: str,
        renewal: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set up a run. `graders` use the same settings, on this machine or on a cluster.

        `renewal` is the reason stored with a report that replaces a weaker one.
        """
        self._book = gradebook
        self._renewal = renewal
        self._framework = framework
        self._number = number
        self._run = run
        self._clock = clock
        self._graders = graders
        self._questions = Questions(settings)
        #: Report → the submissions that wait for it; running task → report.
        self._waiting: dict[str, list[tuple[str, Place]]] = {}
        self._asked: dict[int, str] = {}
        self._numbers = count()
        #: (question, id of the report, record, seconds, limits)
        self._made: list[tuple[str, str, Record, float, dict[str, float]]] = []
        #: Submissions with a report made without a layer, although all are required now.
        self._weak: set[str] = set()
        #: Reports that another run is making → the task with which this run could make it.
        self._elsewhere: dict[str, Task] = {}
        self._faults: dict[str, Message] = {}
        #: Reports that could not be made; a later run may try again.
        self._left: list[str] = []
        #: Earlier reports on stubs that were not begun.
        self._stubs: set[str] = set()
        self._count = 0
        self._written = clock()
        self.outcome = RunSummary()

    def grade(self, collection: Collection, progress: ProgressBar) -> RunSummary:
        """Grade the collection. Raises GradebookError and GraderFault; finished work stays."""
        roster = collection.roster.students if collection.roster else ()
        for some in chunks(roster):
            with self._book.writing() as connection:
                people = [(student, True) for student in some]
                writes.write_students(connection, self._book.course, people)
        with alive(self._book, self._run):
            try:
                for done in self._graders.results(self._tasks(collection, progress)):
                    self._take(done, progress)
                self._write()
                while self._elsewhere:
                    for done in self._graders.results(self._left_by_others(progress)):
                        self._take(done, progress)
                    self._write()
            finally:
                self._write()
        return self.outcome

    def _left_by_others(self, progress: ProgressBar) -> list[Task]:
        """Link reports that other runs made; return tasks that these left; wait if all go on."""
        with self._book.writing() as connection:
            answered = self._answered(connection, list(self._elsewhere))
            for question in answered:
                del self._elsewhere[question]
            mine = claim(connection, self._run, list(self._elsewhere))
            waited = {question: self._waiting.pop(question) for question in answered}
            pairs = [(id, answered[q][0]) for q, waiting in waited.items() for id, _ in waiting]
            self._link(connection, pairs)
        for question, (_, report) in answered.items():
            self._count_shared(report, [place for _, place in waited[question]])
        self._show(progress)
        tasks = {question: self._elsewhere.pop(question) for question in sorted(mine)}
        self._asked.update({task.number: question for question, task in tasks.items()})
        if not tasks and self._elsewhere:
            time.sleep(POLL_SECONDS)
        return list(tasks.values())

    def _tasks(self, collection: Collection, progress: ProgressBar) -> Iterator[Task]:
        for some in _by_student(collection):
            tasks = self._register(some, roster=collection.rostered)
            self._show(progress)
            yield from tasks

    def _register(self, handed: Sequence[Handed], *, roster: bool) -> list[Task]:
        """Write submissions; return the tasks of those without a report."""
        course = self._book.course
        intakes: list[tuple[Handed, Intake]] = []
        for item in handed:
            try:
                with deadline(item.origin):
                    taken = writes.intake(item, course, self._framework)
            except SlowFileError as error:  # not written: --resume reads the file again
                self.outcome.faults.append((item.origin, error.message))
            except Exception as error:  # one unreadable file must not stop the rest of the class
                words = Message(f"{type(error).__name__}: {error}")
                self.outcome.faults.append((item.origin, words))
            else:
                intakes.append((item, taken))
        self._count += len(handed)
        with self._book.writing() as connection:
            writes.write_students(
                connection, course, [(h.student, roster and h.listed) for h in handed]
            )
            ids = write_events(connection, course, [i for _, i in intakes], self._number)
            found = writes.reports_of(connection, ids)
            known = sorted({report for report, _ in found.values() if report is not None})
            states = states_of(connection, known)
            before: list[tuple[str, Place]] = []
            asked: dict[str, tuple[Handed, Intake]] = {}
            for id, (item, taken) in dict(zip(ids, intakes, strict=True)).items():
                report, problem = found[id]
                if report is not None and self._questions.full and states[report].missing_layers:
                    self._weak.add(id)
                    report = None
                if report is not None:
                    before.append((report, _place(item)))
                if taken.source is None or problem:
                    self.outcome.unreadable.append((item.origin, problem))
                elif report is None:
                    asked[id] = (item, taken)
            self._count_before(states, before)
            writes.forget_place(connection, [id for id in ids if found[id][0] in self._stubs])
            return self._ask(connection, asked)

    def _ask(
        self, connection: sa.Connection, asked: dict[str, tuple[Handed, Intake]]
    ) -> list[Task]:
        """Link answered questions, wait for running ones, and create tasks for the rest."""
        wanted: dict[str, list[str]] = {}
        for id, (item, taken) in asked.items():
            row = taken.row
            try:
                check_torch(row["framework"])
            except UsageError as error:  # one student's choice must not stop the others
                self._faults[id] = error.message
                self.outcome.faults.append((item.origin, error.message))
                continue
            question = self._questions.of(item.exercise, row["framework"], row["source_hash"])
            wanted.setdefault(question, []).append(id)
        answered = self._answered(connection, list(wanted))
        unmade = [q for q in wanted if q not in answered and q not in self._waiting]
        mine = claim(connection, self._run, unmade)
        tasks: list[Task] = []
        known: list[tuple[str, str]] = []
        for question, ids in wanted.items():
            if question in answered:
                report, state = answered[question]
                known += [(id, report) for id in ids]
                self._count_shared(state, [_place(asked[id][0]) for id in ids])
                continue
            if question not in self._waiting:
                item, taken = asked[ids[0]]
                assert taken.source
                number = next(self._numbers)
                task = Task(number, item.exercise.id, taken.row["framework"], taken.source)
                if question in mine:
                    self._asked[number] = question
                    tasks.append(task)
                else:
                    self._elsewhere[question] = task
            waiting = self._waiting.setdefault(question, [])
            waiting += [(id, _place(asked[id][0])) for id in ids]
        self._link(connection, known)
        return tasks

    def _answered(
        self, connection: sa.Connection, questions: Sequence[str]
    ) -> dict[str, tuple[str, ReportState]]:
        """Return those questions that have a report, with its id and state."""
        answers = {question: self._questions.answers(question) for question in questions}
        states = states_of(connection, [id for ids in answers.values() for id in ids])
        best = {q: next((id for id in ids if id in states), None) for q, ids in answers.items()}
        return {question: (id, states[id]) for question, id in best.items() if id is not None}

    def _count_shared(self, report: ReportState, places: Sequence[Place]) -> None:
        """Count submissions that share an existing report."""
        for place in places:
            self.outcome.add(report.state, place, report.missing_layers)
        self.outcome.graded += len(places)
        self.outcome.shared += len(places)

    def _link(self, connection: sa.Connection, pairs: Sequence[tuple[str, str]]) -> None:
        """Link submissions to reports, given as (id, report); replace weaker reports."""
        again = [pair for pair in pairs if pair[0] in self._weak]
        writes.link_first(connection, [pair for pair in pairs if pair[0] not in self._weak])
        writes.link_again(connection, again, reason=self._renewal, author="")
        self._weak.difference_update(id for id, _ in again)
        self.outcome.renewed += len(again)

    def _take(self, done: Done[Record], progress: ProgressBar) -> None:
        question = self._asked.pop(done.number)
        if done.result is None:
            self._left.append(question)
            for id, place in self._waiting.pop(question):
                self._faults[id] = done.error
                self.outcome.faults.append((place.origin, done.error))
        else:
            limits = self._questions.limits(done.result.framework)
            id = weaker(question) if done.result.missing_layers else question
            self._made.append((question, id, done.result, done.seconds, limits))
        if len(self._made) >= TOGETHER or self._clock() - self._written >= WRITE_SECONDS:
            self._write()
            self._show(progress)

    def _show(self, progress: ProgressBar) -> None:
        """Show progress: registered submissions that wait for no report are done."""
        progress.update(self._count - sum(len(found) for found in self._waiting.values()))

    def _write(self) -> None:
        """Write everything made since the last call, in one transaction."""
        made, self._made = self._made, []
        faults, self._faults = self._faults, {}
        left, self._left = self._left, []
        pairs = [(id, report) for question, report, *_ in made for id, _ in self._waiting[question]]
        if made or faults:
            with self._book.writing() as connection:
                writes.write_reports(connection, [row for _, *row in made])
                self._link(connection, pairs)
                writes.write_faults(connection, faults)
                let_go(connection, self._run, [*(question for question, *_ in made), *left])
        for question, _, record, _, _ in made:
            waited = self._waiting.pop(question)
            for _, place in waited:
                self.outcome.add(record.state, place, record.missing_layers)
            self.outcome.graded += len(waited)
            self.outcome.shared += len(waited) - 1
        self._written = self._clock()

    def _count_before(
        self, states: Mapping[str, ReportState], before: Sequence[tuple[str, Place]]
    ) -> None:
        """Count the submissions graded before, and those graded under another key."""
        self._stubs |= {id for id, report in states.items() if report.state == NOT_STARTED}
        for id, place in before:
            report = states[id]
            self.outcome.before += 1
            self.outcome.add(report.state, place, report.missing_layers)
            if report.key_digest != self._questions.digest(report.exercise, report.framework):
                self.outcome.other_key[report.exercise] += 1


def _place(item: Handed) -> Place:
    return Place(item.student.id, item.exercise.id, item.origin)


def _by_student(collection: Collection) -> Iterator[Sequence[Handed]]:
    """Yield hand-ins in batches, keeping a student's files for an exercise together."""
    some: list[Handed] = []
    for _, group in groupby(
        collection.handed, key=lambda item: (collection.head(item.student), item.exercise.id)
    ):
        some += group
        if len(some) >= TOGETHER:
            yield some
            some = []
    if some:
        yield some
