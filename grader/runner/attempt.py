"""One child's share of a job: load the source, make calls until done or lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import GraderFault
from ..sandbox.protocol import messages
from ..sandbox.protocol.frames import FrameError
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import Bounds, ValuesError
from . import memfd_inputs
from .child import Child
from .conversation import Conversation, Lost
from .job import Call, ForbiddenUse, Isolation, Job, Limits

#: A fresh interpreter imports torch before it is ready.
READY_SECONDS = 180.0
_USES = 64
#: How long a word after the last answer is waited for; it takes microseconds.
_DONE_SECONDS = 0.5


@dataclass
class ChildRun:
    """What came of it. `outcomes` are the answers heard, in order, without gaps."""

    isolation: Isolation
    versions: Mapping[str, str] = field(default_factory=dict)
    forbidden: tuple[ForbiddenUse, ...] = ()
    #: The source did not load.
    load_error: Outcome | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    #: What became of the call after the last answer, if the child was lost over it.
    lost: Outcome | None = None
    #: Bytes printed while loading, as the child says; it can only hide its own output by it.
    printed: int = 0
    #: Bytes of arrays in the outcomes.
    kept: int = 0
    #: How long the calls took.
    seconds: float = 0.0


def attempt(
    child: Child,
    job: Job,
    calls: Sequence[Call],
    frames: Sequence[bytes],
    limits: Limits,
    seconds: float,
    meanwhile: Callable[[], object] | None = None,
) -> ChildRun:
    """Give the child the job and `calls`, and hear its answers; `frames` encode the calls.

    `seconds` is for all calls together; the one that is under way then is lost. `meanwhile` is
    done while the child is at work.

    Stops early after an outcome of kind `memory`: what ate it may still hold it. An answer for
    which the grader has no room is one too. The caller closes the child. Raises GraderFault if
    the child fails before it has seen the source.
    """
    talk = Conversation(child, limits.answer_bytes)
    result = _ready(talk, child)
    questions = (*frames, messages.END)
    apart = 0
    if child.inputs >= 0 and memfd_inputs.are_large(questions, limits):
        apart = memfd_inputs.fill(child.inputs, questions)
    load = messages.load(job.source, job.filename, job.driver_source, job.forbidden, apart)
    talk.say(load if apart else b"".join((load, *questions)))
    if meanwhile is not None:
        meanwhile()
    try:
        if not _loaded(talk, job, limits, result):
            return result
    except Lost as loss:
        result.load_error = _outcome(loss, child)
        return result
    bounds = Bounds(total_bytes=limits.answer_bytes)
    started = time.monotonic()
    try:
        for call in calls:
            left = max(0.0, seconds - result.seconds)
            header, payload = talk.hear(min(left, limits.case_seconds * job.patience))
            result.seconds = time.monotonic() - started
            if result.kept + len(payload) > limits.kept_bytes:
                result.outcomes.append(Outcome("memory"))
                return result
            result.kept += len(payload)
            result.outcomes.append(_answer(header, payload, call, job, bounds))
            if result.outcomes[-1].kind == "memory":
                return result
    except Lost as loss:
        result.seconds = time.monotonic() - started
        result.lost = _outcome(loss, child)
        return result
    try:
        header, _ = talk.hear(_DONE_SECONDS)
        finished = header.get("kind") == "done" and not talk.surplus()
    except Lost as loss:
        # It answered everything; that it ended, or dawdles, is evidence neither way.
        finished = loss.kind != "protocol"
    if calls and not finished:
        result.outcomes.pop()
        result.lost = Outcome("protocol", detail="more answers than questions")
    return result


def _ready(talk: Conversation, child: Child) -> ChildRun:
    """The first frame: sent before any source was there, so it is the worker's own word."""
    try:
        header, _ = talk.hear(READY_SECONDS)
    except Lost as loss:
        how = child.how_ended() if loss.kind == "crashed" else loss.detail
        said = child.printed(0, 2000)[0].decode("utf-8", "replace")
        raise GraderFault(f"a worker was lost at its start ({loss.kind} {how}) {said}") from None
    if header.get("kind") != "ready":
        raise GraderFault(f"a worker cannot start: {header.get('text', header)}")
    missing = tuple((str(name), str(reason)) for name, reason in header["missing"])
    return ChildRun(Isolation(tuple(header["in_force"]), missing), header["versions"])


def _loaded(talk: Conversation, job: Job, limits: Limits, result: ChildRun) -> bool:
    """Hear what became of the source; False after a failure that the worker could report."""
    header, payload = talk.hear(limits.load_seconds)
    if job.forbidden and header.get("kind") == "read":
        result.forbidden = _uses(header.get("forbidden"), job)
        header, payload = talk.hear(limits.load_seconds)
    if header.get("kind") != "load":
        raise Lost("protocol", "not the message that was due")
    if "outcome" in header:
        try:
            result.load_error = messages.read_outcome(header, payload)
        except (FrameError, ValuesError) as error:
            raise Lost("protocol", str(error)) from None
        if result.load_error.kind not in ("raised", "memory"):
            raise Lost("protocol", "a failure that is none")
        return False
    printed = header.get("printed")
    result.printed = printed if type(printed) is int and 0 <= printed <= limits.stdout_bytes else 0
    return True


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
    header: Mapping[str, Any], payload: bytes, call: Call, job: Job, bounds: Bounds
) -> Outcome:
    if header.get("kind") != "case" or header.get("id") != call.id:
        raise Lost("protocol", "not the answer that was due")
    try:
        return messages.read_outcome(header, payload, job.forbidden, bounds)
    except (FrameError, ValuesError) as error:
        raise Lost("protocol", str(error)) from None


def _outcome(loss: Lost, child: Child) -> Outcome:
    detail = child.how_ended() if loss.kind == "crashed" else loss.detail
    return Outcome(loss.kind, detail=detail)  # type: ignore[arg-type]
