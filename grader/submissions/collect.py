"""All submissions of some paths: found, matched with the roster, listed; read when it is time."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import SubmissionError
from ..i18n.texts import say
from .archive_tar import TarArchive
from .archive_zip import ZipArchive
from .collection import Archive, Collection, Handed, Sealed, open_bytes, origin_of
from .deadline import deadline
from .exercise_names import ARCHIVES, SEALED, SUFFIXES, WITHIN, Exercises, is_archive, stem_of
from .folder import Folder, read_regular
from .member_names import problem_of
from .members import BULK, ContainerError, Member, Problem
from .owners import Owned, Owner, of_single_file, owned
from .roster import Ambiguous, Roster, Student

#: So many files of one student are taken for one exercise.
MAX_ATTEMPTS = 20


def collect(
    paths: Iterable[Path], *, exercises: Sequence[str] = (), roster: Roster | None = None
) -> Collection:
    """Everything handed in below `paths`, in the order of students, exercises and attempts.

    `exercises` names those that are wanted; all if empty; a single one is also that of files
    whose names say none. Raises ContainerError for a path that is not there or cannot be read,
    and UsageError for an unknown exercise.
    """
    catalog = load_catalog()
    chosen = [catalog.resolve(name) for name in exercises] or list(catalog.exercises.values())
    collector = _Collector(Exercises(catalog, chosen), Collection(roster=roster))
    try:
        for path in dict.fromkeys(paths):
            collector.add_path(path)
    except BaseException:
        collector.result.__exit__()
        raise
    return collector.finished()


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, the container it came in, and how sure its name is: the least is surest."""

    container: int
    rank: tuple[int, int]
    handed: Handed


