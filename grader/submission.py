"""Reading a submission: a .py file, a notebook or standard input becomes source text.

Nothing is executed and nothing is parsed beyond what the container needs; the source is
compiled in the worker. Files are read once, bounded, and only if they are regular files.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .errors import SubmissionError

MAX_SOURCE_BYTES = 256 << 10
MAX_NOTEBOOK_BYTES = 8 << 20


class Submission(NamedTuple):
    """A student's source, wherever it came from."""

    source: str
    filename: str
    #: Remarks on how the source was read, with counts: `magics_dropped`, `bom_dropped` …
    notes: Mapping[str, int] = {}

    @property
    def source_hash(self) -> str:
        """sha256 of the source as it is run."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def read_submission(path: Path) -> Submission:
    """Read the .py or .ipynb file at `path`.

    Raises SubmissionError, with the way out, for a file that is missing, a directory, a link to
    something that is no regular file, unreadable, empty, too big, not UTF-8, or no notebook.
    """
    notebook = path.suffix == ".ipynb"
    content = _read_bytes(path, MAX_NOTEBOOK_BYTES if notebook else MAX_SOURCE_BYTES)
    return parse_submission(content, path.name)


def parse_submission(content: bytes, filename: str) -> Submission:
    """A submission from bytes already in memory; `filename` tells a notebook from a script."""
    if filename.endswith(".ipynb"):
        from .notebook import notebook_source

        source, notes = notebook_source(content, filename)
        return Submission(_bounded(source, filename), filename, notes)
    return _script(content, filename)


def _script(content: bytes, filename: str) -> Submission:
    notes: dict[str, int] = {}
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        notes["bom_dropped"] = 1
    if len(content) > MAX_SOURCE_BYTES:
        raise SubmissionError(_too_big(filename, MAX_SOURCE_BYTES))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SubmissionError(
            f"{filename} is not UTF-8 (line {line}). Save it with UTF-8 encoding."
        ) from error
    if "\0" in text:
        raise SubmissionError(f"{filename} contains a NUL byte. Save it as plain text.")
    if not text.strip():
        raise SubmissionError(f"{filename} is empty. To get the stub back: learncnn reset")
    return Submission(re.sub(r"\r\n?", "\n", text), filename, notes)


def _read_bytes(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a regular file; never waits on a pipe or device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise SubmissionError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise SubmissionError(f"{path} is a directory. Name the file in it.")
        if not stat.S_ISREG(mode):
            raise SubmissionError(f"{path} is not a regular file.")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise SubmissionError(_too_big(str(path), limit))
    return content


def _bounded(source: str, filename: str) -> str:
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise SubmissionError(_too_big(f"The code of {filename}", MAX_SOURCE_BYTES))
    return source


def _too_big(what: str, limit: int) -> str:
    return f"{what} is larger than {limit >> 10} KiB, which no solution needs."
