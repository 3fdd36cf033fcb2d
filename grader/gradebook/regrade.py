"""Grade an exercise again under another key: show whose grade would change, then write."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO

import sqlalchemy as sa

from ..batch.grading_worker import check_torch
from ..batch.progress_bar import ProgressBar
from ..batch.tasks import GradingSettings, Results, Task
from ..course.catalog import ExerciseInfo
from ..errors import Message, SubmissionError
from ..submissions.deadline import deadline
from ..submissions.submission import parse_submission
from . import writes
from .connection import Gradebook
from .grades import Attempt, Grade
from .queries import grades_of
from .questions import Questions
from .records import Record, weaker
from .tables import contents, submissions


@dataclass(frozen=True)
class Move:
    """A student whose grade would change."""

    student: str
    name: str
    before: Grade
    after: Grade

    @property
    def by(self) -> float:
        """Return the points gained; a grade without points counts as 0."""
        return (self.after.points or 0.0) - (self.before.points or 0.0)


class Regrade(AbstractContextManager["Regrade"]):
    """The new reports of one exercise, in a temporary file until they are written."""

    def __init__(self, gradebook: Gradebook, info: ExerciseInfo, settings: GradingSettings) -> None:
        self._book = gradebook
        self._info = info
        self._settings = settings
        self._questions = Questions(settings)
        self._aside: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._made = 0
        #: Submission → its new report; submission → the attempt it would be graded from.
        self._links: dict[str, str] = {}
        self._changed: dict[str, Attempt] = {}
        #: (submission, reason) of those without a new report.
        self.faults: list[tuple[str, Message]] = []

    def __exit__(self, *_: object) -> None:
        self._aside.close()

    @property
    def regraded(self) -> int:
        """Return the number of submissions that have a new report."""
        return len(self._links)

    def grade(self, graders: Results[Record], progress: ProgressBar) -> None:
        """Make the new reports without writing them. Raises GradebookError and GraderFault."""
        asked = self._questions_asked()
        questions = list(asked)
        done_count = 0
        for done in graders.results(self._tasks(asked)):
            question = questions[done.number]
            ids = [id for id, _ in asked[question]]
            done_count += len(ids)
            progress.update(done_count)
            if done.result is None:
                self.faults += [(id, done.error) for id in ids]
                continue
            limits = self._questions.limits(done.result.framework)
            report = weaker(question) if done.result.missing_layers else question
            pickle.dump((report, done.result, done.seconds, limits), self._aside)
            self._made += 1
            for id in ids:
                self._links[id] = report
                self._changed[id] = _attempt(report, done.result)

    def moves(self) -> list[Move]:
        """Return the students whose grade would change, the largest change first."""
        before = grades_of(self._book, exercises=[self._info.id])
        after = grades_of(self._book, exercises=[self._info.id], changed=self._changed)
        found = []
        for old, new in zip(before, after, strict=True):
            pair = old.grades[self._info.id], new.grades[self._info.id]
            if (pair[0].points, pair[0].status) != (pair[1].points, pair[1].status):
                found.append(Move(old.id, old.name, *pair))
        return sorted(found, key=lambda move: (-abs(move.by), move.student))

    def write(self, *, reason: str, author: str) -> None:
        """Write the new reports in one transaction; the old ones stay in the history."""
        with self._book.writing() as connection:
            self._aside.seek(0)
            for start in range(0, self._made, 64):
                count = min(64, self._made - start)
                made = [pickle.load(self._aside) for _ in range(count)]
                writes.write_reports(connection, made)
            pairs = sorted(self._links.items())
            writes.link_again(connection, pairs, reason=reason, author=author)

    def count(self) -> int:
        """Return the number of readable submissions for the exercise."""
        query = sa.select(sa.func.count()).select_from(submissions).where(*self._wanted())
        with self._book.reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def _questions_asked(self) -> dict[str, list[tuple[str, str]]]:
        """Return new report → submissions (id, framework) that have a different report now."""
        table = submissions.c
        columns = (table.id, table.framework, table.source_hash, table.report)
        query = sa.select(*columns).where(*self._wanted()).order_by(table.id)
        asked: dict[str, list[tuple[str, str]]] = {}
        with self._book.reading() as connection:
            for id, framework, source_hash, report in connection.execute(query):
                check_torch(framework)
                question = self._questions.of(self._info, framework, source_hash)
                if report not in self._questions.answers(question):
                    asked.setdefault(question, []).append((id, framework))
        return asked

    def _tasks(self, asked: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Task]:
        """Yield one task for each distinct source, read from the stored bytes."""
        for number, same in enumerate(asked.values()):
            id, framework = same[0]
            query = (
                sa.select(contents.c.content, submissions.c.filename)
                .select_from(submissions.join(contents))
                .where(submissions.c.id == id)
            )
            with self._book.reading() as connection:
                content, filename = connection.execute(query).one()
            try:
                with deadline(filename):
                    source = parse_submission(content, filename)
            except SubmissionError as error:
                self.faults.append((id, error.message))
                continue
            submission = source._replace(filename=f"{self._info.folder}.py")
            yield Task(number, self._info.id, framework, submission)

    def _wanted(self) -> tuple[sa.ColumnElement[bool], ...]:
        table = submissions.c
        return (
            table.course == self._book.course,
            table.exercise == self._info.id,
            table.problem == "",
        )


def _attempt(report: str, record: Record) -> Attempt:
    """Return the part of an attempt that follows from a report."""
    tallies = {
        function: {group: (passed, of) for group, (passed, of) in groups.items()}
        for function, groups in record.tallies.items()
    }
    codes = tuple(record.codes)
    missing = tuple(record.missing_layers.split())
    return Attempt(
        "", "", None, False, report, record.state, tallies, codes, record.key_digest, missing
    )
