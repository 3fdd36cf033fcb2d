"""The private seed in a file: from it alone the hidden cases of a course follow."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ..errors import UsageError
from ..i18n.texts import say

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
        raise UsageError(say("grade", "seed_short", path=path, least=MIN_SEED))
    return seed


def make_seed(path: Path) -> str:
    """A new seed, in a new file that its owner alone may read. Raises UsageError."""
    seed = secrets.token_hex(16)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{seed}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unreadable(path, error) from error
    return seed


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(say("grade", "seed_unreadable", path=path, reason=error.strerror))
