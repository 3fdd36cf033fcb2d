"""Implement `progress`: show a student's progress as a screen, as data or as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ..course.catalog import load_catalog
from ..files.writing import write_document
from ..i18n.texts import say
from ..workspace.progress import required_progress
from .overview import two_files
from .progress_screen import progress_json, progress_lines
from .standing import standing_of

if TYPE_CHECKING:
    from ..terminal.app import App


def run_progress(app: App, *, as_json: bool, html: str | None) -> None:
    """Show progress on the terminal, or as JSON or an HTML file.

    Raises WorkspaceError without a workspace, and UsageError if the file cannot be written.
    """
    workspace = app.required_workspace()
    progress = required_progress(workspace)
    app.note(*progress.notes, *two_files(workspace, load_catalog().exercises.values()))
    found = standing_of(workspace, progress)
    if html:
        from .progress_page import progress_page

        write_document(Path(html), progress_page(found))
        app.note(say("page", "written", path=html))
    if as_json:
        document = progress_json(found, progress)
        app.out([json.dumps(document, ensure_ascii=False, indent=1)])
    elif not html:
        app.out(progress_lines(found, app.width, app.paint))
