"""Group the misconceptions of a function by their answers, for proofs by comparison.

Many misconceptions answer a case alike, so each distinct answer is compared once. Sets of mutants
are ints, with a bit for each mutant in the key's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from .compare import Answer

if TYPE_CHECKING:
    from .key import Case, MutantAnswers

#: Maximum number of mutants that are looked at one by one, in place of grouping all.
FEW = 16


class MutantTable:
    """The misconceptions of one function that give wrong values."""

    def __init__(self, mutants: Sequence[MutantAnswers]) -> None:
        self.mutants = mutants
        #: Sets of mutants by the number of misconceptions that are combined, and by their codes in
        #: alphabetical order.
        self.of_length: dict[int, int] = {}
        self.of_codes: dict[tuple[str, ...], int] = {}
        for bit, mutant in enumerate(mutants):
            length, codes = len(mutant.codes), tuple(sorted(mutant.codes))
            self.of_length[length] = self.of_length.get(length, 0) | 1 << bit
            self.of_codes[codes] = self.of_codes.get(codes, 0) | 1 << bit
        self._groups: dict[str, dict[int, int]] = {}
        self._answers: dict[str, dict[int, Answer]] = {}
        self._wrong: dict[str, dict[int, bool]] = {}

    def of(self, *codes: str) -> int:
        """Return the mutants that combine exactly these misconceptions."""
        return self.of_codes.get(tuple(sorted(codes)), 0)

    def codes(self, mutant: int) -> tuple[str, ...]:
        """Return the misconceptions that a mutant combines, in alphabetical order."""
        return tuple(sorted(self.mutants[mutant].codes))

    def fitting(
        self, case: Case, among: int, fits: Callable[[Answer], bool], known: dict[int, bool]
    ) -> int:
        """Return those of a set whose answer to a case fulfils a condition.

        `known` remembers which answers do, by their number.
        """
        found = 0
        for number, members in self._by_answer(case.id, among):
            ours = members & among
            if not ours:
                continue
            if number not in known:
                known[number] = fits(self._answer(case.id, number, ours))
            if known[number]:
                found |= ours
            among ^= ours
            if not among:
                break
        return found

    def wrong_in(self, case: Case, among: int) -> int:
        """Return those of a set that answer a case wrong."""
        right = Answer(case.expected)

        def wrong(answer: Answer) -> bool:
            return not answer.equals(right, case.precision)

        return self.fitting(case, among, wrong, self._wrong.setdefault(case.id, {}))

    def _answer(self, case: str, number: int, members: int) -> Answer:
        """Return the answer with this number, which any of these mutants gives to a case."""
        answers = self._answers.setdefault(case, {})
        if number not in answers:
            answers[number] = Answer(self.mutants[next(each(members))].outcomes[case])
        return answers[number]

    def _by_answer(self, case: str, among: int) -> Iterable[tuple[int, int]]:
        """Return the numbers of the answers that a set gives to a case, each with its mutants."""
        if case not in self._groups and among.bit_count() <= FEW:
            return [(self.mutants[bit].number(case), 1 << bit) for bit in each(among)]
        return self._grouped(case).items()

    def _grouped(self, case: str) -> dict[int, int]:
        if case not in self._groups:
            groups: dict[int, int] = {}
            for bit, mutant in enumerate(self.mutants):
                number = mutant.number(case)
                groups[number] = groups.get(number, 0) | 1 << bit
            self._groups[case] = groups
        return self._groups[case]


def bits(holds: Iterable[object]) -> int:
    """Return the set of the positions at which something holds."""
    return sum(1 << bit for bit, held in enumerate(holds) if held)


def each(members: int) -> Iterator[int]:
    """Return the members of a set, in order."""
    while members:
        first = members & -members
        yield first.bit_length() - 1
        members ^= first


def union(sets: Iterable[int]) -> int:
    """Return what is in any of the sets."""
    return reduce(or_, sets, 0)
