"""The command `see`: run a learner's own function on a picture, in the sandbox, and draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..course.catalog import ExerciseInfo, title_of
from ..errors import SubmissionError, UsageError
from ..figures.text_drawing import figure_lines
from ..files.writing import write_document
from ..i18n.texts import say
from ..runner.devices import torch_installed
from ..runner.job import Call, Job
from ..runner.prestart import check_limits
from ..submissions.submission import Submission, read_submission
from ..workspace.progress import required_progress
from .demonstration import CaptionedDrawing, Demonstration
from .layer_demonstrations import LAYERS
from .network_demonstrations import NETWORKS

if TYPE_CHECKING:
    from ..terminal.app import App

DEMONSTRATIONS: Mapping[str, Demonstration] = {**LAYERS, **NETWORKS}


def run_see(app: App, info: ExerciseInfo, html: str | None) -> None:
    """Show what the learner's functions of an exercise do to a picture.

    Raises UsageError where there is nothing to see or the exercise is not passed, SubmissionError
    where the file no longer does what it did when it passed.
    """
    workspace = app.required_workspace()
    demonstration = DEMONSTRATIONS.get(info.id)
    if demonstration is None:
        known = ", ".join(DEMONSTRATIONS)
        raise UsageError("own_code", "nothing", id=info.id, known=known)
    if info.id not in required_progress(workspace).passed:
        raise UsageError("own_code", "not_passed", id=info.id)
    submission = read_submission(workspace.file_of(info))
    framework = info.framework(workspace.framework)
    shown = demonstrated(submission, info, demonstration, framework)
    if html:
        from .see_page import see_page

        write_document(Path(html), see_page(info, shown))
        app.note(say("page", "written", path=html))
        return
    lines = [app.paint(say("own_code", "heading", id=info.id, title=title_of(info)), "bold")]
    for each in shown:
        lines += ["", *figure_lines(each.drawing, each.caption, app.width, app.paint)]
    app.out(lines)


def demonstrated(
    submission: Submission, info: ExerciseInfo, demonstration: Demonstration, framework: str
) -> list[CaptionedDrawing]:
    """Run a demonstration's calls in the sandbox and draw what they return."""
    calls = demonstration.calls()
    values = _values(submission, info, calls, framework)
    try:
        return demonstration.draw(values)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise SubmissionError("own_code", "other_result", id=info.id) from error


def _values(
    submission: Submission,
    info: ExerciseInfo,
    calls: Sequence[Call],
    framework: str,
) -> dict[str, Any]:
    from ..runner.runner import Runner

    if framework == "torch" and not torch_installed():
        raise UsageError("checking", "no_torch")
    job = Job(
        source=submission.source,
        filename=submission.filename,
        calls=tuple(calls),
        driver_source=_driver_source(info),
        forbidden=info.forbidden,
        patience=info.patience,
        cells=submission.cells,
    )
    with Runner((framework,), limits=check_limits(framework)) as runner:
        run = runner.run(job)
    failed = run.load_error or next((o for o in run.outcomes.values() if o.kind != "value"), None)
    if failed is not None:
        reason = f"{failed.error.type}: {failed.error.message}" if failed.error else failed.kind
        raise SubmissionError("own_code", "failed", id=info.id, reason=reason)
    return {id: outcome.value for id, outcome in run.outcomes.items()}


def _driver_source(info: ExerciseInfo) -> str:
    """Return what runs in the sandbox beside the learner's code."""
    path = info.path / "picture_driver.py"
    return path.read_text("utf-8") if path.exists() else info.driver_source
