"""Render the page of `check --html`."""

from __future__ import annotations

from collections.abc import Sequence

from ..i18n.texts import say, worded
from ..render.pages.document import page
from ..render.pages.report_view import report_view
from .checking import Checked


def check_page(checked: Sequence[Checked]) -> str:
    """Return the page with all reports of a check, and the errors of the other targets."""
    views = [report_view(c.report, c.info) for c in checked if c.report is not None]
    errors = [(c.info.id, worded(c.error)) for c in checked if c.report is None]
    title = say("page", "check")
    if len(views) == 1 and not errors:
        title = f"{views[0].id} {views[0].title}"
    return page("check.html.j2", title, views=views, errors=errors)
