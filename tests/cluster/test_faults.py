"""Test machines that die, freeze or are fake: each submission gets the answer of a local run."""

import os
import random
import signal
from contextlib import suppress

import pytest

from learncnn.grader.batch.pool import Pool
from learncnn.grader.batch.tasks import GradingSettings
from learncnn.grader.cluster import machine_roster
from learncnn.grader.cluster.cluster_address import cluster_address
from learncnn.grader.cluster.cluster_results import ClusterResults
from learncnn.grader.errors import GraderFault
from learncnn.grader.gradebook.records import record_of

from .clusters import below, worker_of, zygote_of
from .conftest import FLIPPED, RIGHT, task
from .rigged import DIES, FAILS, KILLER_LINE, MISJUDGES, NO_LANDLOCK, OTHER_VERSION

SETTINGS = GradingSettings()
HOSTILE = "import os\nos.kill(os.getppid(), 9)\nos._exit(0)\n" + RIGHT
COUNT = 240


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A machine that is started again on a busy computer may take long."""
    monkeypatch.setattr(machine_roster, "FIRST_SECONDS", 120.0)
    monkeypatch.setattr(machine_roster, "ALONE_SECONDS", 120.0)
    monkeypatch.setattr(machine_roster, "PROBE_SECONDS", 400.0)


def sources(count, *, killers=()):
    """Right and wrong ones, one in ten hostile, all different."""
    kinds = [HOSTILE, *[RIGHT, FLIPPED, "def corr2d(:"] * 3]
    lines = [KILLER_LINE if n in killers else "#" for n in range(count)]
    return [task(n, f"{kinds[n % 10]}\n{line} {n}\n") for n, line in enumerate(lines)]


@pytest.fixture(scope="module")
def local():
    """What this machine makes of the same submissions."""
    with Pool(SETTINGS, reduce=record_of) as pool:
        return {done.number: done.result for done in pool.results(sources(COUNT))}


def connected(cluster, note=print):
    return ClusterResults(SETTINGS, cluster_address(cluster.address, None, insecure=False), note)


def graded(cluster, tasks, *, when=None, do=None):
    """Grade, and at the answer number `when` do something; each is answered once."""
    answers = {}
    cluster.wait()
    with connected(cluster) as graders:
        for done in graders.results(tasks):
            assert done.number not in answers
            answers[done.number] = done
            if len(answers) == when:
                do()
    assert answers.keys() == {task.number for task in tasks}
    return answers


def assert_same(answers, local, *, but=()):
    """The gradebook would hold the same rows; `but` have a fault by name, and no verdict."""
    lost = {number for number, done in answers.items() if done.result is None}
    assert lost == set(but)
    assert all(answers[number].error.key == "cluster.lost" for number in lost)
    for number in answers.keys() - lost:
        assert answers[number].result == local[number]


KILLS = {
    "worker": worker_of,
    "nanny": lambda machine: machine.pid,
    "zygote": zygote_of,
    "tree": lambda machine: below(machine.pid),
}


def kill(target, number=signal.SIGKILL):
    for pid in target if isinstance(target, list) else [target]:
        with suppress(ProcessLookupError):  # it has ended with another of them
            os.kill(pid, number)


@pytest.mark.parametrize(
    "what",
    ["worker", "tree", *(pytest.param(n, marks=pytest.mark.full) for n in ("nanny", "zygote"))],
)
def test_a_killed_process_of_a_machine_changes_no_answer(cluster, local, what):
    chance = random.Random(what)
    machines = [cluster.start_machine(), cluster.start_machine()]
    tasks = sources(COUNT)

    def strike():
        kill(KILLS[what](chance.choice(machines)))

    answers = graded(cluster, tasks, when=chance.randrange(COUNT // 2), do=strike)
    assert_same(answers, local)


def test_a_submission_that_kills_its_machine_each_time_is_a_fault_by_name(cluster, local):
    cluster.start_machine(preload=DIES)
    cluster.start_machine(preload=DIES)
    killer = random.Random(7).randrange(COUNT)
    answers = graded(cluster, sources(COUNT, killers=[killer]))
    answers_but = {n: done for n, done in answers.items() if n != killer}
    assert answers[killer].result is None
    assert answers[killer].error.key == "cluster.lost"
    assert "no verdict" in str(answers[killer].error)
    assert_same(answers_but, local)


def test_a_frozen_machine_is_lost_and_its_work_done_by_the_other(cluster, local, monkeypatch):
    monkeypatch.setattr(machine_roster, "SILENT_SECONDS", 8.0)
    machines = [cluster.start_machine(), cluster.start_machine()]
    frozen = below(machines[0].pid)

    def freeze():
        kill(frozen, signal.SIGSTOP)

    answers = graded(cluster, sources(COUNT), when=20, do=freeze)
    kill(frozen, signal.SIGCONT)
    assert_same(answers, local)


@pytest.mark.parametrize(
    ("rig", "cause"),
    [
        (OTHER_VERSION, "0.0.1"),
        (NO_LANDLOCK, "Not every layer of the sandbox can be applied here: landlock"),
        (MISJUDGES, "flipped"),
        (FAILS, "out of order"),
    ],
    ids=["version", "layer", "misjudges", "fails"],
)
def test_a_machine_that_is_unfit_is_refused_by_name_and_gets_nothing(
    cluster, monkeypatch, rig, cause
):
    monkeypatch.setattr(machine_roster, "ALONE_SECONDS", 1.0)
    cluster.start_machine(preload=rig)
    cluster.wait()
    notes = []
    with connected(cluster, notes.append) as graders, pytest.raises(GraderFault) as fault:
        next(graders.results(sources(3)))
    assert fault.value.key in ("cluster.all_refused", "cluster.no_machines")
    assert cause in str(notes[0])
    assert cause in str(fault.value)


def test_a_refused_machine_does_not_keep_the_others_from_grading(cluster, local):
    cluster.start_machine(preload=OTHER_VERSION)
    cluster.start_machine()
    assert_same(graded(cluster, sources(40)), local)


def test_a_run_without_machines_ends_and_says_why(cluster, monkeypatch):
    monkeypatch.setattr(machine_roster, "FIRST_SECONDS", 0.5)
    with connected(cluster) as graders, pytest.raises(GraderFault) as fault:
        list(graders.results(sources(3)))
    assert fault.value.key == "cluster.no_machines"
    assert "--resume" in str(fault.value)


def test_a_killed_scheduler_ends_the_run_and_the_next_goes_on(cluster, local):
    cluster.start_machine()
    cluster.wait()
    tasks, answers = sources(COUNT), {}

    def grade():
        with connected(cluster) as graders:
            for done in graders.results(tasks):
                answers[done.number] = done
                if len(answers) == COUNT // 4:
                    cluster.scheduler.kill()
                    cluster.scheduler.wait()
                    cluster.start_scheduler()

    with pytest.raises(GraderFault) as fault:
        grade()
    assert fault.value.key == "cluster.no_scheduler"
    assert len(answers) < COUNT
    cluster.start_machine()
    answers |= graded(cluster, [task for task in tasks if task.number not in answers])
    assert_same(answers, local)
