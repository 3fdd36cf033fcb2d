"""Keep a submission's output up to a limit and drop the rest without an error."""

from __future__ import annotations

import io
import os
import sys
from functools import cache
from typing import Any


class Bounded(io.RawIOBase):
    """Writes at most `limit` bytes to a descriptor and swallows the rest.

    Without it a flood of output would reach RLIMIT_FSIZE, and a right answer would fail with
    an OSError from `print`.
    """

    def __init__(self, fd: int, limit: int) -> None:
        self.fd = fd
        self.left = limit

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.fd

    def write(self, data: Any) -> int:
        size = len(data)
        if self.left > 0:
            try:
                self.left -= os.write(self.fd, bytes(data[: self.left]))
            except OSError:  # RLIMIT_FSIZE, reached by other means
                self.left = 0
        return size


def redirect(limit: int) -> Bounded:
    """Let both of Python's streams share one bounded file, so that lines keep their order."""
    raw, stream = _stream()
    raw.left = limit
    sys.stdout = sys.stderr = stream
    return raw


@cache
def _stream() -> tuple[Bounded, io.TextIOWrapper]:
    """Return the file of prints and the stream over it, made in the zygote for all its children.

    Each line is written at once, because the output of an endless loop is the most useful.
    """
    raw = Bounded(1, 0)
    stream = io.TextIOWrapper(
        io.BufferedWriter(raw, 8192),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
    return raw, stream


def flush() -> None:
    """Write out buffered output; called before every answer, because the grader then kills."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # a stream that the submission replaced or closed
            continue
