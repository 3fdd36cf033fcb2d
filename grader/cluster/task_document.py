"""The tasks document: a batch of submissions for another machine, as JSON.

It contains no names of students or files, and no seed. `tasks.schema.json` is its schema.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .. import VERSION
from ..batch.tasks import GradingSettings, Sandbox, Task
from ..course.catalog import load_catalog
from ..errors import UsageError
from ..runner.job import Wrap
from ..submissions.notebook import Elsewhere
from ..submissions.submission import Submission
from .course_digest import course_digest
from .grader_keys import GraderKeys

#: Version of the format; it changes when a field of either document changes its meaning.
BATCH_FORMAT = 1

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class BatchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings for a whole batch: `GradingSettings` without the seed."""

    device: Literal["cpu", "cuda"]
    timeout: float | None
    memory_mb: int | None
    sandbox: Sandbox
    wrap: Wrap | None

    def grading(self) -> GradingSettings:
        """Return the settings for a pool whose tasks bring their keys."""
        return GradingSettings(
            device=self.device,
            timeout=self.timeout,
            memory_mb=self.memory_mb,
            sandbox=self.sandbox,
            wrap=self.wrap,
        )


class BatchTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One submission: its source as it is run, with the notes made when it was read."""

    number: int
    exercise: str
    framework: Literal["numpy", "torch"]
    #: Digest of the answer key.
    key: Digest
    source: str
    notes: dict[str, int] = {}
    #: The first line of each cell of a notebook.
    cells: tuple[int, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    def submission(self) -> Submission:
        """Return the submission under a name that reveals only the exercise.

        Raises UsageError if there is no such exercise.
        """
        name = neutral_name(self.exercise)
        return Submission(self.source, name, self.notes, self.cells, self.elsewhere)


class TasksDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch. `keys` maps digests to files of answer keys; the machine has the others."""

    format: int
    learncnn: str
    course: str
    settings: BatchSettings
    tasks: tuple[BatchTask, ...]
    keys: dict[Digest, bytes] = {}


class BatchHeader(msgspec.Struct):
    """The fields that every version of the tasks and the records document has."""

    format: int
    learncnn: str
    course: str = ""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(TasksDocument)
_HEADER_DECODER = msgspec.json.Decoder(BatchHeader)


def neutral_name(exercise: str) -> str:
    """Return the file name that a submission has on other machines. Raises UsageError."""
    return f"{load_catalog().resolve(exercise).folder}.py"


def write_tasks(
    settings: GradingSettings,
    tasks: Iterable[Task],
    keys: GraderKeys,
    *,
    without: Container[str] = (),
) -> bytes:
    """Return tasks as a document, with their keys except those whose digest is in `without`.

    Raises KeyUnavailable.
    """
    entries = tuple(_entry(task, keys) for task in tasks)
    sent = {entry.key for entry in entries if entry.key not in without}
    document = TasksDocument(
        format=BATCH_FORMAT,
        learncnn=VERSION,
        course=course_digest(),
        settings=msgspec.convert(settings, BatchSettings, from_attributes=True),
        tasks=entries,
        keys={digest: keys.content(digest) for digest in sorted(sent)},
    )
    return _ENCODER.encode(document)


def read_tasks(content: bytes) -> TasksDocument:
    """Decode a document. Raises UsageError, also if it is for another version of learncnn."""
    try:
        header = _HEADER_DECODER.decode(content)
        check_versions(header.format, header.learncnn, header.course)
        return _DECODER.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError("cluster", "no_tasks", reason=error) from error


def check_versions(format: int, learncnn: str, course: str) -> None:
    """Raise UsageError if the other side's code or exercises differ from this side's."""
    if format != BATCH_FORMAT or learncnn != VERSION:
        raise UsageError("cluster", "other_version", theirs=learncnn[:40], ours=VERSION)
    if course != course_digest():
        raise UsageError("cluster", "other_course")


def _entry(task: Task, keys: GraderKeys) -> BatchTask:
    source = task.submission
    return BatchTask(
        number=task.number,
        exercise=task.exercise,
        framework="torch" if task.framework == "torch" else "numpy",
        key=keys.key(task.exercise, task.framework).digest,
        source=source.source,
        notes=dict(source.notes),
        cells=source.cells,
        elsewhere=source.elsewhere,
    )
