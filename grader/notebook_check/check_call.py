"""`learncnn.check`: check functions of the notebook that calls it, and show the report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import CheckRefused, LearncnnError, UsageError
from ..i18n.texts import worded
from ..terminal.app import App, make_app
from .check_thread import check_thread
from .ipython_runs import ipython_notebook, record
from .marimo_runs import marimo_notebook
from .notebook_checking import folder_of, results
from .showing import show

if TYPE_CHECKING:
    from .cell_runs import RunningNotebook


def check(*things: object, exercise: str | None = None) -> None:
    """Check functions of this notebook in the sandbox, and show the report.

    `things` are functions (`check(corr2d)`), classes, names (`"corr2d"`) or exercises (`"ex01"`);
    without any it is the exercise that the notebook's file is named for. `exercise` says which one
    is meant where several ask for a function of the same name.

    What is judged are the texts of the cells, in the order in which they were run, never an object.
    Raises CheckRefused for what cannot be checked; a wrong function is a report and no exception.
    """
    app: App | None = None
    try:
        app = make_app(os.environ.get("LEARNCNN_LANG"), None, True)
        notebook = _notebook()
        app = make_app(os.environ.get("LEARNCNN_LANG"), folder_of(notebook), True)
        if exercise is not None and not isinstance(exercise, str):
            raise UsageError("notebook", "exercise")
        thread = check_thread()
        for result in results(notebook, things, exercise, app, thread):
            show(result, notebook.front)
        thread.prepare()
    except LearncnnError as error:
        raise CheckRefused(worded(error)) from None


def _notebook() -> RunningNotebook:
    notebook = marimo_notebook() or ipython_notebook()
    if notebook is None:
        raise UsageError("notebook", "outside")
    return notebook


# Runs are noted from the import on: IPython's history alone does not tell of which cell they are.
record()
