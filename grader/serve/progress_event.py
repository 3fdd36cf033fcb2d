"""Build the event that reports progress to pages."""

from __future__ import annotations

from typing import Any

from ..course.catalog import ExerciseInfo, load_catalog
from ..student.overview import next_exercise, progress_of
from .event_streams import Event
from .learners import Learner


def progress_event(learner: Learner, info: ExerciseInfo) -> Event:
    """Return the event that reports an attempt at an exercise, and the next step."""

    def data() -> dict[str, Any]:
        progress = progress_of(learner.workspace)
        following = next_exercise(progress)
        return {
            "id": info.id,
            "attempts": progress.of(info.id).attempts,
            "passed": info.id in progress.passed,
            "done": len(progress.passed & load_catalog().exercises.keys()),
            "of": len(load_catalog().exercises),
            "next": following.id if following else None,
        }

    return Event("progress", data)
