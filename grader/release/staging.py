"""Write files aside and rename them, so that a partial file is never handed out."""

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
    """A folder to fill, which becomes `wanted` at the end.

    Raises UsageError if `wanted` is there and not empty, or cannot be written.
    """
    target = wanted.absolute()
    if os.path.lexists(target) and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("release", "exists", path=wanted)
    with _aside(target, wanted) as aside:
        yield aside
        os.replace(aside, target)


@contextmanager
def new_file(wanted: Path) -> Iterator[Path]:
    """A folder to work in; the file of the same name made in it becomes `wanted` at the end.

    Raises UsageError if it cannot be written.
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
