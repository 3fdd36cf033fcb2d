"""Find how the cells that were run differ from the notebook that will be handed in.

A cell that was run after the file was saved will be saved as it was run. Everything else is taken
from the file: cells changed but not run again, deleted cells, and the order of cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from .cell_runs import CellRun
from .run_choice import binds
from .saved_notebook import SavedCell, SavedNotebook


class Change(NamedTuple):
    """A cell whose content in the notebook differs from what was run."""

    #: `edited`, `gone` from the file, `replaced` by a later text of the same cell, or `not_run`.
    kind: Literal["edited", "gone", "replaced", "not_run"]
    #: Number of the run that the notebook shows beside it, or 0.
    number: int
    #: The text that was run, and the text in the notebook.
    texts: tuple[str, ...]


class Drift(NamedTuple):
    """The notebook as it will be saved, and the changes since it was run."""

    cells: tuple[CellRun, ...]
    changes: tuple[Change, ...]

    def about(self, names: Collection[str]) -> list[Change]:
        """Return the changes that concern these names."""
        return [c for c in self.changes if any(binds(text, names) for text in c.texts)]


def drift(runs: Sequence[CellRun], saved: SavedNotebook | None) -> Drift:
    """Return the notebook as it will be saved; without a file, the known cells."""
    return _without_file(runs) if saved is None else _with_file(runs, saved)


def _without_file(runs: Sequence[CellRun]) -> Drift:
    """Return each cell once, as last run; only certain differences count as changes."""
    last = {run.cell: run for run in runs if run.cell}
    cells, changes = [], []
    for run in runs:
        if not run.cell or last[run.cell] is run:
            cells.append(run)
        elif run.text.strip() != last[run.cell].text.strip():
            changes.append(Change("replaced", run.number, (run.text,)))
    return Drift(tuple(cells), tuple(changes))


def _with_file(runs: Sequence[CellRun], saved: SavedNotebook) -> Drift:
    place = {cell.id: at for at, cell in enumerate(saved.cells)}
    texts: dict[str, int] = {}
    for at, cell in enumerate(saved.cells):
        texts.setdefault(cell.text.strip(), at)
    known = any(run.cell in place for run in runs if run.cell)
    last: dict[int, CellRun] = {}
    #: Runs of cells that the file does not hold, after the place of the run before each.
    unsaved: dict[int, list[CellRun]] = {}
    changes: list[Change] = []
    at = -1
    for number, run in enumerate(runs):
        found = place.get(run.cell) if known and run.cell else texts.get(run.text.strip())
        if found is not None:
            at = found
            before = last.get(at)
            if before is not None and before.text.strip() != run.text.strip():
                changes.append(Change("replaced", before.number, (before.text,)))
            last[at] = run
        elif _run_again(run, runs[number + 1 :]):
            changes.append(Change("replaced", run.number, (run.text,)))
        elif run.moment > saved.moment:
            unsaved.setdefault(at, []).append(run)
        else:
            changes.append(Change("gone", run.number, (run.text,)))
    cells = list(unsaved.get(-1, ()))
    for at, cell in enumerate(saved.cells):
        cells.append(_as_saved(at, cell, last.get(at), saved.moment, changes))
        cells += unsaved.get(at, ())
    return Drift(tuple(cells), tuple(changes))


def _as_saved(
    at: int, cell: SavedCell, run: CellRun | None, moment: float, changes: list[Change]
) -> CellRun:
    """Return a cell of the file as it will be saved."""
    if run is None:
        changes.append(Change("not_run", 0, (cell.text,)))
        return CellRun(at + 1, cell.text, cell.id)
    if run.text.strip() == cell.text.strip() or run.moment > moment:
        return run
    changes.append(Change("edited", run.number, (run.text, cell.text)))
    return run._replace(text=cell.text)


def _run_again(run: CellRun, later: Sequence[CellRun]) -> bool:
    return bool(run.cell) and any(other.cell == run.cell for other in later)
