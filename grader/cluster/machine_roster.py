"""Track the machines of a cluster: probe new ones, refuse unfit ones, and drop silent ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..batch.tasks import GradingSettings
from ..errors import GraderFault, Message, Messages, RecordsRefused
from .gateway_wire import GatewayFrame
from .machine_probe import probe_document, read_probe
from .remote_machine import RemoteMachine

#: Seconds without any machine after which a run ends: before the first one, which may be starting
#: on a busy computer, and afterwards.
FIRST_SECONDS, ALONE_SECONDS = 60.0, 20.0
#: Seconds without a sign of life after which a machine is lost; TCP needs 25 s to recover from a
#: network failure of 15 s.
SILENT_SECONDS = 30.0
#: Maximum time to judge the probe, in seconds, and maximum number of probes that may be lost.
PROBE_SECONDS, _PROBES = 120.0, 3
#: Maximum number of workers, length of an address, and refused machines that a message names.
_WORKERS, _LENGTH, _NAMED = 10_000, 200, 3


@dataclass(eq=False)
class _Worker:
    """A worker that the scheduler lists, whether or not it may grade."""

    #: Time of its last sign of life by the scheduler's clock, and the local time when it changed.
    stamp: float
    since: float
    #: Number of the pending probe, the time when it was sent, and the number of lost probes.
    probe: int | None = None
    probed: float = 0.0
    lost_probes: int = 0
    machine: RemoteMachine | None = None
    #: Why it gets no batches.
    refused: Message | None = None


class MachineRoster:
    """The machines of a cluster. `send` sends a document to a worker and returns its number."""

    def __init__(
        self,
        settings: GradingSettings,
        send: Callable[[str, bytes], int],
        note: Callable[[Message], None],
        now: float,
    ) -> None:
        self._settings = settings
        self._send = send
        self._note = note
        self._probe = probe_document(settings)
        self._workers: dict[str, _Worker] = {}
        self._had_machines = now
        self._patience = FIRST_SECONDS

    @property
    def machines(self) -> list[RemoteMachine]:
        """Return the machines that grade."""
        return [worker.machine for worker in self._workers.values() if worker.machine]

    def update(self, seen: Mapping[str, float], now: float) -> Iterator[RemoteMachine]:
        """Probe new workers; yield machines that are gone or have been silent for too long."""
        for address in self._workers.keys() - seen.keys():
            if machine := self._workers.pop(address).machine:
                yield machine
        for address, stamp in seen.items():
            worker = self._workers.setdefault(address, _Worker(stamp, now))
            if stamp != worker.stamp:
                worker.stamp, worker.since = stamp, now
            if now - worker.since > SILENT_SECONDS:
                machine, worker.machine, worker.probe = worker.machine, None, None
                if machine:
                    yield machine
            elif not (worker.machine or worker.refused) and worker.probe is None:
                worker.probe, worker.probed = self._send(address, self._probe), now
            elif worker.probe is not None and now - worker.probed > PROBE_SECONDS:
                self._refuse(address, Message("cluster", "slow_probe", seconds=PROBE_SECONDS))

    def take_probe(self, frame: GatewayFrame) -> bool:
        """Process the frame if it answers a probe; return whether it does."""
        number = frame.header.get("batch")
        for address, worker in self._workers.items():
            if worker.probe is not None and worker.probe == number:
                worker.probe = None
                self._judge(address, worker, frame)
                return True
        return False

    def refuse(self, machine: RemoteMachine, why: Message) -> None:
        """Give a machine no more batches, and note the reason."""
        self._refuse(machine.address, why)

    def forget(self, machine: RemoteMachine) -> None:
        """Have a machine that lost a batch probed again: it may be a new one at that address."""
        self._workers[machine.address].machine = None

    def check(self, now: float, address: str) -> None:
        """Raise GraderFault if there has been no machine for too long."""
        if any(worker.machine or worker.probe is not None for worker in self._workers.values()):
            self._had_machines, self._patience = now, ALONE_SECONDS
        if now - self._had_machines > self._patience:
            refused = [worker.refused for worker in self._workers.values() if worker.refused]
            key = "all_refused" if refused else "no_machines"
            raise GraderFault(
                "cluster",
                key,
                address=address,
                seconds=self._patience,
                reasons=Messages(refused[:_NAMED], " "),
            )

    def _judge(self, address: str, worker: _Worker, frame: GatewayFrame) -> None:
        if frame.kind != "done":
            worker.lost_probes += 1
            if worker.lost_probes >= _PROBES:
                self._refuse(address, frame.why)
            return
        try:
            info = read_probe(frame.payload, self._settings)
        except RecordsRefused as error:
            self._refuse(address, error.message)
        else:
            worker.lost_probes = 0
            worker.machine = RemoteMachine(address, info.jobs)

    def _refuse(self, address: str, why: Message) -> None:
        worker = self._workers[address]
        worker.machine = worker.probe = None
        worker.refused = Message("cluster", "refused", machine=address, reason=why)
        self._note(worker.refused)


def workers_seen(frame: GatewayFrame) -> dict[str, float]:
    """Return the workers that the gateway lists, with the time of their last sign of life.

    Raises GraderFault for an invalid list.
    """
    seen = frame.header.get("seen")
    if not isinstance(seen, dict) or len(seen) > _WORKERS:
        raise GraderFault("cluster", "gateway_lost", reason="a list of machines that is none")
    for address, stamp in seen.items():
        good = len(address) <= _LENGTH and address.isascii() and address.isprintable()
        if not good or not isinstance(stamp, (int, float)):
            raise GraderFault("cluster", "gateway_lost", reason="a machine that is none")
    return seen
