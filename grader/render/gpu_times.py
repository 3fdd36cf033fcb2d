"""Show the results of the large cases on a GPU, with their times beside torch's operators."""

from __future__ import annotations

from collections.abc import Sequence

from ..grading.gpu_cases import LargeResult
from ..i18n.texts import say
from ..terminal.layout import indented, padded
from .report_screen import Screen, mark

NAME_WIDTH = 44


def large_lines(results: Sequence[LargeResult], device: str, screen: Screen) -> list[str]:
    """Return a heading and a line for each large case, or [] if there are none."""
    if not results:
        return []
    lines = ["", screen.paint(say("check", "large.heading", device=device), "bold")]
    return indented([*lines, *indented([_line(each, screen) for each in results], 2)], 2)


def _line(result: LargeResult, screen: Screen) -> str:
    verdict = result.verdict
    sign = mark(verdict.passed, screen.paint) if result.judged else "·"
    name = padded(f"{sign} {verdict.function} {verdict.title}", NAME_WIDTH)
    operator = say("check", "large.operator", time=_time(result.operator_seconds))
    if not result.judged:
        said = say("check", "large.unanswered")
        return f"{name} {said}   {screen.paint(operator, 'dim')}"
    return f"{name} {_time(result.seconds):>9}   {screen.paint(operator, 'dim')}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
