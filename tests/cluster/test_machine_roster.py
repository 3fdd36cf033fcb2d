"""Test which machines may grade, from the gateway's messages, with a simulated clock."""

import pytest

from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.cluster.dispatch import Batch
from learncnn.grader.cluster.gateway_wire import GatewayFrame
from learncnn.grader.cluster.machine_roster import (
    ALONE_SECONDS,
    FIRST_SECONDS,
    SILENT_SECONDS,
    MachineRoster,
    workers_seen,
)
from learncnn.grader.cluster.machine_worker import Machine
from learncnn.grader.cluster.remote_machine import RemoteMachine
from learncnn.grader.errors import GraderFault

from .conftest import task

HERE, THERE = "tcp://192.0.2.1:1", "tcp://192.0.2.2:1"


class Probes:
    """Takes down what is sent to whom."""

    def __init__(self):
        self.sent, self.notes = [], []

    def roster(self):
        return MachineRoster(GradingSettings(), self.send, self.notes.append, 0.0)

    def send(self, address, content):
        self.sent.append((address, content))
        return len(self.sent)


@pytest.fixture(scope="module")
def right():
    """What a machine answers that judges right."""
    probes = Probes()
    list(probes.roster().update({HERE: 1.0}, 0.0))
    machine = Machine(1)
    yield machine.document(machine.answer(probes.sent[0][1]))
    machine.close()


@pytest.fixture
def probes():
    return Probes()


def done(number, content):
    return GatewayFrame({"is": "done", "batch": number}, content)


def test_a_machine_grades_once_it_has_judged_the_probe_right(probes, right):
    roster = probes.roster()
    list(roster.update({HERE: 1.0, THERE: 1.0}, 0.0))
    assert [address for address, _ in probes.sent] == [HERE, THERE]
    assert roster.machines == []
    assert roster.take_probe(done(1, right))
    assert not roster.take_probe(done(1, right)), "it is answered once"
    assert not roster.take_probe(done(77, right))
    assert [machine.address for machine in roster.machines] == [HERE]
    assert roster.take_probe(done(2, b"{}"))
    assert [machine.address for machine in roster.machines] == [HERE]
    assert THERE in str(probes.notes[0])
    list(roster.update({HERE: 2.0, THERE: 2.0}, 1.0))
    assert len(probes.sent) == 2, "what is refused is not tried again"


def test_a_machine_that_is_lost_over_its_probe_is_tried_three_times(probes):
    roster = probes.roster()
    for number in (1, 2, 3):
        list(roster.update({HERE: float(number)}, number))
        roster.take_probe(GatewayFrame({"is": "lost", "batch": number, "why": "no \x1b module"}))
    list(roster.update({HERE: 4.0}, 4))
    assert len(probes.sent) == 3
    assert "no   module" in str(probes.notes[0])


def test_a_silent_machine_is_lost_and_probed_when_it_is_heard_again(probes, right):
    roster = probes.roster()
    list(roster.update({HERE: 1.0}, 0.0))
    roster.take_probe(done(1, right))
    assert list(roster.update({HERE: 1.0}, SILENT_SECONDS - 1)) == []
    assert [m.address for m in roster.update({HERE: 1.0}, SILENT_SECONDS + 1)] == [HERE]
    assert roster.machines == []
    list(roster.update({HERE: 1.0}, SILENT_SECONDS + 2))
    assert len(probes.sent) == 1
    list(roster.update({HERE: 2.0}, SILENT_SECONDS + 3))
    assert len(probes.sent) == 2


def test_a_machine_that_is_gone_is_lost(probes, right):
    roster = probes.roster()
    list(roster.update({HERE: 1.0}, 0.0))
    roster.take_probe(done(1, right))
    assert [machine.address for machine in roster.update({}, 1.0)] == [HERE]
    assert roster.machines == []


def test_a_run_ends_when_no_machine_has_been_there_for_long(probes, right):
    roster = probes.roster()
    roster.check(FIRST_SECONDS - 1, "here")
    with pytest.raises(GraderFault, match="No machine has been connected to here for 60 s"):
        roster.check(FIRST_SECONDS + 1, "here")
    list(roster.update({HERE: 1.0}, 30.0))
    roster.check(50.0, "here")  # it is at the probe
    list(roster.update({}, 51.0))
    roster.check(50.0 + ALONE_SECONDS - 1, "here")
    with pytest.raises(GraderFault, match="No machine has been connected to here for 20 s"):
        roster.check(50.0 + ALONE_SECONDS + 1, "here")


def test_a_run_ends_with_the_reasons_when_all_machines_are_refused(probes):
    roster = probes.roster()
    list(roster.update({HERE: 1.0}, 30.0))
    roster.check(50.0, "here")
    roster.take_probe(done(1, b"{}"))
    with pytest.raises(GraderFault, match=r"192\.0\.2\.1"):
        roster.check(50.0 + ALONE_SECONDS + 1, "here")


@pytest.mark.parametrize(
    "seen",
    [
        None,
        [],
        {"x" * 300: 1.0},
        {"tcp://\x1b": 1.0},
        {HERE: "1"},
        dict.fromkeys(map(str, range(10_001)), 1.0),
    ],
    ids=["none", "list", "long", "control", "text", "many"],
)
def test_a_list_of_machines_that_is_none_is_refused(seen):
    with pytest.raises(GraderFault):
        workers_seen(GatewayFrame({"is": "machines", "seen": seen}))


def test_a_machine_is_overdue_after_what_its_slowest_batches_may_take():
    machine = RemoteMachine(HERE, jobs=2)
    assert not machine.overdue(1e9, 60.0)
    for number in range(4):
        machine.give(number, Batch([task(10 * number + n) for n in range(10)]), frozenset(), 100.0)
    assert not machine.overdue(100.0 + 60.0 * 20 / 2, 60.0)
    assert machine.overdue(100.0 + 60.0 * 20 / 2 + 181.0, 60.0)
