"""Diagnose a function's wrong values, and decide which statements about them are proved.

There are four statements, in this order: this is the mistake (`exact_proof`, `composed_proof`),
this is one of your mistakes (`partial_proof`), this is where it fails (a condition, a
result, an amount), this stopped it (a library's error). Broken promises are reported beside them
and never take part in a proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..answer_key.key import AnswerKey
from ..sandbox.protocol.outcome import Outcome
from .composed_proof import composed
from .conditions import condition_of
from .contract import settled
from .evidence import Evidence, evidence
from .exact_proof import (
    exact,
    matched_cases,
    of_results,
    takes_none,
    where_answered,
    where_stopped,
    wrong_results,
)
from .extent import extent_of
from .judging import begun, judge
from .library_errors import Explained, explained, key_of
from .partial_proof import PARTIAL_NUMBERS, of_ints, partial, partial_apart
from .refused_pairs import int_names, pair_names
from .report import Diagnosis, Finding, Verdict

#: Key of the sentence about a function that returns None, among those about library errors.
NOTHING_RETURNED = "nothing_returned"
#: Library errors that are due to the form of an argument: None, an int or a pair that the function
#: does not expect, or a parameter that it does not have.
OF_FORM = frozenset({"none_used", "int_as_pair", "pair_as_int", "signature"})
#: Minimum of numbers for a proof without the cases that stop for the form of an argument.
BESIDE_FORMS = 12
#: Minimum share of the failing cases that do not stop with an exception, for a proof without those
#: that do. Such a proof needs the numbers of a partial one.
BESIDE_STOPS = 0.4


class DiagnosisResult(NamedTuple):
    """All statements about a submission's wrong values."""

    diagnoses: tuple[Diagnosis, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: Cases that the main fault of each function affects.
    main: tuple[str, ...] = ()
    #: Cases stopped by a pair if a mistake explains all others; they count as a broken promise.
    refused: frozenset[str] = frozenset()


def explain(
    key: AnswerKey, outcomes: Mapping[str, Outcome], verdicts: Sequence[Verdict]
) -> DiagnosisResult:
    """Explain the failures of every function whose values are wrong somewhere."""
    parts = [
        _of_function(evidence(key, function, outcomes, verdicts), verdicts)
        for function in _failing(verdicts)
    ]
    return DiagnosisResult(
        _together([diagnosis for part in parts for diagnosis in part.diagnoses]),
        tuple(finding for part in parts for finding in part.findings),
        tuple(case for part in parts for case in part.main),
        frozenset().union(*(part.refused for part in parts)),
    )


def diagnose(
    key: AnswerKey, outcomes: Mapping[str, Outcome], functions: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """Return the diagnoses of some functions from their outcomes alone."""
    framework, device = key.identity.framework, key.identity.device
    cases = [case for case in key.cases if case.function in functions]
    verdicts = [judge(case, outcomes[case.id], framework, device) for case in cases]
    return explain(key, outcomes, settled(begun(verdicts), cases)).diagnoses


def _failing(verdicts: Sequence[Verdict]) -> list[str]:
    """Return the functions that are begun and have wrong values.

    Functions with cases that were not run are left out, because nothing can be proved about them.
    """
    cut_short = {verdict.function for verdict in verdicts if verdict.not_run}
    wrong = (v for v in verdicts if v.axis == "values" and not v.right)
    told = (v.function for v in wrong if v.status not in ("not_started", "missing"))
    return [function for function in dict.fromkeys(told) if function not in cut_short]


def _of_function(known: Evidence, verdicts: Sequence[Verdict]) -> DiagnosisResult:
    ours = [verdict for verdict in verdicts if verdict.function == known.function]
    left = known.without_pairs()
    proved, found = _proofs(left)
    whole = _explaining_all(left, proved, found)
    if whole is not None and left.suffices:
        return whole._replace(refused=known.refused)
    if whole is None and (apart := _without_stops(left)) is not None:
        return apart._replace(refused=known.refused)
    if whole is None and (stopped := where_stopped(left)) is not None:
        shown = tuple(c.id for c in left.failing if not takes_none(left.outcomes[c.id]))
        return DiagnosisResult((stopped,), tuple(_stops(left)), shown, known.refused)
    if left.thinned:
        proved = exact(known) if whole is not None else None
        if whole is not None and proved is not None and whole.diagnoses[0].codes == proved.codes:
            return whole._replace(refused=known.refused)
        found = of_results(known)
    if not found:
        found = of_ints(known) or partial(known) or partial_apart(known)
    main = [case for diagnosis in found for case in matched_cases(known, diagnosis)]
    findings = tuple(_findings(known))
    return DiagnosisResult(tuple(found), findings, tuple(main or _most_alike(known, ours)))


def _without_stops(left: Evidence) -> DiagnosisResult | None:
    """Return the explanation of all numbers, beside what stops the function in other cases.

    First only those cases are left out that stop for the form of an argument, which is a cause of
    its own.
    """
    stopped = {c.id for c in left.failing if left.outcomes[c.id].kind == "raised"}
    by_form = {id for id in stopped if key_of(left.outcomes[id].error) in OF_FORM}
    attempts = [(by_form, 0.0, BESIDE_FORMS)]
    if stopped != by_form:
        attempts.append((stopped, BESIDE_STOPS, PARTIAL_NUMBERS))
    for left_out, share, least in attempts:
        apart = left.without(left_out)
        enough = len(apart.failing) >= share * len(left.failing) and apart.suffices
        if not (left_out and enough and apart.numbers(apart.failing) >= least):
            continue
        whole = _explaining_all(apart, *_proofs(apart))
        if whole is not None:
            diagnoses = tuple(one._replace(failing=len(left.failing)) for one in whole.diagnoses)
            return whole._replace(diagnoses=diagnoses, findings=tuple(_stops(left)))
    return None


def _proofs(known: Evidence) -> tuple[Diagnosis | None, list[Diagnosis]]:
    """Return the mistake that explains every case, and those that explain single results."""
    proved = exact(known) or where_answered(known) or composed(known)
    return proved, of_results(known) if proved is None else []


def _explaining_all(
    left: Evidence, proved: Diagnosis | None, found: list[Diagnosis]
) -> DiagnosisResult | None:
    """Return the explanation of every case: one mistake, or one for each wrong result."""
    if proved is not None:
        stops = tuple(_stops(left)) if proved.cases < len(left.cases) else ()
        return DiagnosisResult((proved,), stops, tuple(matched_cases(left, proved)))
    if len(found) < max(1, len(wrong_results(left))):
        return None
    main = [case for diagnosis in found for case in matched_cases(left, diagnosis)]
    return DiagnosisResult(tuple(found), tuple(_findings(left)), tuple(main))


def _most_alike(known: Evidence, verdicts: Sequence[Verdict]) -> list[str]:
    """Return the failing cases that share the most frequent failure; refused pairs come last."""
    failing = {case.id for case in known.failing}
    failing = failing - known.refused or failing
    ways = {v.case: _way(v) for v in verdicts if v.case in failing}
    if not ways:
        return []
    way, _ = Counter(ways.values()).most_common(1)[0]
    return [case for case, found in ways.items() if found == way]


def _way(verdict: Verdict) -> tuple[str, str, int | None]:
    error = verdict.error
    return verdict.status, error.type if error else "", error.line if error else None


def _findings(known: Evidence) -> Iterator[Finding]:
    failing, right = known.failing, [case for case in known.cases if case.id in known.right]
    count = len(failing)
    stops = list(_stops(known))
    of_pairs = sum(stop.cases for stop in stops if stop.key in ("pair_as_int", "int_as_pair"))
    # Refused pairs have a cause of their own; the other failing cases may share a property.
    counted = known.without_pairs().failing
    condition = condition_of(counted, right) if len(counted) < count else None
    if condition is None and of_pairs < count:
        # An error that stops every failing case is more informative than a property they share.
        counted, condition = failing, condition_of(failing, right, several=not known.refused)
    if condition is not None:
        key, values = condition
        yield Finding("condition", known.function, key, values, len(counted), count)
    if 0 < len(wrong := wrong_results(known)) < _results(known):
        positions = {"wrong": ",".join(map(str, wrong)), "of": str(_results(known))}
        yield Finding("result", known.function, "", positions, count, count)
    answered = [(case, known.outcomes[case.id]) for case in failing]
    if (extent := extent_of(answered)) is not None:
        yield Finding(extent.kind, known.function, "", {"amount": extent.amount}, count, count)
    yield from stops
    without = [c for c in failing if _is_none(known.outcomes[c.id]) and not _is_none(c.expected)]
    if without:
        yield Finding("library", known.function, NOTHING_RETURNED, {}, len(without), count)


def _is_none(outcome: Outcome) -> bool:
    return outcome.kind == "value" and outcome.value is None


def _results(known: Evidence) -> int:
    value = known.cases[0].expected.value
    return len(value) if isinstance(value, tuple) else 1


def _stops(known: Evidence) -> Iterator[Finding]:
    """Return library errors, each with the student's line and the number of cases it stops."""
    seen: dict[tuple[str, int | None], list[Explained]] = {}
    lines: dict[tuple[str, int | None], str] = {}
    for case in known.failing:
        error = known.outcomes[case.id].error
        if error is None:
            continue
        # The pair stops these cases, whatever the library's exception says.
        refused = case.id in known.refused
        meaning = Explained("pair_as_int", {}) if refused else explained(error)
        if meaning is None:
            continue
        if meaning.key == "pair_as_int" and not pair_names(case, known.cases):
            meaning = Explained("tuple_as_number", {})
        if meaning.key == "int_as_pair" and not int_names(case, known.cases):
            indexed = "subscriptable" in error.message
            meaning = Explained("number_indexed" if indexed else "number_iterated", {})
        place = meaning.key, error.line
        seen.setdefault(place, []).append(meaning)
        lines[place] = error.text.strip()
    for place, meanings in sorted(seen.items(), key=lambda item: -len(item[1])):
        key, line = place
        values = {
            **meanings[0].values,
            "line": "" if line is None else str(line),
            "text": lines[place],
        }
        yield Finding("library", known.function, key, values, len(meanings), len(known.failing))


def _together(found: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Merge the diagnoses of functions that have the same exact explanation."""
    joined: dict[object, Diagnosis] = {}
    for diagnosis in found:
        whole = diagnosis.kind == "exact" and diagnosis.result is None
        name = (
            diagnosis.codes if whole else (diagnosis.functions, diagnosis.codes, diagnosis.result)
        )
        other = joined.get(name)
        joined[name] = diagnosis if other is None else _sum(other, diagnosis)
    return tuple(joined.values())


def _sum(one: Diagnosis, other: Diagnosis) -> Diagnosis:
    return one._replace(
        functions=one.functions + other.functions,
        cases=one.cases + other.cases,
        matched=one.matched + other.matched,
        failing=one.failing + other.failing,
    )
