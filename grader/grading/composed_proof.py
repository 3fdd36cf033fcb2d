"""Prove three or four misconceptions at once, though no chain of that length is in the key.

A case in which only one of them is wrong has to be answered as that one does, or as its pair with
one that only shows beside it; a case in which two are wrong as their pair does. Cases in which more
of them meet are not compared, because no key has their answers; they have to be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from ..answer_key.mutant_table import bits, each, union
from .evidence import Evidence, all_zero
from .exact_proof import FOR_SOME_SIZES, STOPPED_CASES
from .report import Diagnosis

#: The numbers of mistakes that are looked for; pairs are looked for in the key.
LENGTHS = (3, 4)
#: Minimums for a proof: the share of failing cases that are compared, and the numbers in them; for
#: each mistake the cases and numbers that are explained only with it.
SHARE, NUMBERS, OWN_CASES, OWN_NUMBERS = 0.5, 20, 2, 12
#: Maximum number of forms that are combined with each other.
FORMS = 16
#: Maximum number of cases, small ones first, that are searched for mistakes that only show beside
#: another one.
SHOWING = 6


class _Form(NamedTuple):
    """A form of a misconception. Sets of failing cases are ints, with a bit for each case."""

    code: str
    #: Cases in which the form is wrong.
    wrong: int
    #: Cases in which the submission gives the form's answer.
    matched: int


class _Answers:
    """Which failing cases a submission answers as mutants do."""

    def __init__(self, known: Evidence) -> None:
        self.known = known
        self.failing = known.failing
        self.every = (1 << len(self.failing)) - 1
        self.broken = bits(map(known.breaks_down, self.failing))
        #: For how many numbers each case counts; zeros have too many causes.
        self.weights = [
            known.numbers_of(case) if outcome.kind == "value" and not all_zero(outcome.value) else 0
            for case in self.failing
            for outcome in [known.outcomes[case.id]]
        ]
        self.telling = bits(self.weights) & ~self.broken
        self._pairs: dict[tuple[str, str], list[int]] = {}

    def of_pair(self, one: str, other: str) -> list[int]:
        """Return where the submission answers as each form of a pair does."""
        if (one, other) not in self._pairs:
            forms = self.known.table.of(one, other)
            self._pairs[one, other] = list(set(self.known.matched(forms).values()))
        return self._pairs[one, other]

    def met(self, codes: set[str], bit: int) -> set[str]:
        """Return the codes whose pair with one of `codes` is answered in a case."""
        table = self.known.table
        beside = union(
            forms
            for pair, forms in table.of_codes.items()
            if len(pair) == 2 and len(codes.intersection(pair)) == 1
        )
        found = self.known.alike(self.failing[bit], beside)
        return {code for pair in each(found) for code in table.codes(pair)} - codes

    def numbers(self, cases: int) -> int:
        """Return for how many numbers a set of cases counts."""
        return sum(weight for bit, weight in enumerate(self.weights) if cases >> bit & 1)


def composed(known: Evidence) -> Diagnosis | None:
    """Return the fewest mistakes, three at least, that explain every case in which few meet.

    If two different sets of mistakes fit, neither is proved.
    """
    answers = _Answers(known)
    forms = _candidates(answers) if answers.telling.bit_count() >= OWN_CASES else []
    for length in LENGTHS:
        fitting: dict[tuple[str, ...], int] = {}
        for chosen in combinations(forms, length):
            if compared := _explained(answers, chosen):
                fitting[tuple(sorted(form.code for form in chosen))] = compared
        if len(fitting) > 1:
            return None
        if fitting:
            ((codes, compared),) = fitting.items()
            failing = len(known.failing)
            cases = len(known.cases) - failing + compared
            return Diagnosis(codes, (known.function,), cases, "exact", compared, failing)
    return None


def _candidates(answers: _Answers) -> list[_Form]:
    """Return forms that the submission shows alone in some case, then those that meet them.

    Last come forms of mistakes of sizes that may be what stops it.
    """
    known = answers.known
    if not any(matched & answers.telling for matched in known.possible.values()):
        return []
    wrong = known.wrong(sum(1 << mutant for mutant in known.possible))
    singles: dict[str, list[_Form]] = {}
    for mutant, matched in known.possible.items():
        code = known.table.mutants[mutant].codes[0]
        singles.setdefault(code, []).append(_Form(code, wrong[mutant], matched))
    forms = [form for ours in singles.values() for form in ours]
    shown = list(dict.fromkeys(form for form in forms if form.matched & answers.telling))
    met = _met(answers, singles, shown)
    others = [form for code in met for form in dict.fromkeys(singles[code])]
    shown.sort(key=lambda form: -form.matched.bit_count())
    others.sort(key=lambda form: -(form.wrong & met[form.code]).bit_count())
    stopping = [
        form
        for form in forms
        if form.code in FOR_SOME_SIZES
        and (form.wrong & answers.broken).bit_count() >= STOPPED_CASES
    ]
    stopping.sort(key=lambda form: -(form.wrong & answers.broken).bit_count())
    return list(dict.fromkeys((*shown, *others, *stopping)))[:FORMS]


def _met(
    answers: _Answers, singles: Mapping[str, Sequence[_Form]], shown: Sequence[_Form]
) -> dict[str, int]:
    """Return the mistakes that show only beside one of `shown`, and where their pairs answer.

    Cases in which two of them are wrong show no pair.
    """
    codes = {form.code for form in shown}
    pairs = union(
        each for pair in combinations(sorted(codes), 2) for each in answers.of_pair(*pair)
    )
    left = answers.telling & ~(pairs | union(form.matched for form in shown))
    met: dict[str, int] = {}
    wrong: dict[str, int] = {}
    for _ in range(SHOWING if codes else 0):
        if not left:
            break
        first = left & -left
        for code in answers.met(codes, first.bit_length() - 1) & singles.keys() - met.keys():
            met[code] = union(each for one in codes for each in answers.of_pair(one, code))
            wrong[code] = union(form.wrong for form in singles[code])
        several = union(one & other for one, other in combinations(wrong.values(), 2))
        left &= ~(first | several | union(met.values()))
    return met


def _explained(answers: _Answers, chosen: Sequence[_Form]) -> int:
    """Return in how many failing cases these mistakes explain the answers; 0 if they do not."""
    if len({form.code for form in chosen}) < len(chosen):
        return 0
    two = _wrong_in_two(chosen)
    stopping = [
        form
        for form in chosen
        if form.code in FOR_SOME_SIZES
        and (form.wrong & ~two & answers.broken).bit_count() >= STOPPED_CASES
    ]
    found = _answered(answers, chosen, two) & answers.telling
    stopped = answers.broken & union(form.wrong for form in stopping)
    counted = len(answers.failing) - stopped.bit_count()
    if found.bit_count() < SHARE * counted or answers.numbers(found) < NUMBERS:
        return 0
    seen = [form for form in chosen if form not in stopping]
    return found.bit_count() if all(_needed(answers, form, chosen, found) for form in seen) else 0


def _wrong_in_two(forms: Sequence[_Form]) -> int:
    """Return the cases in which at least two forms are wrong."""
    return union(one.wrong & other.wrong for one, other in combinations(forms, 2))


def _answered(answers: _Answers, chosen: Sequence[_Form], two: int) -> int:
    """Return the cases in which one or two of these mistakes explain the answer.

    0 if some other case, in which at most two of them are wrong, neither breaks down nor is
    explained. Beside a second mistake that is right there, a mistake may answer as their pair does.
    """
    three = union(x.wrong & y.wrong & z.wrong for x, y, z in combinations(chosen, 3))
    found, unlike = 0, answers.every & ~union(form.wrong for form in chosen)
    for form in chosen:
        alone = form.wrong & ~two
        unlike |= alone & ~(form.matched | answers.broken)
        found |= alone & form.matched
    for form, other in combinations(chosen, 2):
        both = form.wrong & other.wrong & ~three
        pairs = answers.of_pair(form.code, other.code)
        fitting = [pair & (both | unlike) for pair in pairs if not both & ~(pair | answers.broken)]
        if not fitting:
            return 0
        best = max(fitting, key=int.bit_count)
        found |= best
        unlike &= ~best
    return 0 if unlike else found


def _needed(answers: _Answers, form: _Form, chosen: Sequence[_Form], found: int) -> bool:
    """Return whether enough cases are explained only with this mistake."""
    others = [other for other in chosen if other is not form]
    without = union(other.matched for other in others) | union(
        pair
        for one, other in combinations(others, 2)
        for pair in answers.of_pair(one.code, other.code)
    )
    own = found & ~without
    return own.bit_count() >= OWN_CASES and answers.numbers(own) >= OWN_NUMBERS
