"""What a running notebook knows of itself: the cells that were run, in their order, and its file.

Only texts are taken. The objects of the kernel are looked at to say that they differ, never called.
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
    #: The cell's id; "" where the front end does not tell it.
    cell: str = ""
    #: When it began, in seconds since 1970; at the latest when, before learncnn was imported.
    moment: float = 0.0


class RunningNotebook(NamedTuple):
    """A notebook at the moment at which it asks for a check."""

    front: Front
    runs: tuple[CellRun, ...]
    #: The file that the front end shows, where it tells.
    path: Path | None
    #: The objects of the kernel by name.
    objects: Mapping[str, object]
