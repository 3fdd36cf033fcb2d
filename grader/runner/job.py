"""Define the runner's input (jobs, calls, limits) and output (runs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.source.notes import LoadNote

#: A second barrier around a zygote: bubblewrap.
Wrap = Literal["bwrap"]
#: Driver of a question: returns the value that the submission assigned to the question's name.
ANSWER = "answer"
#: Kinds of outcome of a call that ended its child.
LOSSES = frozenset({"timeout", "memory", "crashed", "protocol"})
#: `Outcome.detail` of a call that was not run.
NOT_RUN = "not run"
#: Id of the call that repeats a case after all others.
REPEAT = "repeat"


class Call(NamedTuple):
    """One call of one function: the case without its answer."""

    id: str
    function: str
    #: In signature order; the first `positional` ones are passed by position.
    arguments: Mapping[str, Value]
    positional: int
    #: Function of the exercise's driver to call instead, with the student's function (or class,
    #: or value) as its first argument.
    driver: str = ""


class Limits(NamedTuple):
    """The limits of one submission, in wall-clock seconds measured by the grader."""

    case_seconds: float = 5.0
    load_seconds: float = 10.0
    memory_mb: int = 512
    answer_bytes: int = 64 << 20
    #: Maximum memory of all answers in the grader, in bytes; honest ones use a thousandth of it.
    kept_bytes: int = 64 << 20
    stdout_bytes: int = 64 << 10
    #: Whether a case that timed out is asked once more, alone, before it counts, so that a busy
    #: machine does not fail a right answer.
    second_try: bool = True
    #: Number of consecutive lost cases after which a function's other cases are not run.
    losses_in_a_row: int = 3


class Job(NamedTuple):
    """A submission and the calls to make, in order."""

    source: str
    #: Shown in messages about the student's code (`ex01_cross_correlation.py`).
    filename: str
    calls: tuple[Call, ...]
    #: Public code of the exercise that calls a class or a training loop; contains no answer.
    driver_source: str = ""
    #: Ready-made operators the exercise forbids (`torch.nn.functional.conv2d` …).
    forbidden: tuple[str, ...] = ()
    #: Factor by which the usual time limit of a case is multiplied (training takes longer).
    patience: float = 1.0
    #: The first line of each cell of a notebook; empty for a script.
    cells: tuple[int, ...] = ()
    #: The stub's signatures of functions that have optional parameters: how many parameters have no
    #: default, and the others with their defaults.
    signatures: Mapping[str, tuple[int, Mapping[str, object]]] = {}
    #: Number of last calls that are held back until all others are answered.
    held: int = 0


class ForbiddenUse(NamedTuple):
    """A forbidden operator found by reading the source: its name and line."""

    name: str
    line: int
    #: The notebook cell that `line` refers to, 0 for a script.
    cell: int = 0


class Isolation(NamedTuple):
    """The layers that were applied to the submission, and those that could not be, with reasons."""

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
    #: The same by call id; for repeated calls, the output of the first time.
    prints: Mapping[str, str] = {}
    #: Versions on the worker's side: python, numpy and, where imported, torch.
    versions: Mapping[str, str] = {}
    seconds: float = 0.0
    #: Notes for a person on how the source was loaded; made in the process of the student's code.
    notes: tuple[LoadNote, ...] = ()
    #: What the submission consulted that differs between processes, as reported by its children;
    #: also `retry` if a lost call was answered when it was asked once more.
    consulted: frozenset[str] = frozenset()
    #: Outcomes of calls repeated in fresh processes: for each process, by call id.
    again: tuple[Mapping[str, Outcome], ...] = ()


__all__ = ["Call", "ForbiddenUse", "Isolation", "Job", "Limits", "Outcome", "Raised", "Run"]
