"""Explain in verifiable numbers how a function's points follow from its cases and promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...grading.points import (
    CONTRACT,
    EACH,
    ERRORS,
    FIXED,
    OTHERS,
    Groups,
    cost,
    fraction,
    weights_of,
)
from ...i18n.texts import say

#: Groups of cases, in the order in which they are shown.
GROUPS = ("public", FIXED, "values", "edges", "errors")


@dataclass(frozen=True)
class Count:
    """The numbers of passed cases and of all cases in a group."""

    passed: int
    of: int
    #: The group's weight, if the groups have different weights.
    weight: str = ""

    @property
    def whole(self) -> bool:
        """Return whether all passed."""
        return self.passed == self.of


@dataclass(frozen=True)
class GroupColumn:
    """A group of cases."""

    name: str
    title: str


@dataclass(frozen=True)
class PointsRow:
    """One function: cases by group (None for a group without cases), and the resulting points."""

    name: str
    groups: Sequence[Count | None]
    #: Share of right values, as a percentage; the costs below are percentages too.
    values: str
    errors: Count | None
    errors_cost: str
    #: Number of broken promises; None if promises do not affect the points separately.
    broken: int | None
    broken_cost: str
    points: str
    possible: str
    remark: str = ""


@dataclass(frozen=True)
class PointsView:
    """All functions of a report, and the rule for their points."""

    columns: Sequence[GroupColumn]
    rows: Sequence[PointsRow]
    #: Whether impossible inputs and promises have columns of their own.
    errors: bool
    promises: bool
    rule: Sequence[str]


def points_text(points: float) -> str:
    """Return points with at most two decimals."""
    return f"{round(points, 2) + 0.0:g}"


def percent_text(share: float) -> str:
    """Return a share as a percentage with at most one decimal."""
    return f"{round(share * 100, 1) + 0.0:g} %".replace("-", "−")


def points_view(
    tallies: Mapping[str, Groups],
    points: Mapping[str, float],
    possible: Mapping[str, float],
    remarks: Mapping[str, str],
    weights: Mapping[str, float] | None = None,
) -> PointsView:
    """Return the view; `weights` are a rubric's weights of case groups and of promises."""
    known = weights or {}
    apart = any(CONTRACT in groups for groups in tallies.values())
    named = [name for name in GROUPS if any(_has(groups, name) for groups in tallies.values())]
    valued = [name for name in named if name != "errors" or not apart]
    every = {w for groups in tallies.values() for w in weights_of(groups, known).values()}
    columns = [GroupColumn(name, say("exchange", f"group.{name}")) for name in valued]
    rows = [
        _row(function, tallies.get(function, {}), valued, known, points, most, remarks)
        for function, most in possible.items()
    ]
    return PointsView(
        columns,
        rows,
        errors=apart and "errors" in named,
        promises=apart,
        rule=_rule(every, known, apart=apart),
    )


def _has(groups: Groups, name: str) -> bool:
    """Return whether a function has cases in a group; only that of fixed cases may be empty."""
    return name in groups and (name != FIXED or groups[name][1] > 0)


def _count(tally: Sequence[int], weight: str = "") -> Count:
    passed, of = tally
    return Count(passed, of, weight)


def _row(
    function: str,
    groups: Groups,
    valued: Sequence[str],
    weights: Mapping[str, float],
    points: Mapping[str, float],
    possible: float,
    remarks: Mapping[str, str],
) -> PointsRow:
    values = {name: groups[name] for name in valued if _has(groups, name)}
    each = weights_of(groups, weights)
    alike = len({each[name] for name in values}) < 2
    shown = {name: "" if alike else f"× {round(each[name], 3):g}" for name in values}
    counts = [_count(values[name], shown[name]) if name in values else None for name in valued]
    refused = groups.get("errors") if CONTRACT in groups else None
    broken, paid, unrefused = None, 0.0, 0.0
    if CONTRACT in groups:
        kept, tested = groups[CONTRACT]
        broken = tested - kept
        paid = cost({CONTRACT: groups[CONTRACT]}, weights)
        unrefused = cost({CONTRACT: (0, 0), "errors": refused}, weights) if refused else 0.0
    return PointsRow(
        function,
        counts,
        percent_text(fraction(values, each)),
        _count(refused) if refused else None,
        percent_text(-unrefused) if unrefused else "",
        broken,
        percent_text(-paid) if paid else "",
        points_text(points.get(function, 0.0)),
        points_text(possible),
        remarks.get(function, ""),
    )


def _rule(every: set[float], weights: Mapping[str, float], *, apart: bool) -> list[str]:
    """Return the rule for points, as sentences with this rubric's numbers."""
    if every and not any(every):
        values = say("page", "rule.whole")
    elif len(every) > 1:
        values = say("page", "rule.weighted")
    else:
        values = say("page", "rule.alike")
    if not apart:
        return [say("page", "rule.points_alone"), values]
    taken = {name: min(1.0, weights.get(name, 1.0)) for name in (CONTRACT, "errors")}
    costs = {
        "each": percent_text(EACH * taken[CONTRACT]),
        "most": percent_text(OTHERS * taken[CONTRACT]),
        "errors": percent_text(ERRORS * taken["errors"]),
    }
    return [say("page", "rule.points"), values, say("page", "rule.promises", **costs)]
