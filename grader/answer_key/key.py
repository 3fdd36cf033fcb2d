"""Define the answer key of one exercise, in one framework, for one seed and device."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..course.promises import Axis, Promise
from ..runner.job import Call
from ..sandbox.protocol.outcome import Outcome, Value
from ..sandbox.protocol.values import walk_arrays
from .compare import Precision

if TYPE_CHECKING:
    from .compare import StackedAnswers
    from .mutant_store import StoredAnswers
    from .mutant_table import MutantTable

#: Seed of the keys that are shipped to students.
PRACTICE = "practice"
#: Prefix of the name of a secret seed.
PRIVATE = "private-"
#: Group of the large cases on a GPU, and part of their ids.
LARGE = "large"


def private_name(seed: str) -> str:
    """Return the name of a secret seed in keys and reports, which contains a hash of it."""
    return PRIVATE + hashlib.sha256(seed.encode()).hexdigest()[:16]


class Case(NamedTuple):
    """One call and its expected outcome."""

    id: str
    function: str
    title: str
    group: str
    public: bool
    arguments: Mapping[str, Value]
    positional: int
    driver: str
    expected: Outcome
    precision: Precision
    #: Whether other seeds have the same call or the same answer, so that it can be memorised.
    fixed: bool = False

    @property
    def size(self) -> int:
        """Return the amount of work by hand: elements of arrays plus sizes of numbers."""
        elements = sum(array.size for array in walk_arrays(list(self.arguments.values())))
        numbers = sum(_magnitude(value) for value in self.arguments.values())
        return elements + numbers

    @property
    def axis(self) -> Axis:
        """Return what the case tests: values, or a promise that has separate cases."""
        if self.expected.kind == "raised":
            return "errors"
        return "empty" if any(map(_is_empty, self.arguments.values())) else "values"

    def call(self) -> Call:
        """Return the case without its answer."""
        return Call(self.id, self.function, self.arguments, self.positional, self.driver)


class MutantAnswers(NamedTuple):
    """The answers of one misconception, or of several combined, to every case of a function."""

    codes: tuple[str, ...]
    function: str
    outcomes: dict[str, Outcome] | StoredAnswers
    #: The promises that it breaks if its values are right; empty if its values are wrong.
    breaks: tuple[Promise, ...] = ()

    def number(self, case: str) -> int:
        """Return a number that only equal answers to a case share, if possible without reading."""
        if isinstance(self.outcomes, dict):
            return id(self.outcomes[case])
        return self.outcomes.number(case)

    def stacked(self, case: str) -> Sequence[StackedAnswers]:
        """Return the distinct answers to a case that can be compared all at once."""
        return () if isinstance(self.outcomes, dict) else self.outcomes.stacked(case)


class Identity(NamedTuple):
    """What a key was made for; a cached key is used only if every field agrees."""

    exercise: str
    #: Hash of the exercise's source and of the key format.
    version: str
    framework: str
    device: str
    #: `practice`, the seed itself for a fresh key, or PRIVATE and a hash of a secret seed.
    seed: str

    @property
    def private(self) -> bool:
        """Return whether the hidden cases must stay hidden."""
        return self.seed.startswith(PRIVATE)


@dataclass(frozen=True)
class AnswerKey:
    """Cases with their answers; misconceptions are loaded on the first wrong answer."""

    identity: Identity
    cases: tuple[Case, ...]
    #: sha256 over everything the key holds.
    digest: str
    load_mutants: Callable[[], tuple[MutantAnswers, ...]]

    @cached_property
    def mutants(self) -> tuple[MutantAnswers, ...]:
        """Return all misconceptions and chains: singles first, each in the author's order."""
        return self.load_mutants()

    @cached_property
    def tables(self) -> Mapping[str, MutantTable]:
        """Return the misconceptions with wrong values, by function."""
        from .mutant_table import MutantTable

        by_function: dict[str, list[MutantAnswers]] = {case.function: [] for case in self.cases}
        for mutant in self.mutants:
            if not mutant.breaks:
                by_function.setdefault(mutant.function, []).append(mutant)
        return {function: MutantTable(mutants) for function, mutants in by_function.items()}

    def cases_of(self, function: str) -> tuple[Case, ...]:
        """Return the cases of one function: public ones first, then from small to large."""
        return tuple(case for case in self.cases if case.function == function)


def _is_empty(value: Value) -> bool:
    """Return whether a value is, or contains, an array without elements."""
    if isinstance(value, np.ndarray):
        return value.size == 0
    return any(array.size == 0 for array in walk_arrays(value))


def _magnitude(value: Value) -> int:
    if isinstance(value, (list, tuple)):
        return sum(_magnitude(child) for child in value)
    return abs(value) if isinstance(value, int) else 0


def on_device(key: AnswerKey, device: str) -> AnswerKey:
    """Return the same key for inputs on another device, with that device's tolerance."""
    if device == key.identity.device:
        return key
    cases = tuple(
        case._replace(precision=case.precision._replace(device=device)) for case in key.cases
    )
    return replace(key, identity=key.identity._replace(device=device), cases=cases)
