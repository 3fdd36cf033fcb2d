"""Points: what a function computes, less what its broken promises cost.

The values that are right decide; promises are paid in proportion to them. What can be known by
heart, the public examples and the hidden cases that are the same for every seed, weighs little. An
impossible input that is not refused costs its part of `ERRORS`, any other broken promise `EACH`,
however many cases it touches, and all of these together at most `OTHERS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .report import BrokenPromise, Report, Share, Verdict

#: Fractions of a function's points: 15 % for the contract, of which impossible inputs are 5.
ERRORS = 0.05
EACH = 0.05
OTHERS = 0.10
#: Names the tally of the hidden cases that are the same for every seed.
FIXED = "fixed"
#: Weight of the public examples, and of the fixed cases, where a group of drawn cases weighs 1:
#: beside one such group both together earn a sixth.
KNOWN = 0.1
#: Names the tally of kept promises beside those of the groups of cases.
CONTRACT = "contract"
#: Group → (passed, of), of one function; with `CONTRACT` where the contract is paid apart.
Groups = Mapping[str, Sequence[int]]


def tally(verdicts: Sequence[Verdict], broken: Sequence[BrokenPromise]) -> dict[str, list[int]]:
    """Count one function's cases by group, and its promises.

    A group of values counts the right ones, that of impossible inputs those refused as they
    should be. Cases that test another promise are in no group.
    """
    groups: dict[str, list[int]] = {FIXED: [0, 0]}
    for verdict in verdicts:
        axis, group = verdict.axis, verdict.group
        if axis == "values":
            right = verdict.right
            if verdict.fixed and not verdict.public and group != "errors":
                group = FIXED
        elif axis == "errors":
            right, group = verdict.passed, "errors"
        else:
            continue
        count = groups.setdefault(group, [0, 0])
        count[0] += right
        count[1] += 1
    lost = sum(promise.promise != "errors" for promise in broken)
    tested = max(round(OTHERS / EACH), lost)
    groups[CONTRACT] = [tested - lost, tested]
    return groups


def tallies_of(report: Report) -> dict[str, dict[str, list[int]]]:
    """Count each function's cases by group, and its promises; in a forbidden way none is right."""
    by_function: dict[str, list[Verdict]] = {}
    for verdict in report.verdicts:
        by_function.setdefault(verdict.function, []).append(verdict)
    tallies: dict[str, dict[str, list[int]]] = {}
    for function, verdicts in by_function.items():
        broken = [promise for promise in report.promises if promise.function == function]
        groups = tally(verdicts, broken)
        if report.forbidden:
            groups = {name: [0, of] for name, (_, of) in groups.items()}
        tallies[function] = groups
    return tallies


def fraction(groups: Groups, weights: Mapping[str, float] | None = None) -> float:
    """The fraction of a function's points that its tally earns.

    Groups of drawn cases count alike, those that can be known by heart little, unless `weights`
    says otherwise. The weights of `errors` and `contract` say how much of what these cost is
    taken: all of it at 1 and above.
    """
    if CONTRACT not in groups:  # as reports of the first scale counted
        return _weighted(groups, weights or {})
    known = weights or {}
    values = _values_of(groups)
    return _weighted(values, {**_defaults(groups), **known}) * (1 - cost(groups, known))


def parts(
    groups: Groups, weights: Mapping[str, float] | None = None
) -> dict[str, tuple[float, float]]:
    """Return what each group and the contract add to `fraction`, and how much they can add."""
    known = {**_defaults(groups), **(weights or {})}
    values = _values_of(groups)
    if CONTRACT not in groups:
        values = dict(groups)
    whole = sum(known.get(name, 1.0) for name in values) or 1.0
    most = 1.0 if CONTRACT not in groups else 1 - OTHERS - ERRORS
    found = {}
    for name, (passed, of) in values.items():
        share = most * known.get(name, 1.0) / whole
        found[name] = (share * passed / of if of else 0.0, share)
    if CONTRACT not in groups:
        return found
    right = _weighted(values, known)
    errors = {name: groups[name] for name in ("errors",) if name in groups}
    lost_to_errors = cost({CONTRACT: (0, 0), **errors}, known)
    lost = cost({CONTRACT: groups[CONTRACT]}, known)
    room = OTHERS if errors else OTHERS + ERRORS
    if errors:
        found["errors"] = (right * (ERRORS - lost_to_errors), ERRORS)
    found[CONTRACT] = (right * (room - lost), room)
    return found


def scale_of(tallies: Iterable[Groups]) -> int:
    """Return the scale of a report (`report.SCALE`) from the tallies of its functions."""
    names = {name for groups in tallies for name in groups}
    return 3 if FIXED in names else 2 if CONTRACT in names else 1


def _values_of(groups: Groups) -> dict[str, Sequence[int]]:
    """The groups of values; without those of no cases, which `tally` may count."""
    return {
        name: count
        for name, count in groups.items()
        if name not in ("errors", CONTRACT) and (name != FIXED or count[1])
    }


def weights_of(groups: Groups, weights: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the weight of each group of values of a function; a rubric's go before ours."""
    known = {**_defaults(groups), **(weights or {})}
    values = _values_of(groups) if CONTRACT in groups else groups
    return {name: known.get(name, 1.0) for name in values}


def _defaults(groups: Groups) -> dict[str, float]:
    """The weights of groups unless a rubric says otherwise; 1 for all others.

    An edge weighs no more than a case of `values`. Reports of earlier scales counted no fixed
    cases apart, and public examples like any group.
    """
    if FIXED not in groups:
        return {}
    edges, values = (groups.get(name, (0, 0))[1] for name in ("edges", "values"))
    return {"public": KNOWN, FIXED: KNOWN, "edges": min(1.0, edges / values) if values else 1.0}


def _weighted(groups: Groups, known: Mapping[str, float]) -> float:
    weights = {name: known.get(name, 1.0) for name in groups}
    whole = sum(weights.values())
    if not whole:  # groups without weight still must not give points away
        return float(bool(groups) and all(passed == of for passed, of in groups.values()))
    return sum(weights[name] * passed / of for name, (passed, of) in groups.items()) / whole


def share_of(verdicts: Sequence[Verdict], groups: Groups) -> Share:
    """Return both axes of one function in numbers."""
    values = [verdict for verdict in verdicts if verdict.axis == "values"]
    return Share(sum(v.right for v in values), len(values), round(cost(groups), 4))


def cost(groups: Groups, weights: Mapping[str, float] | None = None) -> float:
    """Return the fraction of what its values earn that a function's broken promises cost."""
    known = weights or {}
    kept, tested = groups[CONTRACT]
    lost = min(OTHERS, EACH * (tested - kept)) * min(1.0, known.get(CONTRACT, 1.0))
    refused, impossible = groups.get("errors", (0, 0))
    if impossible:
        lost += ERRORS * (1 - refused / impossible) * min(1.0, known.get("errors", 1.0))
    return lost
