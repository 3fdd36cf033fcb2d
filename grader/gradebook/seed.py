"""The private seed in a file: from it alone the hidden cases of a course follow."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from ..errors import UsageError
from ..files.writing import PRIVATE, write_new

#: The file that a class's seed is kept in unless another is named.
SEED_FILE = "learncnn-seed.txt"
MIN_SEED = 8
MAX_SEED_BYTES = 4096


def seed_in(path: Path) -> str | None:
    """The seed in a file, None if there is no such file. Raises UsageError."""
    try:
        content = path.read_bytes()[: MAX_SEED_BYTES + 1]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    seed = content.decode("utf-8-sig", "replace").strip()
    if not MIN_SEED <= len(seed) <= MAX_SEED_BYTES or "\ufffd" in seed:
        raise UsageError("grade", "seed_short", path=path, least=MIN_SEED)
    return seed


def make_seed(path: Path) -> str:
    """A new seed, in a new file that its owner alone may read. Raises UsageError."""
    seed = secrets.token_hex(16)
    try:
        made = write_new(path, f"{seed}\n", mode=PRIVATE)
    except OSError as error:
        raise _unreadable(path, error) from error
    there = seed if made else seed_in(path)  # of a run that began at the same time
    if there is None:  # a link to nothing
        raise _unreadable(path, FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)))
    return there


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError("grade", "seed_unreadable", path=path, reason=error.strerror)
