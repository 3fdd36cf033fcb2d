"""Grade through documents in a folder, which batch jobs process with `learncnn grade-batch`.

There are no connections: a folder that both sides can read and write carries the batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

from ..batch.tasks import Done, GradingSettings, Task
from ..errors import Message, RecordsRefused, UsageError
from ..files.writing import PRIVATE, write_aside
from ..gradebook.records import Record
from .grader_keys import GraderKeys
from .record_document import MAX_DOCUMENT, read_records
from .task_document import write_tasks

#: Maximum number of submissions in a document, and of characters in their sources. Such a job
#: takes some seconds, so that the time to start it matters little.
TOGETHER, MAX_SOURCES = 512, 16 << 20
#: Seconds between checks for records.
_LOOK_SECONDS = 0.5


class FolderResults:
    """Implements `Results`. Raises UsageError if the folder already holds documents.

    `note` is called with a message for the instructor, who has to have the documents graded.
    """

    def __init__(
        self, settings: GradingSettings, folder: Path, note: Callable[[Message], None]
    ) -> None:
        if any(folder.glob("tasks-*.json")):
            raise UsageError("cluster", "folder_used", folder=folder)
        self._settings = settings
        self._folder = folder
        self._note = note
        self._keys = GraderKeys(settings)
        self._numbers = count(1)

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[Record]]:
        """Write all tasks, then yield the outcome of each as records arrive.

        A submission that a job could not grade gets a fault; a resumed run tries it again. Raises
        UsageError if the folder cannot be written.
        """
        waiting = {self._write(batch): batch for batch in _batches(tasks)}
        if waiting:
            self._note(
                Message("cluster", "folder_written", count=len(waiting), folder=self._folder)
            )
        while waiting:
            there = [records for records in waiting if records.exists()]
            for records in there:
                yield from self._answered(records, waiting.pop(records))
            if not there:
                time.sleep(_LOOK_SECONDS)

    def _write(self, batch: Sequence[Task]) -> Path:
        """Write a document and the keys that it needs; return the path of its future records."""
        number = next(self._numbers)
        digests = {self._keys.key(task.exercise, task.framework).digest for task in batch}
        content = write_tasks(self._settings, batch, self._keys, without=digests)
        keys = self._folder / "keys"
        try:
            keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            for digest in digests:
                path = keys / f"{digest}.npz"
                if not path.exists():
                    write_aside(path, self._keys.content(digest), mode=PRIVATE)
            write_aside(self._folder / f"tasks-{number}.json", content, mode=PRIVATE)
        except OSError as error:
            raise UsageError(
                "workspace", "unwritable", path=self._folder, reason=error.strerror
            ) from error
        return self._folder / f"records-{number}.json"

    def _answered(self, path: Path, batch: Sequence[Task]) -> Iterator[Done[Record]]:
        left = {task.number: task for task in batch}
        try:
            with path.open("rb") as file:
                content = file.read(MAX_DOCUMENT + 1)
            answer = read_records(content, left, self._settings, self._keys)
            error = answer.ended or Message("cluster", "bad_records", reason="lacking")
        except OSError as failed:
            error = UsageError("cluster", "unreadable", path=path, reason=failed.strerror).message
        except RecordsRefused as refused:
            error = refused.message
        else:
            for done in answer.done:
                del left[done.number]
                yield done
        for number in left:
            yield Done(number, None, Message("cluster", "folder_fault", path=path, reason=error))


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    some: list[Task] = []
    size = 0
    for task in tasks:
        some.append(task)
        size += len(task.submission.source)
        if len(some) >= TOGETHER or size >= MAX_SOURCES:
            yield some
            some, size = [], 0
    if some:
        yield some
