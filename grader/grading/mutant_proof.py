"""Prove which misconceptions answer as a submission does. See docs/architecture.md, Diagnosis.

Only cases that test values prove anything, and only mutants of wrong values are proved. A false
accusation is avoided by requiring that the student is wrong wherever the mistake is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from ..answer_key.compare import depends_on_sizes, difference, same_answer
from ..answer_key.key import AnswerKey, Case, MutantAnswers
from ..runner.job import LOSSES
from ..sandbox.protocol.outcome import Outcome
from ..sandbox.protocol.values import walk_arrays
from .conditions import degenerate
from .library_errors import explained
from .refused_pairs import given_pairs, refused_pairs
from .report import Diagnosis, Verdict

#: Minimums for a partial proof: failing cases and numbers that the mistake explains, the share of
#: all failing cases that such mistakes exceed together, and the lead over every rival, in cases.
PARTIAL_CASES, PARTIAL_NUMBERS, PARTIAL_SHARE, PARTIAL_LEAD = 3, 20, 1 / 3, 2
#: Maximum count of numbers per case, so that one large case is not a proof by itself.
NUMBERS_OF_A_CASE = 12
#: Count of a fraction such as 0.6931: unlike small whole numbers, two seldom agree by chance. So
#: five losses, which are one number each, are as many as a partial proof needs.
FRACTION = 4
#: Maximum share of all cases, right ones included and refused pairs left out, that a partial proof
#: may leave unexplained: a mistake that differs in most cases is another one, and few right cases
#: could contradict it.
PARTIAL_UNEXPLAINED = 0.5
#: Minimums for a proof without refused pairs: wrong cases that the mistake explains, and cases
#: in total. A partial proof without them needs as many cases, and this share of those that fail.
APART_WRONG, APART_CASES, APART_SHARE = 2, 4, 0.5


#: Minimum number of cases for a proof without all pairs that fail.
INT_CASES = 8
#: Minimums for a proof that leaves out cases that break down: wrong cases and numbers explained;
#: for each mistake after the first, the share of failing cases that do not break down.
ANSWERED_WRONG, ANSWERED_NUMBERS, ANSWERED_SHARE = 2, 6, 0.5
#: Minimum share of the failing cases that do not stop with an exception, for a proof without those
#: that do. Such a proof needs the numbers of a partial one.
BESIDE_STOPS = 0.4
#: Mistakes whose sentence says no more than for which sizes the code is written. They are proved by
#: where it stops, with at least so many cases that stop, and as many that do not.
FOR_SOME_SIZES = frozenset({"KERNEL-CONSTANT", "LOOP-SQUARE", "SQUARE-K", "TILES-ONLY"})
STOPPED_CASES = 3


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
    _answered: dict[str, bool] = field(default_factory=dict)

    @property
    def failing(self) -> list[Case]:
        """Return the cases whose values are wrong or missing."""
        return [case for case in self.cases if case.id not in self.right]

    def without_pairs(self) -> Evidence:
        """Return the evidence without the pairs that the function refuses, which prove no cause."""
        left = [case for case in self.cases if case.id not in self.refused]
        return replace(self, cases=left, thinned=bool(self.refused), refused=frozenset())

    def without_stops(self) -> Evidence:
        """Return the evidence without the cases that stop with an exception."""
        left = [case for case in self.cases if self.outcomes[case.id].kind != "raised"]
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

    def not_unlike(self, mutant: MutantAnswers, case: Case) -> bool:
        """Return whether the submission is alike, or breaks down where the mutant is wrong.

        How a window of a wrong size fails depends on the student's way to sum it.
        """
        return self.alike(mutant, case) or (
            breaks_down(self.outcomes[case.id]) and self.errs(mutant, case)
        )

    def errs(self, mutant: MutantAnswers, case: Case) -> bool:
        """Return whether the mutant is wrong in a case. The result is cached."""
        answer = mutant.outcomes[case.id]
        known = (case.id, id(answer))
        if known not in self._wrong:
            self._wrong[known] = not same_answer(answer, case.expected, case.precision)
        return self._wrong[known]

    def answered(self, case: Case) -> bool:
        """Return whether the submission has a result for a case."""
        if case.id not in self._answered:
            outcome = self.outcomes[case.id]
            self._answered[case.id] = outcome.kind == "value" and not breaks_down(outcome)
        return self._answered[case.id]


def breaks_down(outcome: Outcome) -> bool:
    """Return whether there is no result: an exception that sizes can cause, or no elements."""
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


def exact(known: Evidence) -> Diagnosis | None:
    """Return the shortest chain of mistakes that answers every case as the submission does.

    At least one wrong value must match: it proves nothing if both fail in every case. If two
    different chains of the same length fit, neither is proved.
    """
    return _shortest(known, known.alike, lambda case: known.outcomes[case.id].kind == "value")


def where_answered(known: Evidence) -> Diagnosis | None:
    """Return the shortest chain of mistakes that explains all cases but those that break down.

    In these the mistake has to be wrong as well.
    """
    answered = [case for case in known.failing if known.answered(case)]
    numbers = sum(numbers_of(known.outcomes[case.id]) for case in answered)
    if len(answered) < ANSWERED_WRONG or numbers < ANSWERED_NUMBERS:
        return None
    proved = _shortest(known, known.not_unlike, known.answered)
    share = len(answered) / len(known.failing)
    if proved is None or share < ANSWERED_SHARE * (len(proved.codes) - 1):
        return None
    if len(proved.codes) > 1 and _one_suffices(known, proved.codes):
        return None
    broken = len(known.failing) - len(answered)
    return replace(proved, cases=proved.cases - broken, matched=len(answered))


def where_stopped(known: Evidence) -> Diagnosis | None:
    """Return the mistake that is wrong exactly where the function breaks down, if sizes cause that.

    Some of these cases may be answered as a form of the mistake does. Cases in which None is taken
    for a number are left out: they stop for a cause of their own.
    """
    cases = [case for case in known.cases if not takes_none(known.outcomes[case.id])]
    stopped = [case for case in cases if case.id not in known.right]
    if min(len(stopped), len(cases) - len(stopped)) < STOPPED_CASES:
        return None
    forms: dict[tuple[str, ...], list[MutantAnswers]] = {}
    for mutant in known.chains.get(1, ()):
        if mutant.codes[0] in FOR_SOME_SIZES:
            forms.setdefault(mutant.codes, []).append(mutant)
    proved = [
        codes
        for codes, ours in forms.items()
        if any(all(known.errs(m, c) == (c.id not in known.right) for c in cases) for m in ours)
        and all(
            breaks_down(known.outcomes[c.id]) or any(known.alike(m, c) for m in ours)
            for c in stopped
        )
    ]
    if len(proved) != 1:
        return None
    count, failing = len(stopped), len(known.failing)
    return Diagnosis(proved[0], (known.function,), len(cases), "exact", count, failing)


def takes_none(outcome: Outcome) -> bool:
    """Return whether a function stops because it takes None for a number."""
    meaning = explained(outcome.error) if outcome.error else None
    return meaning is not None and meaning.key == "none_used"


def _one_suffices(known: Evidence, codes: Sequence[str]) -> bool:
    """Return whether one of several mistakes explains every case that does not break down."""
    cases = [case for case in known.cases if case.id in known.right or known.answered(case)]
    return any(
        all(known.alike(mutant, case) for case in cases)
        for mutant in known.chains.get(1, ())
        if mutant.codes[0] in codes
    )


def of_results(known: Evidence) -> list[Diagnosis]:
    """Return proofs for single results of a function that returns several.

    A tuple of ints counts as one result, such as a shape, because a single number matches too many
    mistakes.
    """
    if all(_whole_numbers(value) for value in _expected(known)):
        return []
    found = []
    for position in wrong_results(known):
        diagnosis = _shortest(known, _alike_in(known, position), lambda case: True, position)
        if diagnosis is not None:
            found.append(diagnosis)
    return found


def _shortest(
    known: Evidence,
    alike: Callable[[MutantAnswers, Case], bool],
    counts: Callable[[Case], bool],
    result: int | None = None,
) -> Diagnosis | None:
    wrong = [case for case in known.failing if counts(case)]
    if result is not None:
        wrong = [case for case in wrong if not _item_right(known, case, result)]
    if not wrong:
        return None
    # Zeros have many causes, such as a result that is never filled in: no chain is among them.
    blank = all(all_zero(_item(known.outcomes[case.id], result)) for case in wrong)
    for length in [1] if blank else sorted(known.chains):
        fitting = {
            tuple(sorted(mutant.codes))
            for mutant in known.chains.get(length, ())
            if all(alike(mutant, case) for case in known.cases)
        }
        if fitting:
            if len(fitting) > 1:
                return None
            codes, count = fitting.pop(), len(known.cases)
            failing = len(known.failing)
            return Diagnosis(codes, (known.function,), count, "exact", failing, failing, result)
    return None


def _item(outcome: Outcome, result: int | None) -> Any:
    """Return the value of an outcome, or one result of it."""
    value: Any = outcome.value
    return value if result is None else value[result]


def all_zero(value: Any) -> bool:
    """Return whether a value consists of arrays of several elements that are all 0."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return all(isinstance(i, np.ndarray) and i.size > 1 and not i.any() for i in items)