@dataclass
class _Collector:
    exercises: Exercises
    result: Collection
    _found: list[_Found] = field(default_factory=list)
    _paths: int = 0
    _container: int = 0

    def add_path(self, path: Path, *, lying: bool = False) -> None:
        """A path that was named, or an archive `lying` in a folder that was."""
        self._paths += 1
        self._container = self._paths
        if path.is_dir():
            archive: Archive = Folder(path)
        elif not path.exists():
            raise ContainerError(say("containers", "not_found", name=path))
        elif path.name.lower().endswith(SUFFIXES):
            self._add_file(path)
            return
        elif path.name.lower().endswith(ARCHIVES) and path.is_file():
            archive = open_file(path)
        else:
            raise ContainerError(say("containers", "not_known", name=path))
        self.result.opened.append(archive)
        before = self._count()
        self._add_archive(archive, str(path), stem_of(path.resolve().name), handed_in=lying)
        if self._count() == before:
            raise ContainerError(say("containers", "nothing", name=path))

    def _add_file(self, path: Path) -> None:
        if path.is_symlink() or not path.is_file():
            key = "link" if path.is_symlink() else "device"
            raise ContainerError(str(Problem(str(path), say("containers", key))))
        if problem := problem_of(path.name):
            raise ContainerError(str(Problem(str(path), say("containers", problem))))
        parent = path.parent.resolve()
        owner, name = of_single_file(path.name, parent.name, self.exercises)
        if not self.exercises.of(name):
            raise ContainerError(say("containers", "nothing", name=path))
        status = path.stat()
        read = partial(read_regular, parent)
        member = Member(path.name, status.st_size, status.st_mtime, read, path.name)
        self._take(Owned(owner, name, member), str(path).removesuffix(path.name).rstrip("/"))

    def _add_archive(
        self, archive: Archive, where: str, stem: str, *, handed_in: bool = False
    ) -> None:
        #: Who has anything here, and who has something that was taken or refused.
        seen: dict[str, str] = {}
        served: set[str] = set()
        for item in owned(archive.listing, stem, self.exercises, handed_in=handed_in):
            origin = origin_of(where, item.member)
            label = item.owner.label if item.owner else ""
            seen.setdefault(label, origin)
            before = self._count()
            if not is_archive(item.path):
                self._take(item, where)
            elif not item.path.lower().endswith(ARCHIVES):
                self._refuse(origin, say("containers", "archive_kind"))
            elif isinstance(archive, Folder) and self._may_be_a_class(item):
                self._add_path_in(Path(where) / item.member.path)
            else:
                self._add_inner(item, origin)
            if self._count() > before or self.exercises.knows(item.path):
                served.add(label)
        for label in sorted(seen.keys() - served):
            self._refuse(seen[label], say("containers", "no_code"))
        self.result.problems += [
            Problem(f"{where}/{p.where}", p.message) for p in archive.listing.problems
        ]

    def _add_path_in(self, path: Path) -> None:
        """An archive lying in a folder counts as if it had been named itself."""
        around = self._container
        try:
            self.add_path(path, lying=True)
        except ContainerError as error:
            self._refuse(str(path), str(error))
        self._container = around

    def _may_be_a_class(self, item: Owned) -> bool:
        """Whether an archive in a folder is named by nobody but itself, and not after a student.

        What a student of the roster handed in is that student's, whatever names are within.
        """
        owner = item.owner
        if owner is None or owner.ids or owner.label != stem_of(item.member.path):
            return False
        try:
            return "/" not in item.member.path and not (
                self.result.roster and self._student(owner)[1]
            )
        except Ambiguous:
            return True

    def _add_inner(self, item: Owned, origin: str) -> None:
        """A student's archive inside a container: all in it is that student's."""
        try:
            with deadline(origin):
                archive = open_bytes(item.member)
        except (ContainerError, SubmissionError) as error:
            self._refuse(origin, str(error))
            return
        read = partial(self.result.read_inner, item.member)
        for member in archive.listing.members:
            if is_archive(member.path):
                self._refuse(origin_of(origin, member), say("containers", "archive_deep"))
                continue
            kept = Member(member.path, member.size, member.modified, read, member.path)
            self._take(Owned(item.owner, member.path, kept), origin)
        for problem in archive.listing.problems:
            self._refuse(f"{origin}/{problem.where}", problem.message)
        archive.close()

    def _take(self, item: Owned, where: str) -> None:
        sealed = item.path.lower().endswith(SEALED)
        found = self.exercises.of(item.path)
        if found is None and not sealed:
            return
        try:
            whose = self._whose(item)
        except Ambiguous as error:
            two = say("containers", "two_students", names=error)
            self._refuse(origin_of(where, item.member), two)
            return
        if whose is None:
            self._refuse(origin_of(where, item.member), say("containers", "no_owner"))
            return
        owner, student, listed = whose
        if found is None:
            when, upload = owner.submitted_at, owner.upload
            self.result.sealed.append(Sealed(student, listed, where, item.member, when, upload))
            return
        info: ExerciseInfo
        info, rank = found
        handed = Handed(
            student,
            listed,
            info,
            sys.intern(item.path.rpartition("/")[2]),
            where,
            item.member,
            owner.submitted_at,
            owner.late,
            owner.upload,
        )
        self._found.append(_Found(self._container, (rank, item.path.count("/")), handed))

    def _whose(self, item: Owned) -> tuple[Owner, Student, bool] | None:
        """Owner, student and whether on the roster; None if nobody's. Raises Ambiguous.

        A file that no other student can have named is the one's of the roster whom its own name
        says: `ex01_2023005.py`.
        """
        said = (item.owner, *self._student(item.owner)) if item.owner else None
        if said and (said[2] or not said[0].assumed):
            return said
        roster = self.result.roster
        student = roster.named_in(stem_of(item.path)) if roster else None
        return (Owner(student.id), student, True) if student else said

    def _student(self, owner: Owner) -> tuple[Student, bool]:
        roster = self.result.roster
        if roster is not None:
            for label in filter(None, (owner.label, owner.otherwise)):
                if found := roster.match(label, owner.name, owner.ids):
                    return found, True
        email = owner.ids.get("email", "")
        return Student(owner.label, owner.name, email, "", owner.ids), roster is None

    def _count(self) -> int:
        """How much was found so far, taken or refused."""
        return len(self._found) + len(self.result.sealed) + len(self.result.problems)

    def _refuse(self, where: str, message: str) -> None:
        self.result.problems.append(Problem(where, message))

    def finished(self) -> Collection:
        """Of each student's files for an exercise those whose names are surest, in order."""
        groups: dict[tuple[str, str, int], list[_Found]] = {}
        for found in self._found:
            key = (found.handed.student.id, found.handed.exercise.id, found.container)
            groups.setdefault(key, []).append(found)
        taken: dict[tuple[str, str], list[Handed]] = {}
        for (student, exercise, _), items in groups.items():
            best = min(item.rank for item in items)
            kept = [item.handed for item in items if item.rank == best]
            if best[0] == WITHIN and len(kept) > 1:
                for item in kept:
                    self._refuse(item.origin, say("containers", "several", exercise=exercise))
                continue
            taken.setdefault((student, exercise), []).extend(kept)
        for student, exercise in sorted(taken):
            attempts = sorted(taken[student, exercise], key=lambda item: item.order)
            if len(attempts) > MAX_ATTEMPTS:
                many = say("containers", "too_many_attempts", limit=MAX_ATTEMPTS, exercise=exercise)
                self._refuse(attempts[0].origin, many)
            self.result.handed += attempts[:MAX_ATTEMPTS]
        self.result.sealed.sort(key=lambda item: (item.student.id, item.order))
        return self.result


def open_file(path: Path) -> Archive:
    """A zip or tar on disk. Raises ContainerError."""
    try:
        file = path.open("rb")
    except OSError as error:
        reason = error.strerror
        raise ContainerError(say("containers", "unreadable", name=path, reason=reason)) from error
    try:
        if path.name.lower().endswith(".zip"):
            return ZipArchive(file, path.name, BULK)
        return TarArchive(file, path.name, BULK)
    except BaseException:
        file.close()
        raise
