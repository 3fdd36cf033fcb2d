"""Define the collection of hand-ins below some paths; files are read on demand."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..course.catalog import ExerciseInfo
from ..course.name_resolution import kind_of
from ..errors import ContainerError, SubmissionError
from .archive_tar import TarArchive
from .archive_zip import ZipArchive
from .entries import NOTHING, HandInEntry
from .member_names import readable_name
from .members import BULK, SINGLE, Listing, Member, Problem
from .order import Moment
from .roster import Roster, Student
from .submission import MAX_NOTEBOOK_BYTES, MAX_SOURCE_BYTES

#: Maximum size of sealed answers, in bytes; far more than an exam needs.
MAX_SEALED_BYTES = 2 << 20


class Archive(Protocol):
    """A container that is open."""

    listing: Listing

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Handed:
    """One file that one student handed in for one exercise."""

    student: Student
    #: Whether the student is on the roster; True without one.
    listed: bool
    exercise: ExerciseInfo
    filename: str
    #: What its member lies in.
    where: str
    member: Member
    submitted_at: datetime | None
    #: The LMS marks it late.
    late: bool
    upload: int
    #: What the level that the instructor named says about it.
    entry: HandInEntry = NOTHING
    #: The date of the file within the student's own archive.
    within: float | None = None
    #: The group that handed it in; empty for a student alone.
    team: str = ""

    def read(self) -> bytes:
        """Its bytes, bounded. Raises SubmissionError."""
        notebook = kind_of(self.filename) == ".ipynb"
        return self.member.read(MAX_NOTEBOOK_BYTES if notebook else MAX_SOURCE_BYTES)

    @property
    def origin(self) -> str:
        """Where it lies: path, container and member."""
        return origin_of(self.where, self.member)

    @property
    def moment(self) -> Moment:
        """What is known about when it was handed in."""
        return _moment(self)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed answers of an exam that one student handed in."""

    student: Student
    #: Whether the student is on the roster; True without one.
    listed: bool
    #: What its member lies in.
    where: str
    member: Member
    submitted_at: datetime | None
    upload: int
    #: What the level that the instructor named says about it.
    entry: HandInEntry = NOTHING
    #: The date of the file within the student's own archive.
    within: float | None = None

    def read(self) -> bytes:
        """Its bytes, bounded. Raises SubmissionError."""
        return self.member.read(MAX_SEALED_BYTES)

    @property
    def origin(self) -> str:
        """Where it lies: path, container and member."""
        return origin_of(self.where, self.member)

    @property
    def moment(self) -> Moment:
        """What is known about when they were handed in."""
        return _moment(self)


def _moment(item: Handed | Sealed) -> Moment:
    at = item.submitted_at
    return Moment(
        submitted_at=at.timestamp() if at else None,
        dated=item.entry.dated,
        upload=item.upload,
        saved=item.entry.saved,
        within=item.within,
        name=item.origin,
    )


@dataclass
class Collection(AbstractContextManager["Collection"]):
    """The files found. It stays open because the files are read later."""

    handed: list[Handed] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    roster: Roster | None = None
    #: Student → identifiers in containers: (kind, value) → whether an id proves the identity.
    called: dict[str, dict[tuple[str, str], bool]] = field(default_factory=dict)
    #: Closed with the collection.
    opened: list[Archive] = field(default_factory=list)
    _inner: tuple[Member, Archive] | None = None

    def __exit__(self, *_: object) -> None:
        self._close_inner()
        while self.opened:
            self.opened.pop().close()

    @property
    def rostered(self) -> bool:
        """Return whether a roster was given; without one, everyone counts as listed."""
        return self.roster is not None and self.roster.given

    def head(self, student: Student) -> str:
        """Return the id under which a student is counted."""
        return self.roster.head(student.id) if self.roster else student.id

    def doubles(
        self, handed: Sequence[Handed] | None = None
    ) -> Iterator[tuple[Student, ExerciseInfo, list[Handed]]]:
        """Yield the students who handed in several files for an exercise, of `handed` or of all."""
        groups: dict[tuple[str, str], list[Handed]] = {}
        for item in self.handed if handed is None else handed:
            groups.setdefault((self.head(item.student), item.exercise.id), []).append(item)
        for items in groups.values():
            if len(items) > 1:
                yield items[0].student, items[0].exercise, items

    def everyone(self) -> Iterator[Student]:
        """Yield the student of each file, sealed answers included."""
        yield from (item.student for item in self.handed)
        yield from (item.student for item in self.sealed)

    def unlisted(self) -> list[Student]:
        """Return the students who handed in but are not on the roster."""
        everything: list[Handed | Sealed] = [*self.handed, *self.sealed]
        return list({h.student.id: h.student for h in everything if not h.listed}.values())

    def missing(self, handed: Sequence[Handed] | None = None) -> list[tuple[Student, list[str]]]:
        """Return students of the roster with the exercises that others handed in and they did not.

        Only files in `handed` count as handed in; by default all.
        """
        counted = self.handed if handed is None else handed
        ids = sorted({item.exercise.id for item in counted})
        done = {(self.head(item.student), item.exercise.id) for item in counted}
        students = self.roster.students if self.roster else ()
        lacking = [(s, [id for id in ids if (self.head(s), id) not in done]) for s in students]
        return [(student, exercises) for student, exercises in lacking if exercises]

    def read_inner(self, outer: Member, path: str, limit: int) -> bytes:
        """Read a member of an archive inside a container; the last such archive stays open."""
        if self._inner is None or self._inner[0] is not outer:
            self._close_inner()
            try:
                self._inner = (outer, open_bytes(outer))
            except ContainerError as error:
                raise SubmissionError(error) from error
        for member in self._inner[1].listing.members:
            if member.path == path:
                return member.read(limit)
        raise SubmissionError("containers", "damaged", name=readable_name(path))

    def _close_inner(self) -> None:
        if self._inner is not None:
            self._inner[1].close()
            self._inner = None


def origin_of(where: str, member: Member) -> str:
    """Return a member's path as messages show it."""
    name = readable_name(member.path)
    return f"{where}/{name}" if where else name


def open_bytes(outer: Member) -> Archive:
    """Open a student's zip or tar in memory. Raises ContainerError, SubmissionError."""
    content = io.BytesIO(outer.read(SINGLE.archive))
    name = readable_name(outer.path)
    if outer.path.lower().endswith(".zip"):
        return ZipArchive(content, name, SINGLE)
    return TarArchive(content, name, SINGLE)


def open_file(path: Path, *, named: bool = True) -> Archive:
    """Open a zip or tar on disk. Raises ContainerError.

    An archive in a folder that was not `named` itself counts as a class's only if it is a zip, as
    learning platforms make them; a tar gets the limits of a student's archive.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        reason = error.strerror
        raise ContainerError("containers", "unreadable", name=path, reason=reason) from error
    try:
        if path.name.lower().endswith(".zip"):
            return ZipArchive(file, path.name, BULK)
        return TarArchive(file, path.name, BULK if named else SINGLE)
    except BaseException:
        file.close()
        raise
