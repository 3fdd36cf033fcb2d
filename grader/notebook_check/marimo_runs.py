"""Read the cells of a marimo notebook, in the order in which it runs them.

A marimo notebook has no history: its cells form a graph, and each has only its last text. marimo
exposes the graph under private names, which only this module uses.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from .cell_runs import CellRun, RunningNotebook


def marimo_notebook() -> RunningNotebook | None:
    """Return the marimo notebook that runs this program; None outside of marimo."""
    if "marimo" not in sys.modules:
        return None
    from importlib import import_module

    context: Any = import_module("marimo._runtime.context").safe_get_context()
    if context is None:
        return None
    cells = context.graph.cells
    number = {id: at for at, id in enumerate(cells, 1)}
    order = import_module("marimo._runtime.dataflow").topological_sort(context.graph, cells)
    runs = tuple(CellRun(number[id], cells[id].code, str(id)) for id in order)
    path = Path(context.filename) if context.filename else None
    return RunningNotebook("marimo", runs, path, context.globals)


def show_in_marimo(text: str, html: str) -> None:
    """Add a report to what the cell shows."""
    import html as entities
    from importlib import import_module

    marimo: Any = import_module("marimo")
    shown = html or f"<pre>{entities.escape(text)}</pre>"
    marimo.output.append(marimo.Html(shown))
