"""Read or create the file with the private seed, which determines a course's hidden cases."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from ..errors import UsageError
from ..files.writing import PRIVATE, write_new

#: Default name of the file with a class's seed.
SEED_FILE = "learncnn-seed.txt"
#: Minimum length of a seed, in characters, and maximum size of its file, in bytes.
MIN_SEED = 8
MAX_SEED_BYTES = 4096


def seed_in(path: Path) -> str | None:
    """Return the seed in a file, or None if there is no such file. Raises UsageError."""
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
    """Write a new seed to a new file that only its owner may read, and return the seed.

    If another run creates the file at the same time, its seed is returned. Raises UsageError.
    """
    seed = secrets.token_hex(16)
    try:
        made = write_new(path, f"{seed}\n", mode=PRIVATE)
    except OSError as error:
        raise _unreadable(path, error) from error
    there = seed if made else seed_in(path)  # another run may have created it meanwhile
    if there is None:  # a dangling link
        raise _unreadable(path, FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)))
    return there


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError("grade", "seed_unreadable", path=path, reason=error.strerror)
