"""Prove which misconceptions explain some of a submission's failing cases, by rule R.

A mistake is proved in part if it explains enough cases and numbers, is wrong nowhere where the
submission is right, and is ahead of every rival. See docs/architecture.md, Diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..answer_key.key import Case
from ..answer_key.mutant_table import bits, each
from .conditions import degenerate
from .evidence import APART_CASES, Evidence
from .exact_proof import exact, matched_cases
from .refused_pairs import given_pairs
from .report import Diagnosis

#: Minimums for a partial proof: failing cases and numbers that the mistake explains, the share of
#: all failing cases that such mistakes exceed together, and the lead over every rival, in cases.
PARTIAL_CASES, PARTIAL_NUMBERS, PARTIAL_SHARE, PARTIAL_LEAD = 3, 20, 0.5, 2
#: Maximum share of all cases, right ones included and refused pairs left out, that a partial proof
#: may leave unexplained: a mistake that differs in most cases is another one, and few right cases
#: could contradict it.
PARTIAL_UNEXPLAINED = 0.5
#: Minimum share of the failing cases for a proof without refused pairs.
APART_SHARE = 0.5
#: Minimum number of cases for a proof without all pairs that fail.
INT_CASES = 8


class _Match(NamedTuple):
    """The failing cases that a form of a mistake explains."""

    form: int
    cases: Sequence[Case]

    @property
    def ids(self) -> set[str]:
        """Return the ids of these cases."""
        return {case.id for case in self.cases}


def partial(known: Evidence) -> list[Diagnosis]:
    """Return single mistakes that each explain some failing cases and are contradicted by none."""
    failing = known.failing
    answered = bits(map(known.answered, failing))
    matches: dict[str, _Match] = {}
    by_any_form: dict[str, set[str]] = {}
    for mutant, matched in known.possible.items():
        explained = [failing[bit] for bit in each(matched & answered)]
        code = known.table.mutants[mutant].codes[0]
        by_any_form.setdefault(code, set()).update(case.id for case in explained)
        if explained and (code not in matches or len(explained) > len(matches[code].cases)):
            matches[code] = _Match(mutant, explained)
    proved = {
        code: len(match.cases)
        for code, match in matches.items()
        if _suffices(known, match)
        and _leads(known, match, matches.values())
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
    return [one._replace(failing=len(known.failing)) for one in found if one.matched >= enough]


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
    if len(matched) < PARTIAL_CASES or known.numbers(matched) < PARTIAL_NUMBERS:
        return []
    found = proved._replace(kind="partial", failing=len(known.failing))
    return [found._replace(matched=len(matched_cases(known, found)))]


def _leads(known: Evidence, match: _Match, matches: Iterable[_Match]) -> bool:
    """Return whether a mistake explains more cases than each of its rivals does."""
    near = [other for other in matches if len(other.cases) + PARTIAL_LEAD > len(match.cases)]
    return not any(other is not match and _rival(known, match, other) for other in near)


def _rival(known: Evidence, one: _Match, other: _Match) -> bool:
    """Return whether two mistakes exclude each other.

    They do not if each is right in the cases that the other explains: a submission that makes both
    answers there as one of them does.
    """

    def right_in(mutant: int, cases: Sequence[Case]) -> bool:
        return not any(known.table.wrong_in(case, 1 << mutant) for case in cases)

    return not (right_in(one.form, other.cases) and right_in(other.form, one.cases))


def _suffices(known: Evidence, match: _Match) -> bool:
    """Return whether the cases of a match are enough, and no degenerate size explains it."""
    if len(match.cases) < PARTIAL_CASES or known.numbers(match.cases) < PARTIAL_NUMBERS:
        return False
    unmatched = [case for case in known.failing if case.id not in match.ids]
    unexplained = [case for case in unmatched if case.id not in known.refused]
    if len(unexplained) > PARTIAL_UNEXPLAINED * (len(known.cases) - len(known.refused)):
        return False
    return len(match.cases) >= len(unmatched) or not degenerate(match.cases, unmatched)
