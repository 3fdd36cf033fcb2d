"""Find all submissions below some paths, match them with the roster and list them unread."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.name_resolution import kind_of
from ..errors import Ambiguous, ContainerError, Message, Messages, SubmissionError
from .chosen import FoundFile, choose
from .collection import (
    Archive,
    Collection,
    Handed,
    Sealed,
    open_bytes,
    open_file,
    origin_of,
)
from .deadline import deadline
from .entries import Download, HandInEntry, download_of, in_folder
from .exercise_names import ARCHIVES, SEALED, Exercises, is_archive, stem_of
from .folder import Folder, read_regular
from .gradescope_export import METADATA
from .member_names import problem_of, readable_name
from .members import Member, Problem
from .order import date_of
from .owners import Owned, interesting_beside, of_single_file, owned
from .ownership import Ownership
from .roster import Roster
from .teams import each_member, without_team_names
from .within import Others, others_within


def collect(
    paths: Iterable[Path], *, exercises: Sequence[str] = (), roster: Roster | None = None
) -> Collection:
    """Return everything handed in below `paths`, by students, exercises and attempts.

    `exercises` selects exercises; all if empty. A single one also applies to files whose names
    contain none. Raises ContainerError for a path that does not exist or cannot be read, and
    UsageError for an unknown exercise.
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


