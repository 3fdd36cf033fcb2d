"""Grade on the machines of a cluster instead of the cores of this machine.

Each submission gets one answer, a report or a fault, which is not a verdict. If no machine is
left, the run ends with an error that says so; graded work is kept, and `--resume` continues.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import count

from ..batch.grading_worker import limits_of
from ..batch.tasks import Done, GradingSettings, Task
from ..errors import GraderFault, Message, RecordsRefused
from ..gradebook.records import Record
from ..i18n.texts import say
from ..runner.session import SLOW_CASES
from .cluster_address import ClusterAddress
from .dispatch import DEPTH, Batch, Dispatch, batch_size
from .gateway import Gateway
from .gateway_wire import GatewayFrame
from .grader_keys import GraderKeys
from .machine_roster import SILENT_SECONDS, MachineRoster, workers_seen
from .record_document import read_records
from .remote_machine import RemoteMachine
from .task_document import write_tasks

#: Seconds between checks for machines that are overdue.
_TICK = 0.25


class ClusterResults(AbstractContextManager["ClusterResults"]):
    """Implements `Results`. Connects on entering, which raises GraderFault on failure.

    `note` is called with messages for the instructor: on a machine that is refused, or a gateway
    that is confined less than it should be.
    """

    def __init__(
        self, settings: GradingSettings, address: ClusterAddress, note: Callable[[Message], None]
    ) -> None:
        self._settings = settings
        self._address = address
        self._note = note
        self._keys = GraderKeys(settings)
        self._numbers = count()
        #: Total time limit of a submission, in seconds.
        self._budget = SLOW_CASES * max(
            limits_of(settings, framework).case_seconds for framework in ("numpy", "torch")
        )

    def __enter__(self) -> ClusterResults:
        self.gateway = Gateway(self._address)
        try:
            for lack in self.gateway.wait_until_ready():
                self._note(Message("cluster", "gateway_open", reason=lack))
        except BaseException:
            self.gateway.close()
            raise
        self._heard = time.monotonic()
        self._roster = MachineRoster(self._settings, self._run, self._note, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        self.gateway.close()

    def progress_note(self) -> str:
        """Return the number of machines that grade, as a text for the progress display."""
        machines = self._roster.machines
        jobs = sum(machine.jobs for machine in machines)
        return say("cluster", "progress", machines=len(machines), jobs=jobs)

    def results(self, tasks: Iterable[Task]) -> Iterator[Done[Record]]:
        """Yield the outcome of each task. Raises GraderFault if no machine is left."""
        dispatch = Dispatch(tasks)
        try:
            while True:
                self._feed(dispatch)
                if dispatch.finished:
                    return
                for frame in self.gateway.frames(_TICK):
                    yield from self._take(frame, dispatch)
                yield from self._look_at_time(dispatch)
        finally:
            for machine in self._roster.machines:
                machine.batches.clear()

    def _feed(self, dispatch: Dispatch) -> None:
        """Give every machine as many batches as it has room for."""
        machines = sorted(self._roster.machines, key=lambda machine: len(machine.batches))
        total = sum(batch_size(machine.rate, machine.jobs) for machine in machines)
        dispatch.take_in(max(2 * DEPTH * total, 1))
        for machine in machines:
            share = batch_size(machine.rate, machine.jobs) / total
            drains = machine is machines[0]
            while True:
                busy = [batch for batch, _ in machine.batches.values()]
                batch = dispatch.next_batch(busy, machine.rate, machine.jobs, share, drains=drains)
                if batch is None:
                    break
                self._give(machine, batch)

    def _give(self, machine: RemoteMachine, batch: Batch) -> None:
        """Send a batch, with the keys that its machine is not known to hold."""
        tasks = batch.tasks.values()
        digests = {self._keys.key(task.exercise, task.framework).digest for task in tasks}
        content = write_tasks(self._settings, tasks, self._keys, without=machine.keys)
        number = self._run(machine.address, content)
        machine.give(number, batch, frozenset(digests), time.monotonic())

    def _run(self, address: str, content: bytes) -> int:
        """Send a document to a worker, and return the number of the batch."""
        number = next(self._numbers)
        self.gateway.run(number, address, content)
        return number

    def _take(self, frame: GatewayFrame, dispatch: Dispatch) -> Iterator[Done[Record]]:
        self._heard = time.monotonic()
        if frame.kind == "machines":
            for machine in self._roster.update(workers_seen(frame), self._heard):
                yield from self._lost(machine, dispatch, Message("cluster", "gone"))
            return
        if self._roster.take_probe(frame):
            return
        number = frame.header.get("batch")
        for machine in self._roster.machines:
            if isinstance(number, int) and number in machine.batches:
                if frame.kind == "done":
                    yield from self._answered(machine, number, frame.payload, dispatch)
                else:
                    self._roster.forget(machine)
                    yield from self._lost(machine, dispatch, frame.why)
                return
        # Otherwise the batch was given up before, and another machine grades it.

    def _answered(
        self, machine: RemoteMachine, number: int, content: bytes, dispatch: Dispatch
    ) -> Iterator[Done[Record]]:
        batch, digests = machine.batches.pop(number)
        try:
            answer = read_records(content, batch.tasks, self._settings, self._keys)
        except RecordsRefused as error:
            dispatch.answered(batch, ())
            self._refuse(machine, error.message, dispatch)
            return
        machine.keys |= digests
        machine.keys -= answer.lacking
        if not answer.lacking:
            machine.note_speed(len(answer.done), time.monotonic())
        dispatch.answered(batch, answer.done)
        yield from answer.done
        if answer.ended:
            self._refuse(machine, answer.ended, dispatch)

    def _refuse(self, machine: RemoteMachine, why: Message, dispatch: Dispatch) -> None:
        """Give a machine no more batches, and its pending ones to others."""
        self._roster.refuse(machine, why)
        for number, (batch, _) in machine.batches.items():
            self.gateway.drop(number)
            dispatch.answered(batch, ())

    def _lost(
        self, machine: RemoteMachine, dispatch: Dispatch, why: Message
    ) -> Iterator[Done[Record]]:
        """Report a machine's pending batches as lost; yield the submissions that are given up."""
        for number, (batch, _) in machine.batches.items():
            self.gateway.drop(number)
            error = Message("cluster", "lost", machine=machine.address, reason=why)
            yield from dispatch.lost(batch, error)

    def _look_at_time(self, dispatch: Dispatch) -> Iterator[Done[Record]]:
        """Handle machines whose answers are overdue as lost; yield what is given up.

        Raises GraderFault if the scheduler is silent, or if there has been no machine for too long.
        """
        now = time.monotonic()
        for machine in self._roster.machines:
            if machine.overdue(now, self._budget):
                self._roster.forget(machine)
                yield from self._lost(machine, dispatch, Message("cluster", "gone"))
        if now - self._heard > SILENT_SECONDS + 5:
            raise GraderFault("cluster", "silent", address=self._address.text)
        self._roster.check(now, self._address.text)
