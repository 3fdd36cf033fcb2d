"""Render `progress` as one self-contained page."""

from __future__ import annotations

from typing import Any

from ..i18n.texts import say
from ..render.pages.document import page
from .progress_screen import done_text, quiz_line, sign
from .standing import Standing


def progress_page(found: Standing) -> str:
    """Return the page as HTML."""
    return page("progress.html.j2", say("progress", "page.title"), **progress_values(found))


def progress_values(found: Standing) -> dict[str, Any]:
    """Return the values for the template of a standing."""
    work = [(sign(w.entry), w.id, w.title, done_text(w.entry)) for w in found.work]
    return {"found": found, "quiz": quiz_line(found), "work": work}
