"""A machine as the grader knows it: what it has before it, how fast it is, which keys it holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from .dispatch import Batch

#: Batches that a machine works at, the others wait.
AT_ONCE = 2
#: Seconds that a machine has beside the time of its submissions: to start workers, and to answer.
_SPARE = 180.0
#: Weight of a batch in a machine's speed.
_WEIGHT = 0.3


@dataclass(eq=False)
class RemoteMachine:
    """One that has judged the probe right."""

    address: str
    #: Grading workers.
    jobs: int
    #: Digests of the answer keys that it holds.
    keys: set[str] = field(default_factory=set)
    #: Batches that it has before it, by number, with the digests of their keys.
    batches: dict[int, tuple[Batch, frozenset[str]]] = field(default_factory=dict)
    #: Submissions a second; 0 until it is known.
    rate: float = 0.0
    #: When it began with what it is at, in seconds.
    began: float = 0.0

    def give(self, number: int, batch: Batch, digests: frozenset[str], now: float) -> None:
        """Note that it gets a batch."""
        if not self.batches:
            self.began = now
        self.batches[number] = batch, digests

    def overdue(self, now: float, budget: float) -> bool:
        """Return whether it has had longer than the slowest batch takes honest machines.

        `budget` is the time that a submission has, in seconds. It has two batches at work.
        """
        longest = sum(len(batch) for batch, _ in [*self.batches.values()][:AT_ONCE])
        return bool(self.batches) and now - self.began > _SPARE + budget * longest / self.jobs

    def note_speed(self, count: int, now: float) -> None:
        """Note that it has graded `count` submissions since it began."""
        rate = count / max(now - self.began, 1e-3)
        self.rate = rate if not self.rate else _WEIGHT * rate + (1 - _WEIGHT) * self.rate
        self.began = now
