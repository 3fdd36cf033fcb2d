"""Show a result below the cell that asked for it."""

from __future__ import annotations

from ..i18n.texts import worded
from .cell_runs import Front
from .marimo_runs import show_in_marimo
from .notebook_checking import NotebookResult
from .report_shown import Beside, shown


def show(result: NotebookResult, front: Front) -> None:
    """Show a result in the notebook, as HTML if possible, beside plain text."""
    beside = Beside(
        [worded(warning) for warning in result.warnings],
        [worded(note) for note in result.notes],
        result.attempt,
        result.seconds,
    )
    text, html = shown(result.report, result.info, beside)
    if front == "marimo":
        show_in_marimo(text, html)
        return
    from IPython.display import publish_display_data

    publish_display_data({"text/plain": text, **({"text/html": html} if html else {})})
