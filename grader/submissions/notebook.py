"""Extract a notebook's code: its code cells in order, each below a line that names it."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

from ..errors import EmptySubmission, Message, SubmissionError
from .cell_text import python_of
from .merge_marks import has_merge_marks

#: Maximum number of cells; the longest textbook notebooks have a tenth.
MAX_CELLS = 10_000
#: Maximum number of lists in a notebook's JSON; each takes about 80 bytes of memory.
MAX_LISTS = 1_000_000
#: Maximum length of all code cells together, in characters, before magics are taken out.
MAX_CODE = 1 << 20
#: Fields of a cell, in any version of the format, from which its code is read.
_CELL = ("cell_type", "source", "input", "code", "text", "language", "level")
#: Fields of a notebook and of its worksheets.
_NOTEBOOK = frozenset({"nbformat", "nbformat_minor", "cells", "worksheets"})
#: Paths at which a notebook states its language.
_LANGUAGE = frozenset({"kernelspec", "language_info", "language", "name"})
#: Maximum number of noted functions outside the notebook's Python.
_ELSEWHERE = 64
_DEFINITION = re.compile(r"^[ \t]{0,8}def[ \t]{1,4}(\w{1,80})[ \t]{0,4}\(", re.MULTILINE)
_PYTHON = frozenset({"", "python", "python3", "ipython", "xpython", "sage", "pyodide", "pyspark"})


class Elsewhere(NamedTuple):
    """A function defined where no code runs: in a text cell, or in a cell with a magic."""

    function: str
    #: `markdown`, `raw`, or the magic (`%%writefile`).
    kind: str
    cell: int


class NotebookCell(NamedTuple):
    """A cell as a notebook shows it: its number, its kind (`code`, `markdown` …), its text."""

    number: int
    kind: str
    text: str


class NotebookCode(NamedTuple):
    """The joined code of a notebook."""

    source: str
    #: The first line of each code cell in `source` (1-based); the line before it names the cell.
    cells: tuple[int, ...]
    #: Remarks with counts: `magics_dropped`.
    notes: dict[str, int]
    elsewhere: tuple[Elsewhere, ...]


def notebook_code(content: bytes, filename: str) -> NotebookCode:
    """Return the Python of a notebook's bytes. Outputs are dropped.

    Cells are numbered from 1 in the notebook's order, text cells included. Raises SubmissionError
    if the content is no Python notebook or holds no code.
    """
    notebook = _read(content, filename)
    language = _language(notebook)
    if language not in _PYTHON:
        raise SubmissionError("submission", "other_language", file=filename, language=language)
    cells = enumerate(notebook["cells"], 1)
    return joined_cells(
        (NotebookCell(number, cell["cell_type"], cell["source"]) for number, cell in cells),
        filename,
    )


def joined_cells(cells: Iterable[NotebookCell], filename: str) -> NotebookCode:
    """Return the Python of the code cells among these, in their order.

    Raises SubmissionError if they hold no code.
    """
    lines: list[str] = []
    starts: list[int] = []
    elsewhere: list[Elsewhere] = []
    replaced = 0
    for number, kind, text in cells:
        if kind != "code":
            elsewhere += _defined(text, kind, number)
            continue
        python = python_of(text)
        replaced += python.replaced + bool(python.dropped)
        if python.dropped:
            elsewhere += _defined(text, python.dropped, number)
        if python.text.strip():
            lines.append(f"# %% cell {number}")
            starts.append(len(lines) + 1)
            lines += python.text.split("\n")
    if not starts:
        raise EmptySubmission("submission", "no_code", file=filename)
    source = "\n".join(lines) + "\n"
    try:
        source.encode()
    except UnicodeEncodeError as error:  # JSON can contain a lone surrogate
        line = source[: error.start].count("\n") + 1
        raise SubmissionError("submission", "no_character", file=filename, line=line) from error
    notes = {"magics_dropped": replaced} if replaced else {}
    return NotebookCode(source, tuple(starts), notes, tuple(elsewhere[:_ELSEWHERE]))


def _nbformat() -> Any:
    """Import nbformat without the grammar of internationalised addresses.

    nbformat imports jsonschema, which compiles that grammar where JupyterLab has brought it: four
    seconds, for a check that no notebook needs. As if the grammar were not installed it is left
    out.
    """
    grammar = "rfc3987_syntax"
    absent: dict[str, Any] = {} if grammar in sys.modules else {grammar: None}
    sys.modules.update(absent)
    try:
        import nbformat
    finally:
        for name in absent:
            del sys.modules[name]
    return nbformat


def _read(content: bytes, filename: str) -> Any:
    nbformat = _nbformat()
    if content.count(b"[") > MAX_LISTS:
        raise SubmissionError("submission", "too_many_lists", file=filename, limit=MAX_LISTS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reader.reads(
                content.decode("utf-8-sig"), object_hook=_without_outputs(filename)
            )
            notebook = nbformat.convert(notebook, to_version=4)
            for cell in notebook["cells"]:
                if not (isinstance(cell["source"], str) and isinstance(cell["cell_type"], str)):
                    raise TypeError("a cell is not what a cell is")
    except RecursionError:
        raise SubmissionError("submission", "too_deep", file=filename) from None
    except SubmissionError:
        raise
    except Exception as error:  # nbformat raises many kinds for what is not a notebook
        if has_merge_marks(content):
            raise SubmissionError("submission", "conflict", file=filename) from error
        reason: object = Message("submission", "other_json")
        if isinstance(error, (nbformat.reader.NotJSONError, nbformat.ValidationError, ValueError)):
            reason = str(error).partition("\n")[0][:200]
        raise SubmissionError("submission", "no_notebook", file=filename, reason=reason) from error
    code = sum(len(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    if code > MAX_CODE:
        raise SubmissionError("submission", "code_too_big", file=filename, limit=MAX_CODE >> 10)
    return notebook


def _without_outputs(filename: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a JSON hook that keeps only the fields of an object from which code is read.

    All else is dropped at once, because a few bytes of JSON can take hundreds in memory.
    """
    cells = count(1)

    def kept(found: dict[str, Any]) -> dict[str, Any]:
        if "cell_type" in found:
            if next(cells) > MAX_CELLS:
                raise SubmissionError(
                    "submission", "too_many_cells", file=filename, limit=MAX_CELLS
                )
            code = {key: found[key] for key in _CELL if key in found}
            return code | {"metadata": {}, "outputs": []}
        if _NOTEBOOK.isdisjoint(found):
            return {key: found[key] for key in _LANGUAGE if key in found}
        metadata = found.get("metadata")
        kept = {key: found[key] for key in _NOTEBOOK if key in found}
        return kept | {"metadata": metadata if isinstance(metadata, dict) else {}}

    return kept


def _language(notebook: Any) -> str:
    """The kernel's language in lower case, or "" if the notebook does not say."""
    metadata = notebook.get("metadata")
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        section = metadata.get(part) if isinstance(metadata, dict) else None
        language = section.get(key) if isinstance(section, dict) else None
        if isinstance(language, str) and language.strip():
            return language.strip().lower()[:40]
    return ""


def _defined(text: str, kind: str, cell: int) -> Iterator[Elsewhere]:
    for match in _DEFINITION.finditer(text[: 1 << 16]):
        yield Elsewhere(match[1], kind, cell)
