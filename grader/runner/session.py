"""Make all calls of one submission, in a new child after each loss.

A case that loops, crashes or exhausts memory costs only that case: the rest goes to a new child.
To end a submission that consists of endless loops, a function's calls after several losses in a row
(three when grading, one in a check), and all calls after eight losses, get the last loss as their
outcome without being run. Loading, reloading after a loss, and all cases count towards one time
budget.

A child killed from outside does not count as a loss of the submission. The call in progress is
asked once more, alone, in a fresh zygote, and this time is not charged to the submission.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import KilledAtStart, SandboxKilled
from ..sandbox.protocol.outcome import Outcome
from .any_child import AnyChild
from .attempt import ChildRun, attempt
from .job import LOSSES, NOT_RUN, Call, Job, Limits, Run

LOSSES_IN_ALL = 8
#: The time budget, as a number of cases that use their full time limit.
SLOW_CASES = 12
#: Kinds of loss during loading after which another child tries again carefully.
LOST_LOADING = frozenset({"timeout", "crashed"})
#: Share of the loading time for the first child; the careful one gets the rest.
FIRST_SHARE = 0.6
#: Number of children killed from outside after which a submission is abandoned, even if each call
#: was answered when it was asked once more.
KILLS_IN_ALL = 4
#: Maximum number of processes killed before they received the source, which cannot be the cause.
#: On a busy machine a zygote takes a second to start, in which several others may be killed.
STARTS = 20


class ChildSource(Protocol):
    """Provides children; `fresh` ones come from a new zygote."""

    def __call__(self, *, fresh: bool = False) -> AnyChild: ...


@dataclass
class Session:
    """Runs one job; `take` returns a child, which the session closes."""

    job: Job
    frames: Sequence[bytes]
    limits: Limits
    take: ChildSource
    #: Returns whether a control program survives for as long as the lost submission ran.
    control: Callable[[float], bool]
    #: Called once, while the first child works.
    meanwhile: Callable[[], object] | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _stdout: bytes = b""
    _prints: dict[str, str] = field(default_factory=dict)
    _truncated: bool = False
    _kept: int = 0
    _seconds: float = 0.0
    _kills: int = 0
    _careful: bool = False
    _consulted: set[str] = field(default_factory=set)

    def run(self) -> Run:
        """Give every call an outcome, unless the source does not load.

        Raises SandboxKilled, GraderFault.
        """
        first = self._loaded()
        last = first
        while first.load_error is None:
            self._note(last)
            self._give_up_where_hopeless()
            if not (left := self._left()):
                break
            last = self._attempt(left, keep_load_output=False, charge_load=not last.killed)
        run = Run(
            outcomes={c.id: self.outcomes[c.id] for c in self.job.calls if c.id in self.outcomes},
            isolation=first.isolation,
            load_error=first.load_error,
            forbidden=first.forbidden,
            stdout=self._stdout.decode("utf-8", "replace"),
            stdout_truncated=self._truncated,
            prints=self._prints,
            versions=first.versions,
            notes=first.notes,
            consulted=frozenset(self._consulted),
        )
        if not self.job.cells:
            return run
        from .cell_places import CellPlaces

        return CellPlaces(self.job.source, self.job.cells).place(run)

    def _loaded(self) -> ChildRun:
        """Return the first attempt whose source loads, or the failure of the first attempt.

        A child lost during loading may have been lost in demonstration code, so the source is
        loaded again in another child, without statements that can take long.
        """
        first = self._attempt(self.job.calls)
        if first.load_error is not None and first.killed:
            first = self._once_more(self.job.calls, keep_output=True)
        if first.load_error is None or first.load_error.kind not in LOST_LOADING:
            return first
        self._careful = True
        second = self._attempt(self.job.calls)
        return first if second.load_error is not None else second

    def _seconds_left(self) -> float:
        cases = SLOW_CASES * self.limits.case_seconds * self.job.patience
        return max(cases, self.limits.load_seconds) - self._seconds

    def _left(self) -> tuple[Call, ...]:
        return tuple(call for call in self.job.calls if call.id not in self.outcomes)

    def _attempt(
        self,
        calls: Sequence[Call],
        *,
        fresh: bool = False,
        keep_load_output: bool = True,
        keep_output: bool = True,
        charge_load: bool = True,
    ) -> ChildRun:
        """Ask one child; time lost to a kill from outside is not charged to the submission.

        A child killed before it received the source is replaced by another.
        """
        wanted = {call.id for call in calls}
        frames = [f for c, f in zip(self.job.calls, self.frames, strict=True) if c.id in wanted]
        share = 1.0 - FIRST_SHARE if self._careful else FIRST_SHARE
        limits = self.limits._replace(
            kept_bytes=self.limits.kept_bytes - self._kept,
            load_seconds=self.limits.load_seconds * share,
        )
        seconds = max(self._seconds_left(), 0.0) + (0.0 if charge_load else limits.load_seconds)
        for _ in range(STARTS):
            try:
                with closing(self.take(fresh=fresh)) as child:
                    result = attempt(
                        child,
                        self.job,
                        calls,
                        frames,
                        limits,
                        seconds,
                        self.meanwhile,
                        careful=self._careful,
                    )
                    self.meanwhile = None
                    if keep_output and not (result.killed and result.load_error):
                        self._collect(child, 0 if keep_load_output else result.printed)
                        self._collect_by_call(child, calls, result)
            except KilledAtStart:
                continue
            self._charge(result, load=charge_load)
            return result
        raise SandboxKilled("every process was killed before it could begin", how="signal 9")

    def _charge(self, result: ChildRun, *, load: bool) -> None:
        self._kept += result.kept
        self._consulted |= result.consulted
        self._seconds += result.answer_seconds
        if load and not (result.killed and result.load_error):
            self._seconds += result.load_seconds
        if not result.killed:
            self._seconds += result.lost_seconds

    def _once_more(self, calls: Sequence[Call], *, keep_output: bool = False) -> ChildRun:
        """Repeat, in a fresh zygote, calls that were killed from outside. Raises SandboxKilled."""
        from .killed import out_of_memory_kills

        self._kills += 1
        killed_before = out_of_memory_kills()
        again = self._attempt(calls, fresh=True, keep_output=keep_output, charge_load=keep_output)
        lost_again = again.killed and (again.load_error is not None or len(calls) == 1)
        if not lost_again and self._kills < KILLS_IN_ALL:
            return again
        lived = again.load_seconds + again.answer_seconds + again.lost_seconds
        lost = again.lost or again.load_error
        raise SandboxKilled(
            "a submission was killed from outside again and again",
            how=(lost.detail if lost else "") or "signal 9",
            everywhere=not self.control(lived),
            memory=out_of_memory_kills() > killed_before,
        )

    def _collect(self, child: AnyChild, start: int) -> None:
        room = self.limits.stdout_bytes - len(self._stdout)
        text, full = child.printed(start, self.limits.stdout_bytes)
        self._truncated = self._truncated or full or len(text) > room
        self._stdout += text[:room]

    def _collect_by_call(self, child: AnyChild, calls: Sequence[Call], result: ChildRun) -> None:
        """Store the output of each call separately, including the lost call."""
        if result.load_error is not None:
            return
        text, _ = child.printed(0, self.limits.stdout_bytes)
        starts = [result.printed, *result.printed_at]
        for call, start, end in zip(calls, starts, [*starts[1:], len(text)], strict=False):
            self._prints[call.id] = text[start:end].decode("utf-8", "replace")

    def _note(self, done: ChildRun) -> None:
        """Store the answers, and decide the outcome of the call that was lost after them."""
        left = self._left()
        for call, outcome in zip(left, done.outcomes, strict=False):
            self.outcomes[call.id] = outcome
        if len(done.outcomes) == len(left):
            return
        call = left[len(done.outcomes)]
        # If a source that loaded before does not load again, the next call is lost.
        loss = done.lost or done.load_error
        if loss is None:  # stopped early after a `memory` outcome
            return
        if done.killed:
            loss = _outcome(self._once_more([call]), loss)
        if loss.kind == "timeout" and self.limits.second_try and self._seconds_left() > 0:
            again = self._attempt([call], keep_output=False)
            loss = _outcome(self._once_more([call]) if again.killed else again, loss)
            if loss.kind not in LOSSES:
                self._consulted.add("retry")
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
            last = done[-self.limits.losses_in_a_row :]
            if len(last) == self.limits.losses_in_a_row and all(o.kind in LOSSES for o in last):
                self._share([c for c in left if c.function == function], last[-1])

    def _share(self, calls: Sequence[Call], loss: Outcome) -> None:
        for call in calls:
            self.outcomes[call.id] = loss._replace(detail=NOT_RUN, seconds=0.0)


def _outcome(single: ChildRun, otherwise: Outcome) -> Outcome:
    """Return the outcome of an attempt at one call."""
    return next(iter(single.outcomes), None) or single.lost or single.load_error or otherwise
