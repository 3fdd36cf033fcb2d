"""Gather a submission's answers to the value cases of one function, as evidence for proofs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..answer_key.compare import Answer, depends_on_sizes, same_answer
from ..answer_key.key import AnswerKey, Case
from ..answer_key.mutant_table import Compared, MutantTable, each
from ..runner.job import LOSSES
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import walk_arrays
from .library_errors import own_check
from .refused_pairs import refused_pairs
from .report import Verdict

#: Maximum count of numbers per case, so that one large case is not a proof by itself.
NUMBERS_OF_A_CASE = 12
#: Count of a fraction such as 0.6931: unlike small whole numbers, two seldom agree by chance. So
#: five losses, which are one number each, are as many as a partial proof needs.
FRACTION = 4
#: Minimums for a proof without refused pairs: wrong cases that the mistake explains, or one that
#: counts for as many numbers as a case can, and cases in total.
APART_WRONG, APART_CASES = 2, 4

#: A condition on a case's answers: returns the mutants of a set that fulfil it.
Fitting = Callable[[Case, int], int]


@dataclass
class Evidence:
    """A submission's answers to the value cases of one function."""

    function: str
    #: Failing cases first, small before large: the first comparison rules out most mutants.
    cases: Sequence[Case]
    outcomes: Mapping[str, Outcome]
    right: frozenset[str]
    table: MutantTable
    #: Failing cases whose gradients are right to float32's accuracy, as finite differences are.
    imprecise: frozenset[str] = frozenset()
    #: Cases that stop because an argument is a pair.
    refused: frozenset[str] = frozenset()
    #: Whether cases were left out, refused ones or those that stop.
    thinned: bool = False
    _given: dict[str, Answer] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _compared: dict[str, Compared] = field(default_factory=dict)
    _broken: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def failing(self) -> list[Case]:
        """Return the cases whose values are wrong or missing."""
        return [case for case in self.cases if case.id not in self.right]

    def without_pairs(self) -> Evidence:
        """Return the evidence without the pairs that the function refuses, which prove no cause."""
        return self.without(self.refused) if self.refused else self

    def without(self, left_out: Collection[str]) -> Evidence:
        """Return the evidence without some cases."""
        left = [case for case in self.cases if case.id not in left_out]
        return replace(self, cases=left, thinned=True, refused=frozenset())

    @property
    def suffices(self) -> bool:
        """Return whether enough cases remain for a proof if some were left out."""
        wrong = len(self.failing) >= APART_WRONG or self.numbers(self.failing) >= NUMBERS_OF_A_CASE
        return not self.thinned or (wrong and len(self.cases) >= APART_CASES)

    def alike(self, case: Case, among: int) -> int:
        """Return the mutants of a set that answer a case as the submission does."""
        if case.id not in self._given:
            self._given[case.id] = Answer(self.outcomes[case.id])
        known = self._compared.setdefault(case.id, Compared())
        return self.table.alike(case, among, self._given[case.id], known)

    def not_unlike(self, case: Case, among: int) -> int:
        """Return those that are alike, or wrong if the submission breaks down.

        How a window of a wrong size fails depends on the student's way to sum it.
        """
        alike = self.alike(case, among)
        return alike | self.table.wrong_in(case, among) if self.breaks_down(case) else alike

    def uncontradicted(self, among: int) -> int:
        """Return the mutants of a set that are right wherever the submission is.

        Rounding errors count as right.
        """
        right = self.right | self.imprecise
        return narrowed(among, (case for case in self.cases if case.id in right), self.alike)

    def matched(self, among: int) -> dict[int, int]:
        """Return by mutant the set of failing cases that the submission answers as it does."""
        return self._by_mutant(among, self.alike)

    def wrong(self, among: int) -> dict[int, int]:
        """Return by mutant the set of failing cases that it answers wrong."""
        return self._by_mutant(among, self.table.wrong_in)

    def _by_mutant(self, among: int, fitting: Fitting) -> dict[int, int]:
        found = dict.fromkeys(each(among), 0)
        for bit, case in enumerate(self.failing):
            for mutant in each(fitting(case, among)):
                found[mutant] |= 1 << bit
        return found

    @cached_property
    def possible(self) -> dict[int, int]:
        """Return the single mistakes that no right case contradicts, with what they match."""
        return self.matched(self.uncontradicted(self.table.of_length.get(1, 0)))

    def numbers(self, cases: Iterable[Case]) -> int:
        """Return for how many numbers the submission's answers to some cases count."""
        return sum(self.numbers_of(case) for case in cases)

    def numbers_of(self, case: Case) -> int:
        """Return for how many numbers an answer counts. The result is cached."""
        if case.id not in self._numbers:
            self._numbers[case.id] = _numbers_of(self.outcomes[case.id])
        return self._numbers[case.id]

    def answered(self, case: Case) -> bool:
        """Return whether the submission has a result for a case."""
        return self.outcomes[case.id].kind == "value" and not self.breaks_down(case)

    def breaks_down(self, case: Case) -> bool:
        """Return whether the submission breaks down in a case. The result is cached."""
        if case.id not in self._broken:
            self._broken[case.id] = breaks_down(self.outcomes[case.id])
        return self._broken[case.id]


