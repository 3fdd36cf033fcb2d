"""Reading a submission: a .py file, a notebook or standard input becomes source text.

Nothing is executed and nothing is parsed beyond what the container needs; the source is
compiled in the worker. Files are read once, bounded, and only if they are regular files.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..course.name_resolution import kind_of
from ..errors import EmptySubmission, SubmissionError
from .merge_marks import has_merge_marks
from .source_encoding import decoded_source, refuse_wide

if TYPE_CHECKING:
    from .notebook import Elsewhere, NotebookCell, NotebookCode

MAX_SOURCE_BYTES = 256 << 10
MAX_NOTEBOOK_BYTES = 8 << 20
#: Neither wait for a pipe nor translate line ends; no system knows all three.
_READ = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _READ |= getattr(os, _flag, 0)
#: Refuses a file that has become a link since it was looked at; Windows does not know it.
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


class Submission(NamedTuple):
    """A student's source, wherever it came from."""

    source: str
    filename: str
    #: Remarks on how the source was read, with counts: `magics_dropped`, `bom_dropped` …
    notes: Mapping[str, int] = {}
    #: The first line of each cell of a notebook; empty for a script.
    cells: tuple[int, ...] = ()
    #: Functions that stand in text cells, or in cells that are not Python.
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def source_hash(self) -> str:
        """sha256 of the source as it is run."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def read_submission(path: Path) -> Submission:
    """Read the .py or .ipynb file at `path`.

    Raises SubmissionError, with the way out, for a file that is missing, a directory, a link to
    something that is no regular file, unreadable, empty, too big, not UTF-8, or no notebook.
    """
    notebook = kind_of(path.name) == ".ipynb"
    content = read_bytes(path, MAX_NOTEBOOK_BYTES if notebook else MAX_SOURCE_BYTES)
    return parse_submission(content, path.name)


def parse_submission(content: bytes, filename: str) -> Submission:
    """A submission from bytes already in memory; `filename` tells a notebook from a script."""
    if kind_of(filename) == ".ipynb":
        from .notebook import notebook_code

        refuse_wide(content, filename)
        return _notebook(notebook_code(content, filename), filename)
    return _script(content, filename)


def cells_submission(cells: Iterable[NotebookCell], filename: str) -> Submission:
    """Return the cells of a notebook, in this order, as a submission. Raises SubmissionError."""
    from .notebook import joined_cells

    return _notebook(joined_cells(cells, filename), filename)


def _notebook(code: NotebookCode, filename: str) -> Submission:
    if len(code.source.encode()) > MAX_SOURCE_BYTES:
        raise _too_big("code_too_big", filename, MAX_SOURCE_BYTES)
    return Submission(code.source, filename, code.notes, code.cells, code.elsewhere)


def _script(content: bytes, filename: str) -> Submission:
    if len(content) > MAX_SOURCE_BYTES:
        raise _too_big("too_big", filename, MAX_SOURCE_BYTES)
    if has_merge_marks(content):
        raise SubmissionError("submission", "conflict", file=filename)
    text, notes = decoded_source(content, filename)
    if "\0" in text:
        raise SubmissionError("submission", "nul", file=filename)
    if not text.strip():
        raise EmptySubmission("submission", "empty", file=filename)
    return Submission(re.sub(r"\r\n?", "\n", text), filename, notes)


def read_bytes(path: Path, limit: int, *, follow: bool = True) -> bytes:
    """Return the content of a regular file; never wait on a pipe or device.

    Raises SubmissionError for anything else, for more than `limit` bytes, and for a link unless
    links are followed.
    """
    if not follow and path.is_symlink():
        raise SubmissionError("submission", "link", file=path)
    try:
        descriptor = os.open(path, _READ | (0 if follow else _NOFOLLOW))
    except FileNotFoundError:
        raise SubmissionError("submission", "missing", file=path) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise SubmissionError("submission", "directory", file=path)
        if not stat.S_ISREG(mode):
            raise SubmissionError("submission", "irregular", file=path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise _too_big("too_big", str(path), limit)
    return content


def _unreadable(path: Path, error: OSError) -> SubmissionError:
    return SubmissionError("submission", "unreadable", file=path, reason=error.strerror)


def _too_big(key: str, file: str, limit: int) -> SubmissionError:
    return SubmissionError("submission", key, file=file, limit=limit >> 10)
