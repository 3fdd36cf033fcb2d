"""Compute points: what a function's values earn, less the cost of its broken promises.

Right values earn the points; promises count in proportion to them. Cases that can be memorised,
the public examples and the hidden cases that are the same for every seed, have little weight. An
impossible input that is not rejected costs its part of `ERRORS`. Any other broken promise costs
`EACH`, however many cases it affects, and all of these together cost at most `OTHERS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .report import BrokenPromise, Report, Share, Verdict

#: Fractions of a function's points: 15 % for the contract, including 5 % for impossible inputs.
ERRORS = 0.05
EACH = 0.05
OTHERS = 0.10
#: Name of the tally of the hidden cases that are the same for every seed.
FIXED = "fixed"
#: Weight of the public examples, and of the fixed cases, relative to a group of drawn cases: with
#: one such group, both together earn a sixth.
KNOWN = 0.1
#: Name of the tally of kept promises, beside those of the groups of cases.
CONTRACT = "contract"
#: Group → (passed, total) of one function; includes `CONTRACT` if the contract is paid separately.
Groups = Mapping[str, Sequence[int]]


def tally(verdicts: Sequence[Verdict], broken: Sequence[BrokenPromise]) -> dict[str, list[int]]:
    """Count one function's cases by group, and its promises.

    A group of values counts the right ones; the group of impossible inputs counts those that are
    rejected correctly. Cases that test another promise belong to no group.
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
    """Return the fraction of a function's points that its tally earns.

    Groups of drawn cases have equal weight and groups that can be memorised little, unless
    `weights` overrides it. The weights of `errors` and `contract` scale the cost of these: at 1
    and above, the full cost is deducted.
    """
    if CONTRACT not in groups:  # as reports of the first scale counted
        return _weighted(groups, weights or {})
    known = weights or {}
    values = _values_of(groups)
    return _weighted(values, {**_defaults(groups), **known}) * (1 - cost(groups, known))


def parts(
    groups: Groups, weights: Mapping[str, float] | None = None
) -> dict[str, tuple[float, float]]:
    """Return what each group and the contract add to `fraction`, and the most they can add."""
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
    """Return the groups of values, without empty ones, which `tally` may contain."""
    return {
        name: count
        for name, count in groups.items()
        if name not in ("errors", CONTRACT) and (name != FIXED or count[1])
    }


def weights_of(groups: Groups, weights: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the weight of each group of a function's values; a rubric overrides the defaults."""
    known = {**_defaults(groups), **(weights or {})}
    values = _values_of(groups) if CONTRACT in groups else groups
    return {name: known.get(name, 1.0) for name in values}


def _defaults(groups: Groups) -> dict[str, float]:
    """Return the default weights of groups, which a rubric may override; 1 for all others.

    A case of `edges` weighs no more than one of `values`. Reports of earlier scales did not count
    fixed cases separately, and counted public examples like any other group.
    """
    if FIXED not in groups:
        return {}
    edges, values = (groups.get(name, (0, 0))[1] for name in ("edges", "values"))
    return {"public": KNOWN, FIXED: KNOWN, "edges": min(1.0, edges / values) if values else 1.0}


def _weighted(groups: Groups, known: Mapping[str, float]) -> float:
    weights = {name: known.get(name, 1.0) for name in groups}
    whole = sum(weights.values())
    if not whole:  # even groups without weight must not give points away
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
