"""Define what all screens of a report share: width, colours and symbols."""

from __future__ import annotations

from typing import NamedTuple

from ..grading.report import Verdict
from ..terminal.layout import Paint


class Screen(NamedTuple):
    """The width and style in which a report is drawn."""

    width: int
    paint: Paint
    verbose: bool = False


def mark(passed: bool, paint: Paint) -> str:
    """Return ✓ or ✗, which are distinguishable without colour."""
    return paint("✓", "green") if passed else paint("✗", "red")


def verdict_mark(verdict: Verdict, paint: Paint) -> str:
    """Return ✓, ✗, or · for a case that timed out."""
    return "·" if verdict.status == "timeout" else mark(verdict.passed, paint)
