"""Implement `see`: run a learner's function on a picture in the sandbox, and draw the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo, title_of
from ..errors import UsageError
from ..figures.text_drawing import figure_lines
from ..files.writing import write_document
from ..i18n.texts import say
from ..runner.devices import torch_installed
from ..runner.prestart import check_limits
from ..submissions.submission import read_submission
from .demonstrating import demonstrated, demonstration_for

if TYPE_CHECKING:
    from ..terminal.app import App


def run_see(app: App, info: ExerciseInfo, html: str | None) -> None:
    """Show what the learner's functions of an exercise do to a picture.

    Raises UsageError if the exercise has no demonstration or is not passed, and SubmissionError if
    the file no longer does what it did when it passed.
    """
    from ..runner.runner import Runner

    workspace = app.required_workspace()
    demonstration = demonstration_for(workspace, info)
    submission = read_submission(workspace.file_of(info))
    framework = info.framework(workspace.framework)
    if framework == "torch" and not torch_installed():
        raise UsageError("checking", "no_torch")
    with Runner((framework,), limits=check_limits(framework)) as runner:
        shown = demonstrated(submission, info, demonstration, runner)
    if html:
        from .see_page import see_page

        write_document(Path(html), see_page(info, shown))
        app.note(say("page", "written", path=html))
        return
    lines = [app.paint(say("own_code", "heading", id=info.id, title=title_of(info)), "bold")]
    for each in shown:
        lines += ["", *figure_lines(each.drawing, each.caption, app.width, app.paint)]
    app.out(lines)
