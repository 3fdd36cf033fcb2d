"""The case shown as a replay: what a page draws, and what the study page is sent of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...course.catalog import ExerciseInfo
from ...course.exercise_texts import ExerciseTexts, exercise_texts
from ...grading.report import Failure, Report
from ...grading.withholding import is_private
from ...replay.replayed import Replay, WorkedSide, replay_of
from ...replay.worked_cell import Spot
from ..failing_case import follow, in_full, like
from .document import macro
from .replay_view import ReplayView, replay_view


def mistake_view(report: Report, texts: ExerciseTexts) -> ReplayView | None:
    """Return the view of the wrong number, or None where it cannot be worked out."""
    replay = _replay(report, texts)
    if replay is None or report.failure is None:
        return None
    verdict = report.failure.verdict
    names = texts.results(verdict.function)
    result = names[_position(report.failure)] if names else ""
    return replay_view(replay, report.failure.arguments, result)


def mistake_payload(report: Report, info: ExerciseInfo) -> dict[str, Any] | None:
    """Return the mistake as plain data for `<learncnn-mistake>`, or None if there is none to draw.

    `html` is the same drawing as on a page; the rest says in numbers what it shows.
    """
    texts = exercise_texts(info)
    replay, view = _replay(report, texts), mistake_view(report, texts)
    if replay is None or view is None or report.failure is None:
        return None
    verdict = report.failure.verdict
    codes = _codes(report, report.failure) if replay.misconceived else ()
    return {
        "function": verdict.function,
        "code": "+".join(codes),
        "sentence": " ".join(texts.misconception(code) for code in codes),
        "figure": {"kind": texts.worked(verdict.function)["kind"], "ways": dict(replay.ways)},
        "cell": list(replay.index),
        "yours": _plain(replay.yours),
        "expected": _plain(replay.expected),
        "windows": {
            "right": _window(replay.right),
            "misconceived": _window(replay.misconceived) if replay.misconceived else None,
        },
        "html": str(macro("replay.html.j2", "replay", view)),
    }


def _replay(report: Report, texts: ExerciseTexts) -> Replay | None:
    failure = report.failure
    if failure is None or failure.expected.kind != "value" or failure.got.kind != "value":
        return None
    verdict = failure.verdict
    table = texts.worked(verdict.function)
    if not table or verdict.right or verdict.status not in ("values", "shape", "nonfinite"):
        return None
    if is_private(report) and not _all_drawn(failure):
        return None
    path = verdict.item[:1]
    expected = follow(failure.expected.value, path)
    got = like(follow(failure.got.value, path), expected)
    drawn = [texts.drawn(code) for code in _codes(report, failure)]
    return replay_of(
        table,
        failure.arguments,
        expected,
        got,
        drawn=drawn if all(drawn) else (),
        index=verdict.index if len(verdict.item) < 2 else None,
        result=_position(failure),
    )


def _position(failure: Failure) -> int:
    """Which of several results is wrong."""
    item = failure.verdict.item
    return item[0] if item and isinstance(item[0], int) else 0


def _codes(report: Report, failure: Failure) -> Sequence[str]:
    """Return the misconceptions proved on the result that is shown."""
    for diagnosis in report.diagnoses:
        ours = failure.verdict.function in diagnosis.functions
        if ours and diagnosis.result in (None, _position(failure)):
            return diagnosis.codes
    return ()


def _all_drawn(failure: Failure) -> bool:
    """Whether a page draws every argument in full: a private case shows nothing more here."""
    return all(
        in_full(value) for value in failure.arguments.values() if isinstance(value, np.ndarray)
    )


def _window(side: WorkedSide) -> dict[str, Any]:
    """Return the products of one side with where their numbers lie."""

    def place(spot: Spot) -> list[Any]:
        return [spot.array, [*spot.outer, spot.row, spot.column]]

    cell = side.cell
    return {
        "value": _plain(side.value),
        "rule": cell.rule,
        "divisor": cell.divisor,
        "bias": [_plain(cell.bias[0]), cell.bias[1]],
        "finish": cell.finish,
        "products": [
            [place(p.left), place(p.right) if p.right else None, _plain(p.value)]
            for p in cell.products
        ],
    }


def _plain(value: float | None) -> float | str | None:
    """Return a number as JSON has it, which knows no infinity."""
    return value if value is None or np.isfinite(value) else str(value)
