"""Describe a file by the container that the instructor gave: its date, and the download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .members import Member
from .order import date_of


@dataclass(frozen=True, slots=True)
class HandInEntry:
    """An entry of a given folder or archive."""

    #: Its date in the archive; None in a folder, where dates change with each copy.
    dated: float | None = None
    #: When its file on disk was saved.
    saved: float | None = None
    #: Identifies this entry of this download.
    mark: str = ""


#: An entry about which nothing is known.
NOTHING = HandInEntry()


def in_folder(member: Member) -> HandInEntry:
    """Return an entry of a folder on disk."""
    return HandInEntry(None, member.modified, f"file {member.size} {member.modified!r}")


@dataclass(frozen=True, slots=True)
class Download:
    """A given archive on disk."""

    saved: float
    mark: str

    def entry(self, member: Member, *, own: bool) -> HandInEntry:
        """Return one of its entries; dates in a student's `own` archive are set by the student."""
        dated = None if own else date_of(member.modified)
        mark = self.mark if own else f"{self.mark} {member.path}"
        return HandInEntry(dated, self.saved, mark)


def download_of(path: Path) -> Download:
    """Return the download at a path. Raises OSError."""
    status = path.stat()
    return Download(status.st_mtime, f"archive {status.st_size} {status.st_mtime_ns}")
