"""Build the notebooks that learncnn writes: their cells, and the text of the file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

Cell = dict[str, Any]


def notebook_cell(kind: Literal["code", "markdown"], text: str) -> Cell:
    """Return a cell of nbformat 4 without its id, which `notebook_text` adds."""
    cell: Cell = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def notebook_text(cells: Sequence[Cell]) -> str:
    """Return the file text of a notebook with these cells."""
    notebook = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
