"""Test the assignment of batches and the handling of losses, without machines and time."""

import random

import pytest

from learncnn.grader.batch.tasks import Done, Task
from learncnn.grader.cluster.dispatch import DEPTH, Dispatch, batch_size
from learncnn.grader.errors import Message
from learncnn.grader.submissions.submission import Submission

WHY = Message("it was lost")


def tasks(count):
    return [Task(n, "ex01", "numpy", Submission(str(n), "ex01.py")) for n in range(count)]


class Machines:
    """Machines that answer at once, and die of every batch that holds a killer."""

    def __init__(self, jobs, *, killers=(), rates=None):
        self.jobs, self.killers = jobs, set(killers)
        self.rates = rates or [0.0] * len(jobs)
        self.busy = [[] for _ in jobs]
        self.answers, self.sizes, self.lost = [], [], []

    def grade(self, dispatch, chance):
        """Grade until all is answered; whose turn it is is drawn by lot."""
        while True:
            self.feed(dispatch)
            if dispatch.finished:
                return
            ready = [m for m, busy in enumerate(self.busy) if busy]
            self.answer(chance.choice(ready), dispatch)

    def feed(self, dispatch):
        total = sum(map(batch_size, self.rates, self.jobs))
        dispatch.take_in(2 * DEPTH * total)
        order = sorted(range(len(self.jobs)), key=lambda m: len(self.busy[m]))
        for m in order:
            share = batch_size(self.rates[m], self.jobs[m]) / total
            while batch := dispatch.next_batch(
                self.busy[m], self.rates[m], self.jobs[m], share, drains=m == order[0]
            ):
                assert not (self.busy[m] and batch.suspect), "it is asked beside others"
                assert not any(other.suspect for other in self.busy[m])
                self.busy[m].append(batch)

    def answer(self, m, dispatch):
        batch = self.busy[m].pop(0)
        self.sizes.append(len(batch))
        if self.killers & batch.tasks.keys():
            for each in [batch, *self.busy[m]]:
                self.lost.append(sorted(each.tasks))
                self.answers += dispatch.lost(each, WHY)
            self.busy[m].clear()
        else:
            done = [Done(number, "right") for number in batch.tasks]
            dispatch.answered(batch, done)
            self.answers += done


@pytest.mark.parametrize("seed", range(20))
def test_each_submission_is_answered_once_and_only_killers_are_given_up(seed):
    chance = random.Random(seed)
    count = chance.randrange(1, 900)
    killers = chance.sample(range(count), min(count, chance.randrange(4)))
    machines = Machines([chance.randrange(1, 9) for _ in range(3)], killers=killers)
    machines.grade(Dispatch(tasks(count)), chance)
    assert sorted(done.number for done in machines.answers) == list(range(count))
    given_up = sorted(done.number for done in machines.answers if done.result is None)
    assert given_up == sorted(killers)
    assert all(done.error == WHY for done in machines.answers if done.result is None)


def test_a_killer_is_found_by_halving():
    machines = Machines([2], killers=[17])
    machines.grade(Dispatch(tasks(300)), random.Random(0))
    alone = [numbers for numbers in machines.lost if 17 in numbers]
    assert [len(numbers) for numbers in alone] == [32, 16, 8, 4, 2, 1, 1]


def test_what_was_lost_beside_a_killer_is_not_blamed():
    """Four batches are lost with their machine; three of them are asked again, and answered."""
    machines = Machines([1], killers=[0])
    machines.grade(Dispatch(tasks(64)), random.Random(0))
    assert sorted(d.number for d in machines.answers if d.result is None) == [0]


def test_the_others_go_on_while_one_machine_looks_for_a_killer():
    dispatch = Dispatch(tasks(2000))
    machines = Machines([2, 2], killers=[0])
    machines.feed(dispatch)
    machines.answer(0 if 0 in machines.busy[0][0].tasks else 1, dispatch)
    machines.feed(dispatch)
    suspects = [[batch.suspect for batch in busy] for busy in machines.busy]
    assert sorted(map(sum, suspects)) == [0, 1]
    assert sorted(map(len, suspects)) == [1, DEPTH]


def test_batches_take_half_a_second_and_shrink_at_the_end():
    machines = Machines([4], rates=[120.0])
    machines.grade(Dispatch(tasks(3000)), random.Random(0))
    assert machines.sizes[0] == 60
    ends = machines.sizes[-12:]
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] <= 8


def test_no_more_is_taken_in_than_machines_have_room_for():
    taken = []

    def endless():
        for task in tasks(100_000):
            taken.append(task)
            yield task

    dispatch = Dispatch(endless())
    Machines([2, 2]).feed(dispatch)
    assert len(taken) <= 2 * DEPTH * 64


def test_what_a_machine_leaves_unanswered_is_asked_again_without_blame():
    dispatch = Dispatch(tasks(10))
    dispatch.take_in(10)
    batch = dispatch.next_batch([], 0.0, 1, 1.0, drains=True)
    numbers = list(batch.tasks)
    dispatch.answered(batch, [Done(number, "right") for number in numbers[:3]])
    again = dispatch.next_batch([], 0.0, 1, 1.0, drains=True)
    assert list(again.tasks)[: len(numbers) - 3] == numbers[3:]
    assert not again.suspect