def narrowed(among: int, cases: Iterable[Case], fitting: Fitting) -> int:
    """Return the mutants of a set that fit in every case."""
    for case in cases:
        if not among:
            break
        among = fitting(case, among)
    return among


def breaks_down(outcome: Outcome) -> bool:
    """Return whether there is no result: no elements, or an exception that sizes can cause.

    The student's own checks raise any exception.
    """
    if outcome.error is not None and own_check(outcome.error):
        return outcome.error.type != "NotImplementedError"
    if outcome.kind == "raised":
        return depends_on_sizes(outcome.error)
    return outcome.kind == "value" and _has_no_elements(outcome.value)


def _has_no_elements(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_has_no_elements, value))
    return isinstance(value, np.ndarray) and not value.size


def evidence(
    key: AnswerKey, function: str, outcomes: Mapping[str, Outcome], verdicts: Iterable[Verdict]
) -> Evidence:
    """Gather the evidence on a function.

    A case whose two answers differ matches no mutant, nor does one that was lost when asked again.
    """
    found = {verdict.case: verdict for verdict in verdicts if verdict.function == function}
    cases = [case for case in key.cases_of(function) if case.axis == "values"]
    right = frozenset(id for id, verdict in found.items() if verdict.right)
    shifting = {
        id
        for id, verdict in found.items()
        if verdict.status == "unstable"
        or (verdict.status in LOSSES and outcomes[id].kind == "value")
    }
    heard = {c.id: Outcome("protocol") if c.id in shifting else outcomes[c.id] for c in cases}
    ordered = sorted(cases, key=lambda case: (case.id in right, case.size))
    errors = {id: outcome.error for id, outcome in heard.items() if outcome.kind == "raised"}
    refused = refused_pairs(cases, errors) - right
    imprecise = frozenset(c.id for c in cases if c.id not in right and _imprecise(c, heard[c.id]))
    return Evidence(function, ordered, heard, right, key.tables[function], imprecise, refused)


def _imprecise(case: Case, outcome: Outcome) -> bool:
    """Return whether a gradient is right to float32's accuracy."""
    precision = case.precision._replace(gradient=False)
    return case.precision.gradient and same_answer(case.expected, outcome, precision)


def _numbers_of(outcome: Outcome) -> int:
    """Return for how many numbers an answer counts."""
    value = [np.asarray(outcome.value)] if isinstance(outcome.value, float) else [outcome.value]
    return min(sum(map(_weight, walk_arrays(value))) or 1, NUMBERS_OF_A_CASE)


def _weight(array: np.ndarray[Any, Any]) -> int:
    """Return the number of elements, each fraction that is no multiple of 1/16 counted several."""
    if array.dtype.kind != "f":
        return int(array.size)
    with np.errstate(over="ignore"):
        parts = array[np.isfinite(array)] * 16
    return int(array.size + (FRACTION - 1) * np.count_nonzero(parts != np.round(parts)))


def all_zero(value: Any) -> bool:
    """Return whether a value consists of arrays of several elements that are all 0."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return all(isinstance(i, np.ndarray) and i.size > 1 and not i.any() for i in items)
