"""Store answer keys on a grading machine: files by digest, readable only by their owner."""

from __future__ import annotations

import re
from pathlib import Path

from ..answer_key.store import load_key
from ..errors import DamagedKey
from ..files.writing import PRIVATE, write_aside

_DIGEST = re.compile(r"[0-9a-f]{64}")


class KeyFolder:
    """A folder with a file `DIGEST.npz` for each key; each is checked when it is first used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: set[str] = set()

    def add(self, digest: str, content: bytes) -> None:
        """Store a key, readable only by its owner. Raises DamagedKey and OSError."""
        if digest in self._checked:
            return
        path = self._path(digest)
        write_aside(path, content, mode=PRIVATE)
        try:
            self._check(digest, path)
        except DamagedKey:
            path.unlink()
            raise

    def path(self, digest: str) -> Path | None:
        """Return the file of a key, or None if there is none. Raises DamagedKey."""
        path = self._path(digest)
        if digest not in self._checked:
            if not path.is_file():
                return None
            self._check(digest, path)
        return path

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise DamagedKey("cluster", "no_digest", digest=digest[:80])
        return self._folder / f"{digest}.npz"

    def _check(self, digest: str, path: Path) -> None:
        """Check the whole file against the digest. Raises DamagedKey."""
        key = load_key(path)
        if key.digest != digest:
            raise DamagedKey("cluster", "other_key", path=path, digest=key.digest)
        key.load_mutants()
        self._checked.add(digest)