def wrong_results(known: Evidence) -> list[int]:
    """Return the positions of results that are wrong in some case.

    Empty unless every case has several results and the submission returns as many.
    """
    lengths = {len(value) if isinstance(value, tuple) else 0 for value in _expected(known)}
    given = {_length(known.outcomes[case.id]) for case in known.cases}
    if len(lengths) != 1 or given != lengths or lengths <= {0, 1}:
        return []
    return [
        position
        for position in range(lengths.pop())
        if not all(_item_right(known, case, position) for case in known.cases)
    ]


def _expected(known: Evidence) -> list[Any]:
    return [case.expected.value for case in known.cases]


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, int) for item in value)


def _length(outcome: Outcome) -> int:
    return len(outcome.value) if isinstance(outcome.value, (list, tuple)) else 0


def _item_right(known: Evidence, case: Case, position: int) -> bool:
    expected: Any = case.expected.value
    got: Any = known.outcomes[case.id].value
    return difference(expected[position], got[position], case.precision) is None


def _alike_in(known: Evidence, position: int) -> Callable[[MutantAnswers, Case], bool]:
    """Return whether one result of a case equals the mutant's."""
    compared: dict[tuple[str, int], bool] = {}

    def alike(mutant: MutantAnswers, case: Case) -> bool:
        answer = mutant.outcomes[case.id]
        place = (case.id, id(answer))
        if place not in compared:
            compared[place] = same(answer, case)
        return compared[place]

    def same(answer: Outcome, case: Case) -> bool:
        if answer.kind != "value" or _length(answer) <= position:
            return False
        theirs: Any = answer.value
        ours: Any = known.outcomes[case.id].value
        return difference(theirs[position], ours[position], case.precision) is None

    return alike


