"""Serve a learner's progress page, with the content of `progress --html`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..i18n.texts import say, worded
from ..student.progress_page import progress_values
from ..student.standing import standing_of
from ..workspace.progress import required_progress
from .asked import learner_of
from .command_links import linked
from .page_templates import filled


def show_progress(request: Request) -> Response:
    """Show the learner's progress."""
    workspace = learner_of(request).workspace
    progress = required_progress(workspace)
    values = progress_values(standing_of(workspace, progress))
    values["quiz"] = linked(values["quiz"])
    title = say("progress", "page.title")
    notes = [worded(note) for note in progress.notes]
    html = filled("progress_page.html.j2", page="progress", title=title, notes=notes, **values)
    return HTMLResponse(html)
