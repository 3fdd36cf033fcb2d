"""`grade-batch`: one tasks document in, one records document out, without a gradebook."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Message, Messages, UsageError
from ..files.writing import write_document
from .machine_worker import GradedBatch, Machine
from .record_document import MAX_DOCUMENT
from .task_document import read_tasks

if TYPE_CHECKING:
    from ..terminal.app import App


def run_grade_batch(
    app: App, tasks: Path | None, out: Path | None, keys: Path | None, jobs: int | None
) -> int:
    """Grade the document at `tasks`, or on standard input; return 0 if every task has a report.

    Returns 1 otherwise.

    Raises UsageError and GraderFault, and writes nothing, if nothing could be graded.
    """
    content = _content(tasks)
    total = len(read_tasks(content).tasks)
    with closing(Machine(jobs, keys)) as machine:
        answered = machine.answer(content)
        if answered.lacking:
            digests = Messages(answered.lacking)
            raise UsageError("cluster", "keys_missing", folder=keys or "--keys", digests=digests)
        if answered.ended is not None and not answered.done:
            raise answered.ended
        document = machine.document(answered).decode()
    if out is None:
        app.out([document])
    else:
        write_document(out, document)
    return _summary(app, answered, total)


def _content(path: Path | None) -> bytes:
    if path is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("cluster", "no_input")
        return sys.stdin.buffer.read(MAX_DOCUMENT + 1)
    try:
        with path.open("rb") as file:
            return file.read(MAX_DOCUMENT + 1)
    except OSError as error:
        raise UsageError("cluster", "unreadable", path=path, reason=error.strerror) from error


def _summary(app: App, answered: GradedBatch, total: int) -> int:
    faults = [done for done in answered.done if done.result is None]
    for done in faults:
        app.note(Message("cluster", "batch_fault", number=done.number, message=done.error))
    if answered.ended is not None:
        app.note(answered.ended.message)
    count = len(answered.done) - len(faults)
    app.note(Message("cluster", "batch_done", count=count, total=total))
    return 0 if count == total else 1
