"""Define what all screens of a report share: width, colours and symbols."""

from __future__ import annotations

from typing import NamedTuple

from ..grading.report import Verdict
from ..terminal.layout import Paint


class Screen(NamedTuple):
    """How a report is drawn."""

    width: int
    paint: Paint
    verbose: bool = False


def mark(passed: bool, paint: Paint) -> str:
    """✓ or ✗, which say it without their colour too."""
    return paint("✓", "green") if passed else paint("✗", "red")


def verdict_mark(verdict: Verdict, paint: Paint) -> str:
    """✓, ✗, or · for a case that came to no end."""
    return "·" if verdict.status == "timeout" else mark(verdict.passed, paint)
