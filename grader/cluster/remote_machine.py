"""A machine as the grader sees it: its pending batches, its speed, and the keys that it holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from .dispatch import Batch

#: Number of batches that a machine grades at once; the others wait.
AT_ONCE = 2
#: Time that a machine has in addition to that of its submissions, in seconds, to start workers and
#: to answer.
_SPARE = 180.0
#: Weight of the latest batch in the moving average of a machine's speed.
_WEIGHT = 0.3


@dataclass(eq=False)
class RemoteMachine:
    """A machine that has judged the probe correctly."""

    address: str
    #: Number of grading workers.
    jobs: int
    #: Digests of the answer keys that it holds.
    keys: set[str] = field(default_factory=set)
    #: Number → pending batch, with the digests of its keys.
    batches: dict[int, tuple[Batch, frozenset[str]]] = field(default_factory=dict)
    #: Submissions per second; 0 until it is known.
    rate: float = 0.0
    #: When it began its current work, in seconds of the monotonic clock.
    began: float = 0.0

    def give(self, number: int, batch: Batch, digests: frozenset[str], now: float) -> None:
        """Record that it was sent a batch."""
        if not self.batches:
            self.began = now
        self.batches[number] = batch, digests

    def overdue(self, now: float, budget: float) -> bool:
        """Return whether it has taken longer than the slowest batches can take.

        `budget` is the time limit of a submission, in seconds. It grades AT_ONCE batches at once.
        """
        longest = sum(len(batch) for batch, _ in [*self.batches.values()][:AT_ONCE])
        return bool(self.batches) and now - self.began > _SPARE + budget * longest / self.jobs

    def note_speed(self, count: int, now: float) -> None:
        """Update its speed: it has graded `count` submissions since `began`."""
        rate = count / max(now - self.began, 1e-3)
        self.rate = rate if not self.rate else _WEIGHT * rate + (1 - _WEIGHT) * self.rate
        self.began = now