@dataclass
class _Collector:
    exercises: Exercises
    result: Collection
    _found: list[FoundFile] = field(default_factory=list)
    _paths: int = 0
    _container: int = 0
    #: Source files whose names contain no exercise, by owner.
    _unnamed: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ownership = Ownership(self.result.roster, self.result.called)

    def add_path(self, path: Path, *, lying: bool = False) -> None:
        """Add a given path, or an archive `lying` in a given folder."""
        self._paths += 1
        self._container = self._paths
        download = None
        if path.is_dir():
            archive: Archive = Folder(path)
        elif not path.exists():
            raise ContainerError("containers", "not_found", name=path)
        elif kind_of(path.name):
            self._add_file(path)
            return
        elif path.name.lower().endswith(ARCHIVES) and path.is_file():
            archive = open_file(path, named=not lying)
            download = download_of(path)
        else:
            raise ContainerError("containers", "not_known", name=path)
        self.result.opened.append(archive)
        before = self._count()
        stem = stem_of(path.resolve().name)
        self._add_archive(archive, str(path), stem, download, handed_in=lying)
        if self._count() == before:
            raise ContainerError("containers", "nothing", name=path)

    def _add_file(self, path: Path) -> None:
        if path.is_symlink() or not path.is_file():
            key = "link" if path.is_symlink() else "device"
            raise ContainerError(Problem(str(path), Message("containers", key)).sentence)
        if problem := problem_of(path.name):
            raise ContainerError(Problem(str(path), Message("containers", problem)).sentence)
        parent = path.parent.resolve()
        owner, name = of_single_file(path.name, parent.name, self.exercises)
        if not self.exercises.of(name):
            key = "unnamed" if self.exercises.unnamed(name) else "other_exercise"
            raise ContainerError(Problem(str(path), Message("containers", key)).sentence)
        status = path.stat()
        read = partial(read_regular, parent)
        member = Member(path.name, status.st_size, status.st_mtime, read, path.name)
        where = str(path).removesuffix(path.name).rstrip("/")
        self._take(Owned(owner, name, member), where, in_folder(member))

    def _add_archive(
        self,
        archive: Archive,
        where: str,
        stem: str,
        download: Download | None,
        *,
        handed_in: bool = False,
    ) -> None:
        """Add everything in a folder or archive; `download` is the archive on disk."""
        #: Owners of any file here, and owners of a file that was accepted or refused.
        seen: dict[str, str] = {}
        served: set[str] = set()
        around, self._unnamed = self._unnamed, {}
        on_disk = isinstance(archive, Folder)
        alone = on_disk and len(interesting_beside(archive.listing.members)) == 1
        found = owned(
            archive.listing, stem, self.exercises, self._ownership.is_called, handed_in=handed_in
        )
        for item in without_team_names(found, self.result.roster):
            own = item.own
            entry = download.entry(item.member, own=own) if download else in_folder(item.member)
            within = item.member.modified if download and own else None
            origin = origin_of(where, item.member)
            label = item.owner.label if item.owner else ""
            seen.setdefault(label, origin)
            before = self._count()
            if not is_archive(item.path):
                self._take(item, where, entry, within)
            elif not item.path.lower().endswith(ARCHIVES):
                self._refuse(origin, Message("containers", "archive_kind"))
            elif alone and self._stands_for_its_folder(item):
                self._add_path_in(Path(where) / item.member.path)
            else:
                self._add_inner(item, origin, entry, on_disk=on_disk)
            if self._count() > before or self.exercises.knows(item.path):
                served.add(label)
        for label in sorted(seen.keys() - served):
            unnamed = self._unnamed.get(label)
            if unnamed:
                self._refuse(unnamed[0], Message("containers", "unnamed"))
            else:
                self._refuse(seen[label], Message("containers", "no_code"))
        self._unnamed = around
        self.result.problems += [
            Problem(f"{where}/{p.where}", p.message) for p in archive.listing.problems
        ]

    def _add_path_in(self, path: Path) -> None:
        """Treat an archive in a given folder as if its path had been given."""
        around = self._container
        try:
            self.add_path(path, lying=True)
        except ContainerError as error:
            message = error.message
            if message.key in ("containers.too_big", "containers.bomb", "containers.too_many"):
                command = f"learncnn grade {shlex.quote(str(path))}"
                message = Message("containers", "students_caps", why=message, command=command)
            self._refuse(str(path), message)
        self._container = around

    def _stands_for_its_folder(self, item: Owned) -> bool:
        """Return whether the only archive in a folder is treated as if its path had been given.

        It is not if its name is a student's: the content then belongs to that student, whatever
        names it contains.
        """
        owner = item.owner
        if owner is None or owner.ids or owner.label != stem_of(item.member.path):
            return False
        return "/" not in item.member.path and not self._ownership.is_listed(owner.label)

    def _add_inner(self, item: Owned, origin: str, entry: HandInEntry, *, on_disk: bool) -> None:
        """Add a student's archive inside a container; all of its content is that student's.

        `on_disk` means that the archive is a separate file, whose path can be given.
        """
        try:
            with deadline(origin):
                archive = open_bytes(item.member)
        except (ContainerError, SubmissionError) as error:
            self._refuse(origin, error.message)
            return
        others = others_within(archive.listing, self.exercises)
        if not self._is_a_class(item, others):
            read = partial(self.result.read_inner, item.member)
            for member in archive.listing.members:
                if is_archive(member.path):
                    self._refuse(origin_of(origin, member), Message("containers", "archive_deep"))
                    continue
                kept = Member(member.path, member.size, member.modified, read, member.path)
                inner = Owned(item.owner, member.path, kept, own=True)
                self._take(inner, origin, entry, member.modified)
        self._refuse_others(item, others, origin, on_disk=on_disk)
        for problem in archive.listing.problems:
            self._refuse(f"{origin}/{problem.where}", problem.message)
        archive.close()

    def _is_a_class(self, item: Owned, others: Others) -> bool:
        """Return whether an archive that does not name a student is the download of a class."""
        owner = item.owner
        known = owner is not None and (bool(owner.ids) or self._ownership.is_listed(owner.label))
        return not known and len(others.by_lms) > 1

    def _refuse_others(self, item: Owned, others: Others, origin: str, *, on_disk: bool) -> None:
        """Report the names in a student's archive that were ignored."""
        owner = item.owner
        names = set(others.by_lms) | set(others.folders)
        names |= {label for label in others.labels if self._ownership.is_called(label)}
        if owner is not None:
            names -= {owner.label, owner.name, owner.otherwise}
        if not names and not others.metadata:
            return
        shown = Messages(readable_name(name) for name in sorted(names)[:8])
        key = "class_within" if self._is_a_class(item, others) else "named_within"
        command = f"learncnn grade {shlex.quote(origin)}" if on_disk else "learncnn grade ARCHIVE"
        self._refuse(
            origin, Message("containers", key, names=shown if names else METADATA, command=command)
        )

    def _take(
        self, item: Owned, where: str, entry: HandInEntry, within: float | None = None
    ) -> None:
        """Add a file for its student, or for each member of the group that handed it in."""
        for each in each_member(item, self.result.roster):
            self._take_for(each, where, entry, within)

    def _take_for(self, item: Owned, where: str, entry: HandInEntry, within: float | None) -> None:
        sealed = item.path.lower().endswith(SEALED)
        found = self.exercises.of(item.path)
        if found is None and not sealed:
            if self.exercises.unnamed(item.path):
                label = item.owner.label if item.owner else ""
                self._unnamed.setdefault(label, []).append(origin_of(where, item.member))
            return
        try:
            whose = self._ownership.whose(item)
        except Ambiguous as error:
            two = Message("containers", "two_students", names=error)
            self._refuse(origin_of(where, item.member), two)
            return
        if whose is None:
            self._refuse(origin_of(where, item.member), Message("containers", "no_owner"))
            return
        owner, student, listed = whose
        self._ownership.remember(owner, student, item)
        if found is None:
            when, upload = owner.submitted_at, owner.upload
            sealed_answers = Sealed(
                student, listed, where, item.member, when, upload, entry, date_of(within)
            )
            self.result.sealed.append(sealed_answers)
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
            entry,
            date_of(within),
            owner.team,
        )
        self._found.append(FoundFile(self._container, (rank, item.path.count("/")), handed))

    def _count(self) -> int:
        """Return the number of files found so far, accepted or refused."""
        return len(self._found) + len(self.result.sealed) + len(self.result.problems)

    def _refuse(self, where: str, message: Message) -> None:
        self.result.problems.append(Problem(where, message))

    def finished(self) -> Collection:
        """Return the collection, with the files of each student that count as handed in."""
        choose(self._found, self.result)
        return self.result
