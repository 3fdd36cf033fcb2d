"""A machine that grades batches for others, with warm workers and the keys that it received."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from ..batch.grading_worker import check_device, check_sandbox, check_torch, check_wrap
from ..batch.pool import Pool
from ..batch.tasks import Done, Task, cores
from ..batch.worker_process import yield_to_others
from ..errors import NO_MESSAGE, LearncnnError
from ..gradebook.records import encoded_document
from ..runner.at_exit import end_with_python
from ..runner.isolation import isolation_status
from .machine_keys import KeyFolder
from .record_document import MachineInfo, write_records
from .task_document import BatchSettings, TasksDocument, read_tasks

if TYPE_CHECKING:
    from ..grading.report import Report

#: Environment variable with the number of grading workers; default: one per core.
JOBS_VARIABLE = "LEARNCNN_JOBS"
#: Environment variable with the folder of answer keys; default: a temporary folder.
KEYS_VARIABLE = "LEARNCNN_KEYS"


class GradedBatch(NamedTuple):
    """The result of a batch on this machine."""

    done: Sequence[Done[bytes]]
    #: Digests of missing keys; if there are any, nothing was graded.
    lacking: Sequence[str] = ()
    #: The error of the document or of this machine that ended the batch.
    ended: LearncnnError | None = None


class Machine:
    """Grades batches until `close`, also from several threads at once."""

    def __init__(self, jobs: int | None = None, keys: Path | None = None) -> None:
        """`keys` is the folder of answer keys, to which keys that come with batches are added.

        Without it, they are stored in a temporary folder, which `close` removes.
        """
        self._jobs = jobs or cores()
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        if keys is None:
            self._own_folder = tempfile.TemporaryDirectory(prefix="learncnn-keys-")
            keys = Path(self._own_folder.name)
        self._keys = KeyFolder(keys)
        self._lock = Lock()
        #: Settings → the workers that grade with them, and the number of batches that use them.
        self._pools: dict[BatchSettings, tuple[Pool[bytes], int]] = {}
        self._info = machine_info(self._jobs)
        end_with_python(self)

    def answer(self, content: bytes) -> GradedBatch:
        """Grade a tasks document; a LearncnnError is returned in the result, not raised."""
        done: list[Done[bytes]] = []
        try:
            document = read_tasks(content)
            check_machine(document)
            paths, lacking = self._key_files(document)
            if lacking:
                return GradedBatch(done, lacking)
            with self._pool(document.settings) as pool:
                for each in pool.results(tasks_of(document, paths)):
                    done.append(each)
        except LearncnnError as error:
            return GradedBatch(done, ended=error)
        return GradedBatch(done)

    def document(self, answered: GradedBatch) -> bytes:
        """Return the result of a batch as a records document."""
        done, lacking, ended = answered
        message = NO_MESSAGE if ended is None else ended.message
        return write_records(self._info, done, lacking=lacking, ended=message)

    def close(self) -> None:
        """End all workers and remove the temporary folder of keys; may be called repeatedly."""
        with self._lock:
            pools, self._pools = self._pools, {}
        if self._own_folder is not None:  # first, because the process may be killed soon
            self._own_folder.cleanup()
        for pool, _ in pools.values():
            pool.close()

    def end_at_exit(self) -> None:
        self.close()

    def _key_files(self, document: TasksDocument) -> tuple[dict[str, Path], Sequence[str]]:
        """Store the keys of a batch; return the file of each needed key, and missing digests."""
        for digest, content in document.keys.items():
            with self._lock:
                self._keys.add(digest, content)
        digests = sorted({task.key for task in document.tasks})
        paths = {digest: self._keys.path(digest) for digest in digests}
        found = {digest: path for digest, path in paths.items() if path is not None}
        return found, [digest for digest in digests if digest not in found]

    @contextmanager
    def _pool(self, settings: BatchSettings) -> Iterator[Pool[bytes]]:
        """Lend the workers of these settings, and end idle workers of other settings."""
        with self._lock:
            idle = [other for other, (_, users) in self._pools.items() if not users]
            closing = [self._pools.pop(other)[0] for other in idle if other != settings]
            pool, users = self._pools.get(settings) or (
                Pool(settings.grading(), jobs=self._jobs, reduce=stored_report),
                0,
            )
            self._pools[settings] = pool, users + 1
        for other_pool in closing:
            other_pool.close()
        try:
            yield pool
        finally:
            with self._lock:
                if settings in self._pools:
                    self._pools[settings] = pool, self._pools[settings][1] - 1


def machine_info(jobs: int) -> MachineInfo:
    """Return the description of this machine that it sends with its answers."""
    status = isolation_status()
    return MachineInfo(
        host=os.uname().nodename[:253],
        jobs=jobs,
        layers=tuple(layer.name for layer in status if layer.available),
        missing={layer.name: layer.reason for layer in status if not layer.available},
    )


def check_machine(document: TasksDocument) -> None:
    """Raise UsageError if this machine cannot grade a batch with its settings."""
    settings = document.settings
    check_sandbox(settings.sandbox)
    check_device(settings.device)
    check_wrap(settings.wrap, settings.device)
    for framework in {task.framework for task in document.tasks}:
        check_torch(framework)


def tasks_of(document: TasksDocument, keys: dict[str, Path]) -> Iterator[Task]:
    """Yield the tasks of a batch for a pool. Raises UsageError for an unknown exercise."""
    for task in document.tasks:
        submission = task.submission()
        yield Task(task.number, task.exercise, task.framework, submission, key=str(keys[task.key]))


def stored_report(report: Report) -> bytes:
    """Return a report as a gradebook stores it; called in the grading workers."""
    return encoded_document(report.to_json())


_MACHINE: list[Machine] = []
_MAKING = Lock()


def run_batch(content: bytes) -> bytes:
    """Grade a tasks document on this process's machine, which the first call creates.

    A cluster calls this function by name, from any of its threads.
    """
    with _MAKING:
        if not _MACHINE:
            keys = os.environ.get(KEYS_VARIABLE)
            _MACHINE.append(Machine(jobs_wanted(), Path(keys) if keys else None))
        machine = _MACHINE[0]
    return machine.document(machine.answer(content))


def dask_setup(_: object) -> None:
    """Make a dask worker's process yield to others; dask calls this hook of a preload module."""
    yield_to_others()


def dask_teardown(_: object) -> None:
    """End the workers and remove the keys; dask calls this when its worker ends."""
    with _MAKING:
        while _MACHINE:
            _MACHINE.pop().close()


def jobs_wanted() -> int | None:
    """Return the number of grading workers set in the environment, if any."""
    value = os.environ.get(JOBS_VARIABLE, "")
    return int(value) if value.isdecimal() and int(value) else None