class _Match(NamedTuple):
    """The failing cases that a form of a mistake explains."""

    form: MutantAnswers
    cases: Sequence[Case]

    @property
    def ids(self) -> set[str]:
        """Return the ids of these cases."""
        return {case.id for case in self.cases}


def partial(known: Evidence) -> list[Diagnosis]:
    """Return single mistakes that each explain some failing cases and are contradicted by none."""
    failing = known.failing
    matches: dict[str, _Match] = {}
    by_any_form: dict[str, set[str]] = {}
    for mutant in known.chains.get(1, ()):
        if not uncontradicted(known, mutant):
            continue
        explained = [c for c in failing if known.answered(c) and known.alike(mutant, c)]
        code = mutant.codes[0]
        by_any_form.setdefault(code, set()).update(case.id for case in explained)
        if explained and (code not in matches or len(explained) > len(matches[code].cases)):
            matches[code] = _Match(mutant, explained)
    proved = {
        code: len(match.cases)
        for code, match in matches.items()
        if _suffices(known, match)
        and _leads(match, matches.values())
        # Forms that explain every case together, but none alone, stand for another mistake.
        and (len(by_any_form[code]) < len(failing) or len(match.cases) == len(failing))
    }
    together = sum(proved.values())
    # Several that explain every case, without a chain that does, stand for one unknown mistake.
    if together <= PARTIAL_SHARE * len(failing) or (len(proved) > 1 and together == len(failing)):
        return []
    return [
        Diagnosis((code,), (known.function,), count, "partial", count, len(failing))
        for code, count in sorted(proved.items(), key=lambda item: -item[1])
    ]


