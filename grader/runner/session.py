"""All calls of one submission, over as many children as it loses.

A case that loops, crashes or eats the memory costs that case alone: the rest goes to a new
child. So that a submission of nothing but endless loops ends, the calls of one function after
three losses in a row, and all calls after eight losses, share the last loss without being run.
One that is as slow as it may be in every case ends too: all cases together have a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..sandbox.protocol.outcome import Outcome
from .attempt import ChildRun, attempt
from .child import Child
from .job import LOSSES, NOT_RUN, Call, Job, Limits, Run

LOSSES_IN_A_ROW = 3
LOSSES_IN_ALL = 8
#: All cases together may take as long as so many that just keep their limit.
SLOW_CASES = 12


@dataclass
class Session:
    """Runs one job; `take` gives a fresh child, which the session closes."""

    job: Job
    frames: Sequence[bytes]
    limits: Limits
    take: Callable[[], Child]
    #: Done once, while the first child is at work.
    meanwhile: Callable[[], object] | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _stdout: bytes = b""
    _truncated: bool = False
    _kept: int = 0
    _seconds: float = 0.0

    def run(self) -> Run:
        """Every call gets an outcome, unless the source does not load. Raises GraderFault."""
        first = self._attempt(self.job.calls)
        if first.load_error is not None and first.load_error.kind == "timeout":
            first = self._attempt(self.job.calls)  # the machine may have been busy
        last = first
        while first.load_error is None:
            self._note(last)
            self._give_up_where_hopeless()
            if not (left := self._left()):
                break
            last = self._attempt(left, keep_load_output=False)
        return Run(
            outcomes={c.id: self.outcomes[c.id] for c in self.job.calls if c.id in self.outcomes},
            isolation=first.isolation,
            load_error=first.load_error,
            forbidden=first.forbidden,
            stdout=self._stdout.decode("utf-8", "replace"),
            stdout_truncated=self._truncated,
            versions=first.versions,
        )

    def _seconds_left(self) -> float:
        return SLOW_CASES * self.limits.case_seconds * self.job.patience - self._seconds

    def _left(self) -> tuple[Call, ...]:
        return tuple(call for call in self.job.calls if call.id not in self.outcomes)

    def _attempt(
        self, calls: Sequence[Call], *, keep_load_output: bool = True, keep_output: bool = True
    ) -> ChildRun:
        child = self.take()
        try:
            wanted = {call.id for call in calls}
            frames = [f for c, f in zip(self.job.calls, self.frames, strict=True) if c.id in wanted]
            limits = self.limits._replace(kept_bytes=self.limits.kept_bytes - self._kept)
            seconds = max(self._seconds_left(), limits.case_seconds * self.job.patience)
            meanwhile, self.meanwhile = self.meanwhile, None
            result = attempt(child, self.job, calls, frames, limits, seconds, meanwhile)
            self._kept += result.kept
            self._seconds += result.seconds
            if keep_output:
                self._collect(child, 0 if keep_load_output else result.printed)
            return result
        finally:
            child.close()

    def _collect(self, child: Child, start: int) -> None:
        room = self.limits.stdout_bytes - len(self._stdout)
        text, full = child.printed(start, self.limits.stdout_bytes)
        self._truncated = self._truncated or full or len(text) > room
        self._stdout += text[:room]

    def _note(self, done: ChildRun) -> None:
        """Take over the answers, and decide what the call gets that was lost after them."""
        left = self._left()
        for call, outcome in zip(left, done.outcomes, strict=False):
            self.outcomes[call.id] = outcome
        if len(done.outcomes) == len(left):
            return
        call = left[len(done.outcomes)]
        # A source that loaded once and not again is lost over the call that was due.
        loss = done.lost or done.load_error
        if loss is None:  # stopped early after a `memory` outcome
            return
        if loss.kind == "timeout":
            # Alone once more before it counts: a busy machine must not fail a right answer.
            again = self._attempt([call], keep_output=False)
            loss = again.outcomes[0] if again.outcomes else again.lost or again.load_error or loss
        self.outcomes[call.id] = loss

    def _give_up_where_hopeless(self) -> None:
        left = self._left()
        if self._seconds_left() <= 0:
            self._share(left, Outcome("timeout"))
            return
        losses = [o for o in self.outcomes.values() if o.kind in LOSSES]
        if len(losses) >= LOSSES_IN_ALL:
            self._share(left, losses[-1])
            return
        for function in {call.function for call in left}:
            done = [
                self.outcomes[c.id]
                for c in self.job.calls
                if c.function == function and c.id in self.outcomes
            ]
            last = done[-LOSSES_IN_A_ROW:]
            if len(last) == LOSSES_IN_A_ROW and all(o.kind in LOSSES for o in last):
                self._share([c for c in left if c.function == function], last[-1])

    def _share(self, calls: Sequence[Call], loss: Outcome) -> None:
        for call in calls:
            self.outcomes[call.id] = loss._replace(detail=NOT_RUN, seconds=0.0)
