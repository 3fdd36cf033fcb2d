"""Group the misconceptions of a function by their answers, for proofs by comparison.

Many misconceptions answer a case alike, so each distinct answer is compared once. Sets of mutants
are ints, with a bit for each mutant in the key's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np

from .compare import Answer
from .mutant_store import StoredAnswers

if TYPE_CHECKING:
    from .key import Case, MutantAnswers

#: Maximum number of mutants that are looked at one by one, in place of grouping all.
FEW = 16


class Compared:
    """The known results of comparing one case's answers with one other answer."""

    def __init__(self) -> None:
        #: The mutants that were compared all at once, and those of them that are alike.
        self.together = self.alike = 0
        #: The results of other comparisons, by the number of the mutants' answer.
        self.alone: dict[int, bool] = {}


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
        self._right: dict[str, Compared] = {}
        self._stacked: dict[str, int] = {}

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
        if not among:
            return found
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

    def alike(self, case: Case, among: int, given: Answer, known: Compared) -> int:
        """Return those of a set that answer a case as a submission does."""
        array = isinstance(given.outcome.value, np.ndarray) or given.outcome.kind != "value"
        if array and among.bit_count() > FEW and not known.together:
            known.together = self._together(case.id)
            known.alike = self._alike_together(case, given.outcome.value)

        def same(answer: Answer) -> bool:
            return answer.equals(given, case.precision)

        alone = self.fitting(case, among & ~known.together, same, known.alone)
        return among & known.alike | alone

    def wrong_in(self, case: Case, among: int) -> int:
        """Return those of a set that answer a case wrong."""
        known = self._right.setdefault(case.id, Compared())
        return among & ~self.alike(case, among, Answer(case.expected), known)

    def _together(self, case: str) -> int:
        """Return the mutants whose answers to a case can be compared all at once."""
        if case not in self._stacked:
            stacks = self.mutants[0].stacked(case)
            numbers = {number for stack in stacks for number in stack.numbers}
            groups = self._grouped(case).items()
            alone = union(members for number, members in groups if number not in numbers)
            self._stacked[case] = (1 << len(self.mutants)) - 1 & ~alone
        return self._stacked[case]

    def _alike_together(self, case: Case, got: object) -> int:
        """Return those of them whose answers match a submission's array; none if it has none."""
        if not isinstance(got, np.ndarray):
            return 0
        groups = self._grouped(case.id)
        return union(
            groups.get(number, 0)
            for stack in self.mutants[0].stacked(case.id)
            if stack.shape == got.shape
            for number in stack.alike(got, case.precision)
        )

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

    def _numbers(self, case: str) -> list[int]:
        """Return the numbers of all mutants' answers to a case."""
        stored = [m.outcomes for m in self.mutants if isinstance(m.outcomes, StoredAnswers)]
        blocks = stored[0].blocks if stored else None
        if len(stored) < len(self.mutants) or any(one.blocks is not blocks for one in stored):
            return [mutant.number(case) for mutant in self.mutants]
        numbers = stored[0].blocks[case].numbers
        return [numbers[one.row] for one in stored]

    def _grouped(self, case: str) -> dict[int, int]:
        if case not in self._groups:
            groups: dict[int, int] = {}
            for bit, number in enumerate(self._numbers(case)):
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