def partial_apart(known: Evidence) -> list[Diagnosis]:
    """Return the partial proofs without refused pairs, whose failures have a cause of their own.

    Few cases remain, so a mistake has to explain more of them.
    """
    left = known.without_pairs()
    enough = max(APART_CASES, APART_SHARE * len(left.failing))
    found = partial(left) if left.thinned else []
    return [replace(one, failing=len(known.failing)) for one in found if one.matched >= enough]


def of_ints(known: Evidence) -> list[Diagnosis]:
    """Return the chain that explains all cases but some that fail with a pair, as a partial proof.

    Pairs that fail then have a further cause. Many cases have to remain, because what distinguishes
    mistakes may be a pair.
    """
    pairs = given_pairs(known.cases) - known.right
    left = replace(known, cases=[case for case in known.cases if case.id not in pairs])
    proved = exact(left) if pairs and len(left.cases) >= INT_CASES else None
    if proved is None:
        return []
    matched = [c for c in left.failing if known.outcomes[c.id].kind == "value"]
    numbers = sum(numbers_of(known.outcomes[case.id]) for case in matched)
    if len(matched) < PARTIAL_CASES or numbers < PARTIAL_NUMBERS:
        return []
    found = replace(proved, kind="partial", failing=len(known.failing))
    return [replace(found, matched=len(matched_cases(known, found)))]


def _leads(match: _Match, matches: Iterable[_Match]) -> bool:
    """Return whether a mistake explains more cases than each of its rivals does."""
    near = [other for other in matches if len(other.cases) + PARTIAL_LEAD > len(match.cases)]
    return not any(other is not match and _rival(match, other) for other in near)


def _rival(one: _Match, other: _Match) -> bool:
    """Return whether two mistakes exclude each other.

    They do not if each is right in the cases that the other explains: a submission that makes both
    answers there as one of them does.
    """
    return not (_right_in(one.form, other.cases) and _right_in(other.form, one.cases))


def _right_in(mutant: MutantAnswers, cases: Sequence[Case]) -> bool:
    return all(same_answer(mutant.outcomes[c.id], c.expected, c.precision) for c in cases)


def _suffices(known: Evidence, match: _Match) -> bool:
    """Return whether the cases of a match are enough, and no degenerate size explains it."""
    numbers = sum(numbers_of(known.outcomes[id]) for id in match.ids)
    if len(match.cases) < PARTIAL_CASES or numbers < PARTIAL_NUMBERS:
        return False
    unmatched = [case for case in known.failing if case.id not in match.ids]
    unexplained = [case for case in unmatched if case.id not in known.refused]
    if len(unexplained) > PARTIAL_UNEXPLAINED * (len(known.cases) - len(known.refused)):
        return False
    return len(match.cases) >= len(unmatched) or not degenerate(match.cases, unmatched)


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


def matched_cases(known: Evidence, diagnosis: Diagnosis) -> list[str]:
    """Return the ids of the failing cases that a diagnosis explains."""
    if diagnosis.kind == "exact" and diagnosis.result is None:
        everywhere = diagnosis.cases == len(known.cases)
        return [case.id for case in known.failing if everywhere or known.answered(case)]
    if diagnosis.result is not None:
        return [c.id for c in known.failing if not _item_right(known, c, diagnosis.result)]
    chains = known.chains.get(len(diagnosis.codes), ())
    forms = [m for m in chains if tuple(sorted(m.codes)) == tuple(sorted(diagnosis.codes))]
    forms = [form for form in forms if uncontradicted(known, form)]
    return [c.id for c in known.failing if any(known.alike(form, c) for form in forms)]
