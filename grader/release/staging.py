"""Build a folder or file under a temporary name and rename it, so that no partial one is left."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import UsageError


@contextmanager
def new_folder(wanted: Path) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to `wanted` when the block ends.

    Raises UsageError if `wanted` exists and is not an empty folder, or cannot be written.
    """
    target = wanted.absolute()
    if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("release", "exists", path=wanted)
    with _aside(target, wanted) as aside:
        yield aside
        os.replace(aside, target)


@contextmanager
def new_file(wanted: Path) -> Iterator[Path]:
    """Yield a temporary folder; its file with the name of `wanted` replaces that at the end.

    Raises UsageError if `wanted` is a folder or cannot be written.
    """
    target = wanted.absolute()
    if target.is_dir():
        raise UsageError("release", "is_folder", path=wanted)
    with _aside(target, wanted) as aside:
        yield aside
        os.replace(aside / target.name, target)


@contextmanager
def _aside(target: Path, wanted: Path) -> Iterator[Path]:
    aside = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        aside.chmod(0o755)
        yield aside
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("workspace", "unwritable", path=wanted, reason=reason) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
