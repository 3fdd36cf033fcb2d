"""Show the case shown as a replay if its wrong number can be computed step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...course.exercise_texts import ExerciseTexts
from ...grading.report import Failure, Report
from ...grading.withholding import is_private
from ...replay.replayed import Replay, replay_of
from ..failing_case import follow, in_full, like
from .replay_view import ReplayView, replay_view


def mistake_view(report: Report, texts: ExerciseTexts) -> ReplayView | None:
    """Return the replay of the wrong number, or None if its computation cannot be shown."""
    replay = _replay(report, texts)
    if replay is None or report.failure is None:
        return None
    verdict = report.failure.verdict
    names = texts.results(verdict.function)
    result = names[_position(report.failure)] if names else ""
    return replay_view(replay, report.failure.arguments, result)


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
    """Return the position of the wrong one of several results."""
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
    """Return whether the page draws every argument in full anyway.

    Only then does a replay of a private case reveal nothing more.
    """
    return all(
        in_full(value) for value in failure.arguments.values() if isinstance(value, np.ndarray)
    )
