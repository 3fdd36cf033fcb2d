"""Write a temporary file, flush it to disk and rename it, so that no partial file is left.

learncnn writes every file this way, or into a folder that `release/staging.py` renames.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import UsageError

#: File mode for seeds and private keys: only the owner may read and write.
PRIVATE = 0o600


def write_aside(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Write a file so that a crash or a full disk leaves either the old content or the new.

    `mode` sets the permissions; without it, a replaced file's permissions are kept, and a new file
    gets the default ones. Raises OSError.
    """
    with opened_aside(path, mode=mode) as file:
        file.write(_bytes(content))


@contextmanager
def opened_aside(path: Path, *, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a temporary file that replaces `path` if the block ends without an error.

    A link is followed; a device or a pipe, such as /dev/stdout, is written to directly. Raises
    OSError.
    """
    there = _status(path)
    if there is not None and _is_stream(path, there):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as file:
            yield file
        return
    target = Path(os.path.realpath(path))
    if there is not None and stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if mode is None and there is not None:
        mode = stat.S_IMODE(there.st_mode)
    aside = _free_name(target)
    try:
        with _created(aside, mode) as file:
            yield file
            _flush(file)
        os.replace(aside, target)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        raise _about(error, aside, path) from None


def write_document(path: Path, content: str) -> None:
    """Write a document that the user asked for, with `write_aside`. Raises UsageError."""
    try:
        write_aside(path, content)
    except OSError as error:
        raise UsageError("workspace", "unwritable", path=path, reason=error.strerror) from error


def write_new(path: Path, content: str | bytes, *, mode: int | None = None) -> bool:
    """Write a new file and return True; change nothing and return False if the path exists.

    If several processes write the same name, only one returns True. Raises OSError.
    """
    if os.path.lexists(path):
        return False
    aside = _free_name(path)
    try:
        with _created(aside, mode) as file:
            file.write(_bytes(content))
            _flush(file)
        return _moved_to_new(aside, path)
    except OSError as error:
        raise _about(error, aside, path) from None
    finally:
        aside.unlink(missing_ok=True)


def _is_stream(path: Path, there: os.stat_result) -> bool:
    """Return whether to write to `path` in place; a link in /dev may lead to a regular file."""
    if stat.S_ISDIR(there.st_mode):
        return False
    named = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    return not stat.S_ISREG(there.st_mode) or (named and path.is_symlink())


def _moved_to_new(aside: Path, path: Path) -> bool:
    """Rename a finished file to `path` unless that exists; return whether it was renamed."""
    try:
        os.link(aside, path)
    except FileExistsError:
        return False
    except OSError:  # FAT and some network file systems have no hard links
        if os.path.lexists(path):
            return False
        os.rename(aside, path)
    return True


def _created(aside: Path, mode: int | None) -> IO[bytes]:
    first = 0o666 if mode is None else PRIVATE
    file = open(aside, "xb", opener=lambda name, flags: os.open(name, flags, first))  # noqa: SIM115
    if mode is not None:
        os.chmod(aside, mode)
    return file


def _flush(file: IO[bytes]) -> None:
    """Flush a file to disk, so that a full disk or an exceeded quota raises an error now."""
    file.flush()
    os.fsync(file.fileno())


def _free_name(path: Path) -> Path:
    """Return a hidden name in the same folder; short, since `path` may have the maximum length."""
    return path.with_name(f".learncnn-{os.urandom(8).hex()}")


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _about(error: BaseException, aside: Path, path: Path) -> BaseException:
    """Return the error with the requested path in place of the temporary file's."""
    if isinstance(error, OSError) and error.errno and error.filename in (None, str(aside), aside):
        return OSError(error.errno, error.strerror, str(path))
    return error


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
