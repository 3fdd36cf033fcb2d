"""Read the last saved version of a notebook's file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from ..submissions.submission import MAX_NOTEBOOK_BYTES


class SavedCell(NamedTuple):
    """A code cell of a file."""

    id: str
    text: str


class SavedNotebook(NamedTuple):
    """The code cells of a file, and when it was saved, in seconds since 1970."""

    moment: float
    cells: tuple[SavedCell, ...]


def read_saved(path: Path | None) -> SavedNotebook | None:
    """Return the notebook at `path`; None if there is none, or it is no notebook in JSON."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            moment = path.stat().st_mtime
            document = json.loads(file.read(MAX_NOTEBOOK_BYTES))
        cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
        return SavedNotebook(moment, tuple(map(_cell, cells)))
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        return None


def _cell(cell: dict[str, object]) -> SavedCell:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)  # type: ignore[arg-type]
    return SavedCell(str(cell.get("id", "")), text.rstrip("\n"))
