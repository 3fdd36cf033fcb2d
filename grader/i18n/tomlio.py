"""Read TOML, with one message for each kind of failure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import tomli

from ..errors import LearncnnError

#: Byte order mark that Windows programs write before UTF-8; `utf-8-sig` would need another import.
_MARK = b"\xef\xbb\xbf"
#: Maximum size of a file, in bytes: several times the largest file of the package.
MAX_BYTES = 1 << 20


def load_toml(path: Path, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Return the document at `path`. Raises LearncnnError with the file and the reason.

    Use a small `max_bytes` for an untrusted file: the parser's time grows with the square of the
    number of parts of a dotted key.
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
    """Return the document in `text`. Raises ValueError that names the position of the error."""
    try:
        return tomli.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
