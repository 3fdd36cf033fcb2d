"""`progress` as a page: one file, nothing loaded from anywhere."""

from __future__ import annotations

from ..i18n.texts import say
from ..render.pages.document import page
from .progress_screen import done_text, quiz_line, sign
from .standing import Standing


def progress_page(found: Standing) -> str:
    """Return the page."""
    title = say("progress", "page.title")
    work = [(sign(w.entry), w.id, w.title, done_text(w.entry)) for w in found.work]
    return page("progress.html.j2", title, found=found, quiz=quiz_line(found), work=work)
