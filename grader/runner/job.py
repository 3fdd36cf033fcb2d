"""What the runner is asked to do and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.source.notes import LoadNote

#: A second barrier around a zygote: bubblewrap.
Wrap = Literal["bwrap"]
#: The driver of a question: it takes what the submission assigned to the function's name.
ANSWER = "answer"
#: Kinds of outcome of a call that cost its child.
LOSSES = frozenset({"timeout", "memory", "crashed", "protocol"})
#: `Outcome.detail` of a call that was not run.
NOT_RUN = "not run"
#: The id of the call that asks a case once more, after all others.
REPEAT = "repeat"


class Call(NamedTuple):
    """One call of one function: the case without its answer."""

    id: str
    function: str
    #: In signature order; the first `positional` ones are passed by position.
    arguments: Mapping[str, Value]
    positional: int
    #: A function of the exercise's driver that is called instead, with the student's function
    #: (or class, or value) as its first argument.
    driver: str = ""


class Limits(NamedTuple):
    """What one submission may use. Seconds are wall-clock seconds of the trusted side."""

    case_seconds: float = 5.0
    load_seconds: float = 10.0
    memory_mb: int = 512
    answer_bytes: int = 64 << 20
    #: What all answers together may take in the grader; honest ones take a thousandth of it.
    kept_bytes: int = 64 << 20
    stdout_bytes: int = 64 << 10
    #: Whether a case that ran out of time is asked once more, alone, before it counts: a busy
    #: machine must not fail a right answer.
    second_try: bool = True
    #: How many cases of one function are lost in a row before its others are not run.
    losses_in_a_row: int = 3


class Job(NamedTuple):
    """A submission and the calls to make, in order."""

    source: str
    #: Shown in messages about the student's code (`ex01_cross_correlation.py`).
    filename: str
    calls: tuple[Call, ...]
    #: Public code of the exercise that exercises a class or a training loop; knows no answer.
    driver_source: str = ""
    #: Ready-made operators the exercise forbids (`torch.nn.functional.conv2d` …).
    forbidden: tuple[str, ...] = ()
    #: How many times the usual limit a case of this exercise may take (training takes longer).
    patience: float = 1.0
    #: The first line of each cell of a notebook; empty for a script.
    cells: tuple[int, ...] = ()
    #: How many of the last calls are held back until all others are answered.
    held: int = 0


class ForbiddenUse(NamedTuple):
    """A forbidden operator found by reading the source: its name and line."""

    name: str
    line: int
    #: The notebook's cell in which `line` is counted, 0 in a script.
    cell: int = 0


class Isolation(NamedTuple):
    """Which layers held the submission, and which could not be applied and why."""

    #: For example `("split", "rlimits", "no_new_privs", "landlock7", "seccomp")`.
    in_force: tuple[str, ...]
    #: Pairs (layer, reason).
    missing: tuple[tuple[str, str], ...] = ()


class Run(NamedTuple):
    """All outcomes of one submission."""

    #: By call id, in the order of the job; complete unless `load_error` is set.
    outcomes: Mapping[str, Outcome]
    isolation: Isolation
    #: Why the source could not be loaded (syntax error, exception or limit at import time).
    load_error: Outcome | None = None
    forbidden: tuple[ForbiddenUse, ...] = ()
    #: What the student's code printed, at most `Limits.stdout_bytes`, undecodable bytes replaced.
    stdout: str = ""
    stdout_truncated: bool = False
    #: The same by call id; the calls that were asked again have what they printed at first.
    prints: Mapping[str, str] = {}
    #: Versions on the worker's side: python, numpy and, where imported, torch.
    versions: Mapping[str, str] = {}
    seconds: float = 0.0
    #: What a person should know of how the source was loaded; made beside the student's code.
    notes: tuple[LoadNote, ...] = ()
    #: What the submission consulted that differs from process to process, as its children say; and
    #: `retry` where a call that was lost was answered when it was asked once more.
    consulted: frozenset[str] = frozenset()
    #: Outcomes of calls that were asked again in fresh processes, by call id, for each process.
    again: tuple[Mapping[str, Outcome], ...] = ()


__all__ = ["Call", "ForbiddenUse", "Isolation", "Job", "Limits", "Outcome", "Raised", "Run"]
