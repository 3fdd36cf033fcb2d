"""Gather a submission's answers to the value cases of one function, as evidence for proofs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..answer_key.compare import depends_on_sizes, same_answer
from ..answer_key.key import AnswerKey, Case, MutantAnswers
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
#: Minimums for a proof without refused pairs: wrong cases that the mistake explains, and cases
#: in total.
APART_WRONG, APART_CASES = 2, 4


@dataclass
class Evidence:
    """A submission's answers to the value cases of one function."""

    function: str
    #: Failing cases first, small before large: the first comparison rules out most mutants.
    cases: Sequence[Case]
    outcomes: Mapping[str, Outcome]
    right: frozenset[str]
    #: Chains of mutants, by length.
    chains: Mapping[int, Sequence[MutantAnswers]]
    #: Failing cases whose gradients are right to float32's accuracy, as finite differences are.
    imprecise: frozenset[str] = frozenset()
    #: Cases that stop because an argument is a pair.
    refused: frozenset[str] = frozenset()
    #: Whether cases were left out, refused ones or those that stop.
    thinned: bool = False
    _compared: dict[tuple[str, int], bool] = field(default_factory=dict)
    _wrong: dict[tuple[str, int], bool] = field(default_factory=dict)
    _broken: dict[str, bool] = field(default_factory=dict)
    _matched: dict[int, int] = field(default_factory=dict, init=False)

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
        enough = len(self.cases) >= APART_CASES and len(self.failing) >= APART_WRONG
        return enough or not self.thinned

    def alike(self, mutant: MutantAnswers, case: Case) -> bool:
        """Return whether the submission answered a case as the mutant does.

        The result is cached, because most mutants share answers.
        """
        answer = mutant.outcomes[case.id]
        known = (case.id, id(answer))
        if known not in self._compared:
            self._compared[known] = same_answer(answer, self.outcomes[case.id], case.precision)
        return self._compared[known]

    def matched(self, mutant: MutantAnswers) -> int:
        """Return the failing cases, as bits, that the submission answers as the mutant does."""
        if id(mutant) not in self._matched:
            self._matched[id(mutant)] = bits(self.alike(mutant, case) for case in self.failing)
        return self._matched[id(mutant)]

    def not_unlike(self, mutant: MutantAnswers, case: Case) -> bool:
        """Return whether the submission is alike, or breaks down where the mutant is wrong.

        How a window of a wrong size fails depends on the student's way to sum it.
        """
        return self.alike(mutant, case) or (self.breaks_down(case) and self.errs(mutant, case))

    def errs(self, mutant: MutantAnswers, case: Case) -> bool:
        """Return whether the mutant is wrong in a case. The result is cached."""
        answer = mutant.outcomes[case.id]
        known = (case.id, id(answer))
        if known not in self._wrong:
            self._wrong[known] = not same_answer(answer, case.expected, case.precision)
        return self._wrong[known]

    def answered(self, case: Case) -> bool:
        """Return whether the submission has a result for a case."""
        return self.outcomes[case.id].kind == "value" and not self.breaks_down(case)

    def breaks_down(self, case: Case) -> bool:
        """Return whether the submission breaks down in a case. The result is cached."""
        if case.id not in self._broken:
            self._broken[case.id] = breaks_down(self.outcomes[case.id])
        return self._broken[case.id]


def bits(holds: Iterable[object]) -> int:
    """Return an int whose bits say in which cases something holds."""
    return sum(1 << bit for bit, held in enumerate(holds) if held)


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
    chains: dict[int, list[MutantAnswers]] = {}
    for mutant in key.mutants:
        if mutant.function == function and not mutant.breaks:
            chains.setdefault(len(mutant.codes), []).append(mutant)
    ordered = sorted(cases, key=lambda case: (case.id in right, case.size))
    errors = {id: outcome.error for id, outcome in heard.items() if outcome.kind == "raised"}
    refused = refused_pairs(cases, errors) - right
    imprecise = frozenset(c.id for c in cases if c.id not in right and _imprecise(c, heard[c.id]))
    return Evidence(function, ordered, heard, right, chains, imprecise, refused)


def _imprecise(case: Case, outcome: Outcome) -> bool:
    """Return whether a gradient is right to float32's accuracy."""
    precision = case.precision._replace(gradient=False)
    return case.precision.gradient and same_answer(case.expected, outcome, precision)


def uncontradicted(known: Evidence, mutant: MutantAnswers) -> bool:
    """Return whether the mistake is right wherever the submission is, rounding errors apart."""
    right = known.right | known.imprecise
    return all(known.alike(mutant, case) for case in known.cases if case.id in right)


def numbers_of(outcome: Outcome) -> int:
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
