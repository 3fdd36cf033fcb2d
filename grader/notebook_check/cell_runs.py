"""Describe a running notebook: the cells that were run, in order, and its file.

Only texts are used. The kernel's objects are inspected to report differences, but never called.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

Front = Literal["ipython", "marimo"]


class CellRun(NamedTuple):
    """One run of a cell."""

    #: The number that the notebook shows beside the cell.
    number: int
    text: str
    #: The cell's id; "" if the front end does not provide it.
    cell: str = ""
    #: Start time, in seconds since 1970; an upper bound for runs before the import of learncnn.
    moment: float = 0.0


class RunningNotebook(NamedTuple):
    """A notebook at the time of a check."""

    front: Front
    runs: tuple[CellRun, ...]
    #: The file that the front end shows, if known.
    path: Path | None
    #: The objects of the kernel by name.
    objects: Mapping[str, object]
