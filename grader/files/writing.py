"""Write files whole: aside, flushed to the disk, then renamed; a full disk leaves no torn file.

Every file that learncnn makes is written here, or in a folder that `release/staging.py` renames.
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

#: Owner alone may read and write: seeds, private keys.
PRIVATE = 0o600


def write_aside(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Write a file, so that a crash or a full disk leaves the old one or the new one.

    `mode` is the permissions of the file; without it those of the file that is replaced, or the
    usual ones. Raises OSError.
    """
    with opened_aside(path, mode=mode) as file:
        file.write(_bytes(content))


@contextmanager
def opened_aside(path: Path, *, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a file aside to write to, which replaces `path` if the block ends without an error.

    A link is followed; a device or a pipe, such as /dev/stdout, is written to. Raises OSError.
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
    """Write a document that a command was asked for, aside first. Raises UsageError."""
    try:
        write_aside(path, content)
    except OSError as error:
        raise UsageError("workspace", "unwritable", path=path, reason=error.strerror) from error


def write_new(path: Path, content: str | bytes, *, mode: int | None = None) -> bool:
    """Write a file that is not there yet; return False, and change nothing, if it is.

    Of several processes that write the same name one is told True. Raises OSError.
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
    """Return whether to write through `path`; a name in /dev may be a redirected file's."""
    if stat.S_ISDIR(there.st_mode):
        return False
    named = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    return not stat.S_ISREG(there.st_mode) or (named and path.is_symlink())


def _moved_to_new(aside: Path, path: Path) -> bool:
    """Give a finished file its name, unless that name is taken."""
    try:
        os.link(aside, path)
    except FileExistsError:
        return False
    except OSError:  # FAT and some network file systems know no links
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
    """Bring what was written to the disk, where a full one or a spent quota is noticed."""
    file.flush()
    os.fsync(file.fileno())


def _free_name(path: Path) -> Path:
    """Return a hidden name in the same folder: short, for `path` may be as long as names get."""
    return path.with_name(f".learncnn-{os.urandom(8).hex()}")


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _about(error: BaseException, aside: Path, path: Path) -> BaseException:
    """Return the same error, about the file that was asked for and not the one aside."""
    if isinstance(error, OSError) and error.errno and error.filename in (None, str(aside), aside):
        return OSError(error.errno, error.strerror, str(path))
    return error


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
