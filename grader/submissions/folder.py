"""Walk folders without following links, and read only regular files."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from ..errors import ContainerError, SubmissionError
from .member_names import MAX_DEPTH, problem_of, readable_name, skipped, without_twins
from .members import BULK, Caps, Listing, Member

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Folder:
    """A folder on disk, with the interface of the archives."""

    def __init__(self, root: Path, caps: Caps = BULK) -> None:
        """Raises ContainerError if the folder cannot be listed or holds too much."""
        self._root = root
        self._caps = caps
        self._reader = partial(read_regular, root)
        self.listing = Listing()
        found: list[Member] = []
        self._walk("", 1, found)
        self.listing.members = without_twins(found, self.listing)

    def close(self) -> None:
        """Do nothing, because no file is open."""

    def _walk(self, below: str, depth: int, found: list[Member]) -> None:
        try:
            with os.scandir(self._root / below) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            if not below:
                reason = error.strerror
                raise ContainerError(
                    "containers", "unreadable", name=self._root, reason=reason
                ) from error
            if not isinstance(error, FileNotFoundError):  # deleted since its parent was listed
                self.listing.refuse(readable_name(below), "unlisted", reason=error.strerror)
            return
        for entry in entries:
            path = f"{below}/{entry.name}" if below else entry.name
            try:
                self._take(entry, path, depth, found)
            except FileNotFoundError:  # renamed or removed meanwhile: not handed in
                continue
            except OSError as error:
                self.listing.refuse(readable_name(path), "unseen", reason=error.strerror)
            if len(found) > self._caps.members:
                raise ContainerError(
                    "containers", "too_many", name=self._root, limit=self._caps.members
                )

    def _take(self, entry: os.DirEntry[str], path: str, depth: int, found: list[Member]) -> None:
        """Add the content of one entry, or refuse it. Raises OSError if it cannot be examined."""
        status = entry.stat(follow_symlinks=False)
        folder = stat.S_ISDIR(status.st_mode)
        if skipped(f"{path}/x" if folder else path):
            return
        if problem := problem_of(path):
            self.listing.refuse(readable_name(path), problem)
        elif stat.S_ISLNK(status.st_mode):
            self.listing.refuse(path, "link")
        elif folder:
            if depth < MAX_DEPTH:
                self._walk(path, depth + 1, found)
        elif not stat.S_ISREG(status.st_mode):
            self.listing.refuse(path, "device")
        else:
            found.append(Member(path, status.st_size, status.st_mtime, self._reader, path))


def read_regular(root: Path, path: str, limit: int) -> bytes:
    """Read at most `limit` bytes of the regular file `path` below `root`, following no link.

    Raises SubmissionError for anything else.
    """
    shown = readable_name(path)
    try:
        descriptor = _open_below(root, path)
    except OSError as error:
        raise SubmissionError(
            "containers", "unreadable", name=shown, reason=error.strerror
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SubmissionError("containers", "device_file", name=shown)
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise SubmissionError(
                "containers", "unreadable", name=shown, reason=error.strerror
            ) from error
    if len(content) > limit:
        raise SubmissionError("containers", "too_big", name=shown, limit=limit >> 10)
    return content


def _open_below(root: Path, path: str) -> int:
    """Open the path part by part, so that a folder replaced by a link meanwhile is not followed."""
    *folders, last = path.split("/")
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | getattr(os, "O_CLOEXEC", 0))
    try:
        for part in folders:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(last, os.O_RDONLY | os.O_NONBLOCK | _NOFOLLOW, dir_fd=here)
    finally:
        os.close(here)
