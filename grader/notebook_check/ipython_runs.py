"""Record the runs of cells in IPython's kernel, used by JupyterLab, VS Code and Colab."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from .cell_runs import CellRun, RunningNotebook

#: Environment variable in which Jupyter's server passes the notebook's path to a kernel, and VS
#: Code's variable in the kernel's namespace.
_JUPYTER, _VS_CODE = "JPY_SESSION_NAME", "__vsc_ipynb_file__"

#: A line that clears the kernel's names.
_RESET = re.compile(r"^%reset(?:\s+-\w+)*\s*$", re.MULTILINE)


class _Mark(NamedTuple):
    """The data of a run that IPython's history does not store."""

    text: str
    cell: str
    moment: float


class RunRecorder:
    """Notes the cell and the time of each run of a shell, beside the shell's own history."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self._marks: dict[int, _Mark] = {}
        #: Start of recording; runs without a mark are older.
        self._began = time.time()
        shell.events.register("pre_run_cell", self._note)
        # The cell that imports learncnn is under way.
        history = shell.history_manager.input_hist_raw
        if history:
            self._keep(len(history) - 1, history[-1], _cell_under_way(shell))

    def _note(self, info: Any) -> None:
        if info.store_history and not info.silent:
            number = len(self.shell.history_manager.input_hist_raw)
            self._keep(number, info.raw_cell, getattr(info, "cell_id", None))

    def _keep(self, number: int, text: str, cell: object) -> None:
        self._marks[number] = _Mark(text.rstrip("\n"), str(cell or ""), time.time())

    def runs(self) -> tuple[CellRun, ...]:
        """Return all runs since the kernel was started, or since `%reset`."""
        found: list[CellRun] = []
        for number, text in enumerate(self.shell.history_manager.input_hist_raw):
            if _RESET.search(text):
                found.clear()
            mark = self._marks.get(number)
            known = mark is not None and mark.text == text.rstrip("\n")
            if number and mark is not None and known:
                found.append(CellRun(number, text, mark.cell, mark.moment))
            elif number:
                found.append(CellRun(number, text, moment=self._began))
        return tuple(found)


_recorders: list[RunRecorder] = []


def ipython_shell() -> Any:
    """Return the shell that runs this program, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def record() -> RunRecorder | None:
    """Start to record runs, once per shell; return None outside IPython."""
    shell = ipython_shell()
    if shell is None:
        return None
    for recorder in _recorders:
        if recorder.shell is shell:
            return recorder
    _recorders[:] = [RunRecorder(shell)]
    return _recorders[0]


def ipython_notebook() -> RunningNotebook | None:
    """Return the notebook that this kernel runs; None outside of IPython."""
    recorder = record()
    if recorder is None:
        return None
    objects = recorder.shell.user_ns
    return RunningNotebook("ipython", recorder.runs(), _path(objects), objects)


def _path(objects: Any) -> Path | None:
    for name in (objects.get(_VS_CODE), os.environ.get(_JUPYTER)):
        if isinstance(name, str) and name.endswith(".ipynb"):
            return Path(name)
    return None


def _cell_under_way(shell: Any) -> object:
    """Return the id of the cell that is being run, as the front end sent it."""
    parent: Any = getattr(shell, "get_parent", dict)()
    return parent.get("metadata", {}).get("cellId") if isinstance(parent, dict) else None
