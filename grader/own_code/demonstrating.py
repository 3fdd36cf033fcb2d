"""Run a demonstration on a learner's own code in the sandbox, and draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..course.catalog import ExerciseInfo
from ..errors import Messages, SubmissionError, UsageError
from ..runner.job import Call, Job
from ..submissions.submission import Submission
from ..workspace.progress import required_progress
from ..workspace.workspace import Workspace
from .demonstration import CaptionedDrawing, Demonstration
from .layer_demonstrations import LAYERS
from .network_demonstrations import NETWORKS

if TYPE_CHECKING:
    from ..runner.runner import Runner

DEMONSTRATIONS: Mapping[str, Demonstration] = {**LAYERS, **NETWORKS}


def demonstration_for(workspace: Workspace, info: ExerciseInfo) -> Demonstration:
    """Return the demonstration of an exercise.

    Raises UsageError if it has none, or if the learner has not passed it yet.
    """
    demonstration = DEMONSTRATIONS.get(info.id)
    if demonstration is None:
        known = Messages(DEMONSTRATIONS)
        raise UsageError("own_code", "nothing", id=info.id, known=known)
    if info.id not in required_progress(workspace).passed:
        raise UsageError("own_code", "not_passed", id=info.id)
    return demonstration


def demonstrated(
    submission: Submission, info: ExerciseInfo, demonstration: Demonstration, runner: Runner
) -> list[CaptionedDrawing]:
    """Run a demonstration's calls in the sandbox and draw what they return.

    Raises SubmissionError if the code no longer returns what it did when it passed.
    """
    calls = demonstration.calls()
    values = _values(submission, info, calls, runner)
    try:
        return demonstration.draw(values)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise SubmissionError("own_code", "other_result", id=info.id) from error


def _values(
    submission: Submission,
    info: ExerciseInfo,
    calls: Sequence[Call],
    runner: Runner,
) -> dict[str, Any]:
    job = Job(
        source=submission.source,
        filename=submission.filename,
        calls=tuple(calls),
        driver_source=_driver_source(info),
        forbidden=info.forbidden,
        patience=info.patience,
        cells=submission.cells,
    )
    run = runner.run(job)
    failed = run.load_error or next((o for o in run.outcomes.values() if o.kind != "value"), None)
    if failed is not None:
        reason = f"{failed.error.type}: {failed.error.message}" if failed.error else failed.kind
        raise SubmissionError("own_code", "failed", id=info.id, reason=reason)
    return {id: outcome.value for id, outcome in run.outcomes.items()}


def _driver_source(info: ExerciseInfo) -> str:
    """Return the source of the driver that calls the learner's code in the sandbox."""
    path = info.path / "picture_driver.py"
    return path.read_text("utf-8") if path.exists() else info.driver_source
