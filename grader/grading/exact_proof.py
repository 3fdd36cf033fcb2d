"""Prove which misconceptions answer every case as a submission does.

Only cases that test values prove anything, and only mutants of wrong values are proved. A false
accusation is avoided by requiring that the student is wrong wherever the mistake is wrong. See
docs/architecture.md, Diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..answer_key.compare import Answer, difference
from ..answer_key.key import Case
from ..answer_key.mutant_table import each, union
from ..sandbox.protocol.outcome import Outcome
from .evidence import Evidence, Fitting, all_zero, narrowed
from .library_errors import key_of
from .report import Diagnosis

#: Minimums for a proof that leaves out cases that break down: wrong cases and numbers explained;
#: the share of failing cases that do not break down, for one mistake and for each further one.
ANSWERED_WRONG, ANSWERED_NUMBERS = 2, 6
ANSWERED_SHARE, ANSWERED_SHARE_EACH = 0.2, 0.5
#: Mistakes whose sentence says no more than for which sizes the code is written. They are proved by
#: where it stops, with at least so many cases that stop, and as many that do not. Beside another
#: mistake, these cases have to be right in the other one.
FOR_SOME_SIZES = frozenset({"KERNEL-CONSTANT", "LOOP-SQUARE", "SQUARE-K", "TILES-ONLY"})
STOPPED_CASES = 3


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
    if len(answered) < ANSWERED_WRONG or known.numbers(answered) < ANSWERED_NUMBERS:
        return None
    if len(answered) == len(known.failing):
        return None  # as `exact` said
    proved = _shortest(known, known.not_unlike, known.answered)
    if proved is None:
        return None
    stops = {code: _alone_where_stopped(known, code, proved.codes) for code in proved.codes}
    seen = [code for code in proved.codes if stops[code] < STOPPED_CASES]
    share = len(answered) / (len(known.failing) - sum(stops[c] for c in stops if c not in seen))
    if seen and share < max(ANSWERED_SHARE, ANSWERED_SHARE_EACH * (len(seen) - 1)):
        return None
    if len(seen) > 1 and _one_suffices(known, seen):
        return None
    broken = len(known.failing) - len(answered)
    return proved._replace(cases=proved.cases - broken, matched=len(answered))


def where_stopped(known: Evidence) -> Diagnosis | None:
    """Return the mistake that is wrong exactly where the function breaks down, if sizes cause that.

    Some of these cases may be answered as a form of the mistake does. Cases in which None is taken
    for a number are left out: they stop for a cause of their own.
    """
    cases = [case for case in known.cases if not takes_none(known.outcomes[case.id])]
    stopped = [case for case in cases if case.id not in known.right]
    if min(len(stopped), len(cases) - len(stopped)) < STOPPED_CASES:
        return None
    table = known.table
    forms = {code: table.of(code) for code in FOR_SOME_SIZES}
    where = {case.id for case in stopped}

    def errs_there(case: Case, among: int) -> int:
        wrong = table.wrong_in(case, among)
        return wrong if case.id in where else among & ~wrong

    there = narrowed(union(forms.values()), cases, errs_there)
    proved = [
        code
        for code, ours in forms.items()
        if ours & there and all(known.breaks_down(c) or known.alike(c, ours) for c in stopped)
    ]
    if len(proved) != 1:
        return None
    count, failing = len(stopped), len(known.failing)
    return Diagnosis((proved[0],), (known.function,), len(cases), "exact", count, failing)


def takes_none(outcome: Outcome) -> bool:
    """Return whether a function stops because it takes None for a number."""
    return key_of(outcome.error) == "none_used"


def _alone_where_stopped(known: Evidence, code: str, codes: Sequence[str]) -> int:
    """Return how many cases break down that show a mistake of sizes without the others."""
    if code not in FOR_SOME_SIZES:
        return 0
    table = known.table
    others = union(table.of(other) for other in codes if other != code)
    return sum(
        known.breaks_down(case)
        and bool(table.wrong_in(case, table.of(code)))
        and not table.wrong_in(case, others)
        for case in known.failing
    )


def _one_suffices(known: Evidence, codes: Sequence[str]) -> bool:
    """Return whether one of several mistakes explains every case that does not break down."""
    cases = [case for case in known.cases if case.id in known.right or known.answered(case)]
    return narrowed(union(map(known.table.of, codes)), cases, known.alike) > 0


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
    fitting: Fitting,
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
    for length in [1] if blank else sorted(known.table.of_length):
        among = narrowed(known.table.of_length.get(length, 0), known.cases, fitting)
        fitted = {known.table.codes(mutant) for mutant in each(among)}
        if fitted:
            if len(fitted) > 1:
                return None
            codes, count = fitted.pop(), len(known.cases)
            failing = len(known.failing)
            return Diagnosis(codes, (known.function,), count, "exact", failing, failing, result)
    return None


def _item(outcome: Outcome, result: int | None) -> Any:
    """Return the value of an outcome, or one result of it."""
    value: Any = outcome.value
    return value if result is None else value[result]


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


def _alike_in(known: Evidence, position: int) -> Fitting:
    """Return the condition that one result of a case equals the mutant's."""
    compared: dict[str, dict[int, bool]] = {}

    def alike(case: Case, among: int) -> int:
        ours: Any = known.outcomes[case.id].value

        def same(answer: Answer) -> bool:
            # A mutant with more results or fewer has others at these positions.
            if answer.outcome.kind != "value" or _length(answer.outcome) != _length(case.expected):
                return False
            theirs: Any = answer.outcome.value
            return difference(theirs[position], ours[position], case.precision) is None

        return known.table.fitting(case, among, same, compared.setdefault(case.id, {}))

    return alike


def matched_cases(known: Evidence, diagnosis: Diagnosis) -> list[str]:
    """Return the ids of the failing cases that a diagnosis explains."""
    if diagnosis.kind == "exact" and diagnosis.result is None:
        everywhere = diagnosis.cases == len(known.cases)
        return [case.id for case in known.failing if everywhere or known.answered(case)]
    if diagnosis.result is not None:
        return [c.id for c in known.failing if not _item_right(known, c, diagnosis.result)]
    forms = known.uncontradicted(known.table.of(*diagnosis.codes))
    return [case.id for case in known.failing if known.alike(case, forms)]
