"""The outcome of one call, as a worker reports it, before it is judged."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "value",  # the function returned
    "raised",  # it raised an exception
    "refused",  # it returned something that is not plain data
    "missing",  # the submission has no such function
    "timeout",  # it did not answer in time
    "memory",  # it asked for more memory than its limit
    "crashed",  # the process ended
    "protocol",  # the process sent what no honest worker sends
]

#: Plain data: None, bool, int, float, complex, str, numpy scalars and arrays, and lists, tuples
#: and dicts of them.
Value = object


class ArrayInfo(NamedTuple):
    """The library (`numpy` or `torch`) and device (`cpu` …) of one returned array."""

    library: str = "numpy"
    device: str = "cpu"


class Raised(NamedTuple):
    """An exception that left the student's code."""

    type: str
    #: Names of the class and its bases, so that a subclass of ValueError counts as one.
    bases: tuple[str, ...] = ()
    message: str = ""
    #: Line in the student's file (1-based), its text and the function around it, if known.
    line: int | None = None
    text: str = ""
    function: str = ""
    #: Number of the notebook's cell in which `line` is counted, 0 in a script.
    cell: int = 0


class Outcome(NamedTuple):
    """The outcome of one call."""

    kind: Kind
    value: Value = None
    #: One entry for each array in `value`, in reading order.
    arrays: tuple[ArrayInfo, ...] = ()
    error: Raised | None = None
    #: Names of arguments whose contents the call changed.
    mutated: tuple[str, ...] = ()
    #: Names of arguments whose memory the result shares.
    aliased: tuple[str, ...] = ()
    #: Ready-made operators (`torch.conv2d` …) that the call used although they are forbidden.
    forbidden: tuple[str, ...] = ()
    #: Why a result was refused, or how a crashed process ended (`signal 11`).
    detail: str = ""
    #: For a missing function, the names that the submission does define.
    names: tuple[str, ...] = ()
    #: Wall-clock seconds of the call as the worker measured it; information, never evidence. For a
    #: time-out, the seconds that the grader allowed the case, or 0 if the time of all cases
    #: together ran out.
    seconds: float = 0.0
