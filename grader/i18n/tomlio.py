"""Read TOML, with one message for each kind of failure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomli

from ..errors import LearncnnError

#: The byte order mark that Windows puts before UTF-8; the codec for it would be one import more.
_MARK = b"\xef\xbb\xbf"
#: Maximum size of a file, in bytes: several times the largest that comes with the package.
MAX_BYTES = 1 << 20


def load_toml(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Return the document at `path`. Raises LearncnnError that names the file and what is wrong.

    A file that a stranger may have written needs a small `max_bytes`: the time that the reader
    takes for a key of many parts grows with the square of their number.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise LearncnnError("toml", "too_big", path=path, reason=f"{max_bytes >> 10} KiB")
        return tomli.loads(content.removeprefix(_MARK).decode())
    except FileNotFoundError:
        raise LearncnnError("toml", "missing", path=path) from None
    except OSError as error:
        raise LearncnnError("toml", "unreadable", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise LearncnnError("toml", "not_utf8", path=path) from error
    except tomli.TOMLDecodeError as error:
        raise LearncnnError("toml", "invalid", path=path, reason=error) from error
    except RecursionError as error:
        raise LearncnnError("toml", "too_deep", path=path) from error


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse_toml(text: str) -> dict[str, Any]:
    """The document in `text`. Raises ValueError that says where it is wrong."""
    try:
        return tomli.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
