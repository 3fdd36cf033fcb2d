"""All calls of one submission, over as many children as it loses.

A case that loops, crashes or eats the memory costs that case alone: the rest goes to a new
child. So that a submission of nothing but endless loops ends, the calls of one function after
some losses in a row (three when grading, one in a check), and all calls after eight losses, share
the last loss without being run.
Everything a submission does counts towards one budget of time: loading, loading again after a
loss, and all cases.

A child that was killed from outside is no loss of the submission's. What was under way is asked
once more, alone, in a fresh zygote, and the time that this takes is not the submission's either.
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
from .cell_places import CellPlaces
from .job import LOSSES, NOT_RUN, Call, Job, Limits, Run
from .killed import out_of_memory_kills

LOSSES_IN_ALL = 8
#: The time budget, in cases that just keep their limit.
SLOW_CASES = 12
#: Ways to be lost over loading that another child, told to be careful, may escape.
LOST_LOADING = frozenset({"timeout", "crashed"})
#: The share of the time for loading that the first child has; the careful one has the rest.
FIRST_SHARE = 0.6
#: A submission of which so many children were killed from outside is given up, even if each
#: call was answered when it was asked once more.
KILLS_IN_ALL = 4
#: Processes that may be killed before they have seen the source, which has no part in it. On a
#: busy machine a zygote takes a second to start, in which several others may be killed.
STARTS = 20


class ChildSource(Protocol):
    """Gives children; `fresh` ones come from a zygote that has had none before."""

    def __call__(self, *, fresh: bool = False) -> AnyChild: ...


@dataclass
class Session:
    """Runs one job; `take` gives a child, which the session closes."""

    job: Job
    frames: Sequence[bytes]
    limits: Limits
    take: ChildSource
    #: Whether a program of the grader's own survives that runs as long as what was lost.
    control: Callable[[float], bool]
    #: Done once, while the first child is at work.
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
        return CellPlaces(self.job.source, self.job.cells).place(run)

    def _loaded(self) -> ChildRun:
        """The first attempt whose source loads, or what the first one failed by.

        A child that is lost over the source may be lost over a demonstration in it: once more in
        another one, without what can take long.
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
        """Ask one child; what a kill from outside took is not charged to the submission.

        Another child takes the place of one that is killed before it has seen the source.
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
        """Ask in a fresh zygote what was killed from outside. Raises SandboxKilled."""
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
        """Keep apart what each call printed, the lost one included."""
        if result.load_error is not None:
            return
        text, _ = child.printed(0, self.limits.stdout_bytes)
        starts = [result.printed, *result.printed_at]
        for call, start, end in zip(calls, starts, [*starts[1:], len(text)], strict=False):
            self._prints[call.id] = text[start:end].decode("utf-8", "replace")

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
    """What an attempt at one call came to."""
    return next(iter(single.outcomes), None) or single.lost or single.load_error or otherwise
