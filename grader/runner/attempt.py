"""Run one child's share of a job: load the source, make calls until all are done or it is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import GraderFault, KilledAtStart, Lost
from ..sandbox.protocol import messages
from ..sandbox.protocol.frames import FrameError
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Bounds, ValuesError
from ..sandbox.source.notes import LoadNote
from . import memfd_inputs
from .any_child import AnyChild, Talk
from .job import Call, ForbiddenUse, Isolation, Job, Limits

#: Seconds to wait until a child is ready, because a fresh interpreter first imports torch.
READY_SECONDS = 180.0
_USES = 64
#: Seconds to wait for the frame after the last answer, which normally takes microseconds.
_DONE_SECONDS = 0.5


@dataclass
class ChildRun:
    """The result of an attempt. `outcomes` are the received answers, in order, without gaps."""

    isolation: Isolation
    versions: Mapping[str, str] = field(default_factory=dict)
    forbidden: tuple[ForbiddenUse, ...] = ()
    notes: tuple[LoadNote, ...] = ()
    #: Why the source did not load.
    load_error: Outcome | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    #: Outcome of the call after the last answer, if the child was lost during it.
    lost: Outcome | None = None
    #: Whether the child was killed from outside; then `load_error` and `lost` are not outcomes.
    killed: bool = False
    #: Bytes printed while loading, as the child reports; a false value only hides its own output.
    printed: int = 0
    #: The same after each answer.
    printed_at: list[int] = field(default_factory=list)
    #: Bytes of arrays in the outcomes.
    kept: int = 0
    #: Seconds used for loading, for the answered calls, and for the lost call.
    load_seconds: float = 0.0
    answer_seconds: float = 0.0
    lost_seconds: float = 0.0
    #: What the submission consulted, as reported by the child.
    consulted: frozenset[str] = frozenset()


def attempt(
    child: AnyChild,
    job: Job,
    calls: Sequence[Call],
    frames: Sequence[bytes],
    limits: Limits,
    seconds: float,
    meanwhile: Callable[[], object] | None = None,
    *,
    careful: bool = False,
) -> ChildRun:
    """Give the child the job and `calls`, and receive its answers; `frames` encode the calls.

    Calls are sent only after the source is loaded, so that it cannot read them while it runs. Calls
    that the job holds back are sent only after all others are answered. Each has a new random id.

    `seconds` limits loading and all calls together; the call in progress at the limit is lost.
    `meanwhile` is called while the child works on the first calls.

    Stops early after an outcome of kind `memory`, because the memory may still be in use. An answer
    that exceeds the grader's own limit also has this kind. The caller closes the child. Raises
    KilledAtStart, and GraderFault if the child fails before it has received the source.
    """
    talk = child.talk(limits.answer_bytes)
    result = _ready(talk, child)
    first = len(calls) - _held(job, calls)
    ids = _ids(len(calls))
    large = child.inputs >= 0 and memfd_inputs.are_large(frames[:first], limits)
    load = messages.load(
        job.source,
        job.filename,
        job.driver_source,
        job.forbidden,
        large=large,
        wanted=tuple(dict.fromkeys(call.function for call in job.calls)),
        cells=job.cells,
        signatures=job.signatures,
        careful=careful,
        seconds=limits.load_seconds,
    )
    talk.say(load)
    started = time.monotonic()
    try:
        loaded = _loaded(talk, job, limits, started + min(seconds, limits.load_seconds), result)
    except Lost as loss:
        result.load_error = _outcome(loss, child, result)
        loaded = False
    result.load_seconds = time.monotonic() - started
    if not loaded:
        return result
    parts = messages.with_ids(frames, ids)
    now, later = parts[: 3 * first], parts[3 * first :]
    if large:
        try:
            talk.say(messages.inputs(memfd_inputs.fill(child.inputs, now)))
        except OSError:  # the submission damaged the file while it was loaded
            result.lost = Outcome("protocol", detail="the file of inputs was changed")
            return result
        now = []
    if first:
        talk.say(b"".join(now))
    if meanwhile is not None:
        meanwhile()
    later.append(messages.END)
    if not _answered(talk, child, job, calls, ids, (first, later), limits, seconds, result):
        return result
    try:
        header, _ = talk.hear(_DONE_SECONDS)
        finished = header.get("kind") == "done" and not talk.surplus()
        result.consulted = messages.read_consulted(header)
    except FrameError:
        finished = False
    except Lost as loss:
        # All calls were answered, so an exit or a delay after that does not matter.
        finished = loss.kind != "protocol"
    if calls and not finished:
        result.outcomes.pop()
        result.lost = Outcome("protocol", detail="more answers than questions")
    return result


def _answered(
    talk: Talk,
    child: AnyChild,
    job: Job,
    calls: Sequence[Call],
    ids: Sequence[str],
    held: tuple[int, Sequence[bytes | memoryview]],
    limits: Limits,
    seconds: float,
    result: ChildRun,
) -> bool:
    """Receive the answers to all calls; return False if no more will come or are needed.

    `held` is the number of answers after which the held-back calls are sent, and these calls.
    """
    bounds = Bounds(total_bytes=limits.answer_bytes)
    began = started = time.monotonic()
    end = started + seconds - result.load_seconds
    allowed = wait = limits.case_seconds * job.patience
    before, rest = held
    try:
        for number, (call, id) in enumerate(zip(calls, ids, strict=True)):
            if number == before:
                talk.say(b"".join(rest))
            wait = min(max(0.0, end - time.monotonic()), allowed)
            header, payload = talk.hear(wait)
            if result.kept + len(payload) > limits.kept_bytes:
                result.outcomes.append(Outcome("memory"))
                return False
            result.kept += len(payload)
            result.outcomes.append(_answer(header, payload, call, id, job, bounds))
            result.printed_at.append(_printed(header, limits))
            began = time.monotonic()
            if result.outcomes[-1].kind == "memory":
                return False
        if before == len(calls):
            talk.say(b"".join(rest))
    except Lost as loss:
        result.lost = _outcome(loss, child, result)
        if loss.kind == "timeout" and wait == allowed:
            result.lost = result.lost._replace(seconds=allowed)
        result.lost_seconds = time.monotonic() - began
        return False
    finally:
        result.answer_seconds = began - started
    return True


def _held(job: Job, calls: Sequence[Call]) -> int:
    """Return the number of `calls`, all or the remaining ones of the job, that are held back."""
    if not job.held:
        return 0
    held = {call.id for call in job.calls[-job.held :]}
    return sum(call.id in held for call in calls)


def _ids(count: int) -> list[str]:
    """Draw a random id for each call, which does not reveal the call."""
    digits = os.urandom(4 * count).hex()
    return [digits[start : start + 8] for start in range(0, 8 * count, 8)]


def _ready(talk: Talk, child: AnyChild) -> ChildRun:
    """Receive the first frame, which is trusted because the worker sends it before any source."""
    try:
        header, _ = talk.hear(READY_SECONDS)
    except Lost as loss:
        how = loss.detail
        if loss.kind == "crashed":
            how, cause = child.how_ended()
            if cause == "outside":
                raise KilledAtStart from None
        said = child.printed(0, 2000)[0].decode("utf-8", "replace")
        raise GraderFault(f"a worker was lost at its start ({loss.kind} {how}) {said}") from None
    if header.get("kind") != "ready":
        raise GraderFault(f"a worker cannot start: {header.get('text', header)}")
    missing = tuple((str(name), str(reason)) for name, reason in header["missing"])
    return ChildRun(Isolation(tuple(header["in_force"]), missing), header["versions"])


def _loaded(talk: Talk, job: Job, limits: Limits, deadline: float, result: ChildRun) -> bool:
    """Receive the result of loading; return False after a failure that the worker reported."""
    header, payload = talk.hear(deadline - time.monotonic(), nudge=True)
    if job.forbidden and header.get("kind") == "read":
        result.forbidden = _uses(header.get("forbidden"), job)
        header, payload = talk.hear(deadline - time.monotonic(), nudge=True)
    if header.get("kind") != "load":
        raise Lost("protocol", "not the message that was due")
    if header.get("overdue") is True:
        result.load_error = Outcome("timeout")
        return False
    if "outcome" in header:
        try:
            result.load_error = messages.read_outcome(header, payload)
        except (FrameError, ValuesError) as error:
            raise Lost("protocol", str(error)) from None
        if result.load_error.kind not in ("raised", "memory"):
            raise Lost("protocol", "a failure that is none")
        return False
    try:
        result.notes = messages.read_notes(header.get("notes"))
    except FrameError as error:
        raise Lost("protocol", str(error)) from None
    result.printed = _printed(header, limits)
    return True


def _printed(header: Mapping[str, Any], limits: Limits) -> int:
    """Return the printed bytes that the child reports; a false value only misplaces its output."""
    printed = header.get("printed")
    return printed if type(printed) is int and 0 <= printed <= limits.stdout_bytes else 0


def _uses(item: Any, job: Job) -> tuple[ForbiddenUse, ...]:
    if type(item) is not list or len(item) > _USES:
        raise Lost("protocol", "malformed list of uses")
    uses = []
    for pair in item:
        if type(pair) is not list or len(pair) != 2 or pair[0] not in job.forbidden:
            raise Lost("protocol", "malformed use")
        if type(pair[1]) is not int:
            raise Lost("protocol", "malformed use")
        uses.append(ForbiddenUse(pair[0], pair[1]))
    return tuple(uses)


def _answer(
    header: Mapping[str, Any],
    payload: bytes,
    call: Call,
    id: str,
    job: Job,
    bounds: Bounds,
) -> Outcome:
    if header.get("kind") != "case" or header.get("id") != id:
        raise Lost("protocol", "not the answer that was due")
    try:
        outcome = messages.read_outcome(header, payload, job.forbidden, bounds)
    except (FrameError, ValuesError) as error:
        raise Lost("protocol", str(error)) from None
    if not call.arguments.keys() >= {*outcome.mutated, *outcome.aliased}:
        raise Lost("protocol", "an input that is none")
    return outcome


def _outcome(loss: Lost, child: AnyChild, result: ChildRun) -> Outcome:
    if loss.kind != "crashed":
        return Outcome(loss.kind, detail=loss.detail)  # type: ignore[arg-type]
    how, cause = child.how_ended()
    result.killed = cause == "outside"
    return Outcome("timeout" if cause == "processor" else "crashed", detail=how)
