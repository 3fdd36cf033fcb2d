"""What the level that the instructor named says about a file: its date, and which download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .members import Member
from .order import date_of


@dataclass(frozen=True, slots=True)
class HandInEntry:
    """An entry of a folder or archive that was named."""

    #: The archive's date of it; None in a folder, whose dates change with each copy.
    dated: float | None = None
    #: When its file on disk was saved.
    saved: float | None = None
    #: Tells this entry of this download from every other.
    mark: str = ""


#: Nothing is known.
NOTHING = HandInEntry()


def in_folder(member: Member) -> HandInEntry:
    """An entry of a folder on disk."""
    return HandInEntry(None, member.modified, f"file {member.size} {member.modified!r}")


@dataclass(frozen=True, slots=True)
class Download:
    """An archive on disk that was named."""

    saved: float
    mark: str

    def entry(self, member: Member, *, own: bool) -> HandInEntry:
        """One of its entries; in a student's `own` archive dates are the student's."""
        dated = None if own else date_of(member.modified)
        mark = self.mark if own else f"{self.mark} {member.path}"
        return HandInEntry(dated, self.saved, mark)


def download_of(path: Path) -> Download:
    """The download that a path is. Raises OSError."""
    status = path.stat()
    return Download(status.st_mtime, f"archive {status.st_size} {status.st_mtime_ns}")
