"""Determine the owner of a file from the names of LMS downloads, student folders and files.

Canvas     doejane_LATE_123_4567_ex01.py        name, late mark, user, upload; anon_… if anonymous
Moodle     Jane Doe_123_assignsubmission_file/…   or flat, …_file_ex01.py; Participant if blind
Gradescope submission_123/… beside submission_metadata.yml; a group's file is each member's
otherwise  jane/…   jane.zip   jane_ex01.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..course.name_resolution import NUMBERED, without_copy_prefix
from .exercise_names import Exercises, interesting, is_archive, stem_of
from .gradescope_export import METADATA, Handover, read_metadata
from .members import Listing, Member
from .roster import Student

_CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_)\w+?)_)?(?P<late>LATE_)?"
    r"(?:(?P<user>\d+)|anon_(?P<anon>[A-Za-z0-9]+))_(?P<upload>\d+)_(?P<rest>.+)"
)
_CANVAS_TEXT = re.compile(r"\w+_(?:\d+|anon_[A-Za-z0-9]+)_(?:text|link)\.html")
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)"
)
_PREFIXED = re.compile(
    rf"(?P<student>.+?)(?:(?<![-_. ])[-_. ]+|(?<=[\u4e00-\u9fff]))(?P<rest>{NUMBERED}.*)",
    re.IGNORECASE,
)
#: The folder that contains a Gradescope export.
_EXPORT = re.compile(r"assignment_\d+_export", re.IGNORECASE)
#: Shared by all owners without ids.
_NO_IDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Owner:
    """What a container states about who handed a file in."""

    label: str
    name: str = ""
    #: Kind → value: `canvas`, `participant`, `id`, `email`; see the roster.
    ids: Mapping[str, str] = field(default_factory=lambda: _NO_IDS)
    #: The LMS marks it late.
    late: bool = False
    #: When it was handed in, according to the LMS.
    submitted_at: datetime | None = None
    #: Number that orders a student's uploads, if the container has one.
    upload: int = 0
    #: Another possible name of the student: the archive's own name.
    otherwise: str = ""
    #: Whether the only source is the container's name, which an instructor chose.
    assumed: bool = False
    #: The group that hands in together; empty for a student alone.
    team: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A member, its owner, and its path below the owner's folder."""

    owner: Owner | None
    path: str
    member: Member
    #: Whether its container is a student's own, whose dates the student can choose.
    own: bool = False
    #: The student, if a group's file is counted for a member.
    student: Student | None = None


def owned(
    listing: Listing,
    stem: str,
    exercises: Exercises,
    is_student: Callable[[str], bool] = lambda _: False,
    *,
    handed_in: bool = False,
) -> list[Owned]:
    """Yield each member with its owner; `stem` is the name of the container.

    A container that may have been `handed_in` by a student and names only one student belongs to
    the student in its own name, because the student chose the names within.

    Files that cannot be submissions are included only with an owner, so that a student who handed
    in something else is not overlooked. A folder whose name `is_student` is never searched
    further.
    """
    if base := _gradescope_base(listing.members):
        return list(_of_gradescope(listing, base[0], base[1]))
    members = [m for m in listing.members if interesting(m.path)]
    _note_typed_text(listing)
    for path in (m.path for m in listing.members):
        if path.rpartition("/")[2] == METADATA:
            listing.refuse(path, "metadata_within")
    prefix, only = _wrapper([m.path for m in members], exercises, is_student)
    own = _is_one_students(members, prefix, exercises)
    result = []
    for member in listing.members if members else ():
        if not member.path.startswith(prefix):
            continue
        path = member.path[len(prefix) :]
        if own:
            if interesting(path):
                owner = Owner(only or stem, otherwise=stem, assumed=not handed_in)
                result.append(Owned(owner, path, member, own=True))
            continue
        top, _, rest = path.partition("/")
        if not rest and not interesting(top) and not _of_lms(top):
            continue
        named, path = _of_folder(top, rest) if rest else _of_file(top, exercises)
        result.append(Owned(replace(named, otherwise=stem) if named else None, path, member))
    return _renamed(result, stem) if handed_in else result


def _renamed(found: list[Owned], stem: str) -> list[Owned]:
    owners = {item.owner.label: item.owner for item in found if item.owner}
    if len(owners) != 1 or any(owner.ids for owner in owners.values()):
        return found
    owner = Owner(stem, otherwise=next(iter(owners)))
    return [replace(item, owner=owner if item.owner else None) for item in found]


def of_single_file(name: str, parent: str, exercises: Exercises) -> tuple[Owner, str]:
    """Return the owner of a file given by its own path; `parent` is its folder's name."""
    owner, path = _of_file(name, exercises)
    return owner or Owner(parent), path


def _of_folder(top: str, rest: str) -> tuple[Owner, str]:
    if found := _MOODLE.fullmatch(top):
        return _moodle(found), rest
    return Owner(top), rest


def _of_file(name: str, exercises: Exercises) -> tuple[Owner | None, str]:
    if found := _CANVAS.fullmatch(name):
        return _canvas(found), found["rest"]
    if (found := _MOODLE.fullmatch(name)) and found["rest"]:
        return _moodle(found), found["rest"]
    if is_archive(name):
        return Owner(stem_of(name)), name
    named = exercises.named_file(name)
    if named and named[1] < 2:
        return None, name
    if found := _PREFIXED.fullmatch(without_copy_prefix(name)):
        return Owner(found["student"]), found["rest"]
    if len(exercises.chosen) == 1:
        return Owner(stem_of(name)), name
    return None, name


def _canvas(found: re.Match[str]) -> Owner:
    user = found["user"] or f"anon_{found['anon']}"
    return Owner(
        user,
        found["name"] or "",
        {"canvas": user},
        bool(found["late"]),
        upload=int(found["upload"]),
    )


def _moodle(found: re.Match[str]) -> Owner:
    ids = {"participant": found["id"]} if found["id"] else {}
    return Owner(found["id"] or found["name"], found["name"], ids)


def _wrapper(
    paths: Sequence[str], exercises: Exercises, is_student: Callable[[str], bool]
) -> tuple[str, str]:
    """Return the prefix of the folders around all paths, and the name of the innermost one."""
    prefix, only = "", ""
    while paths:
        inner = [path[len(prefix) :] for path in paths]
        tops = {path.partition("/")[0] for path in inner if "/" in path}
        if len(tops) != 1 or any("/" not in path for path in inner):
            return prefix, only
        (top,) = tops
        below = [path[len(top) + 1 :] for path in inner]
        if _MOODLE.fullmatch(top) or is_student(top):
            return prefix, only
        if any(_names_exercise(path, exercises) for path in below):
            return prefix, only
        if any("/" not in path and not _lms_named(path) for path in below):
            return prefix, only
        prefix, only = f"{prefix}{top}/", top
    return prefix, only


def _names_exercise(path: str, exercises: Exercises) -> bool:
    """Return whether a path begins with an exercise's folder, as in a student's own archive."""
    top, slash, _ = path.partition("/")
    named = exercises.named(top) if slash else None
    return named is not None and named[1] < 2


def _of_lms(name: str) -> bool:
    return bool(_CANVAS.fullmatch(name) or _MOODLE.fullmatch(name))


def _lms_named(name: str) -> bool:
    return bool(_of_lms(name) or _PREFIXED.fullmatch(name))


def _is_one_students(members: Iterable[Member], prefix: str, exercises: Exercises) -> bool:
    """Return whether a container is one student's: exercises are directly in it."""
    directly = False
    classes: dict[str, set[str]] = {}
    for member in members:
        path = member.path[len(prefix) :]
        top, _, rest = path.partition("/")
        if not rest:
            named = exercises.named_file(top)
            directly = directly or (named is not None and named[1] < 2 and not _lms_named(top))
        elif "/" not in rest and (named := exercises.named_file(rest)) and named[1] < 2:
            classes.setdefault(named[0].id, set()).add(top)
    in_class = any(len(tops) > 1 for tops in classes.values())
    return directly and not in_class


def _note_typed_text(listing: Listing) -> None:
    for member in listing.members:
        moodle = _MOODLE.fullmatch(member.path.partition("/")[0])
        typed = moodle is not None and moodle["kind"] == "onlinetext"
        if typed or _CANVAS_TEXT.fullmatch(member.path.rpartition("/")[2]):
            listing.refuse(member.path, "text_entry")


def _gradescope_base(members: Sequence[Member]) -> tuple[str, Member] | None:
    """Return the folder of an export, and its metadata.

    The metadata is at the given level, or in the single folder that the service creates; a file of
    that name in any other folder is a student's.
    """
    for member in members:
        folder, _, name = member.path.rpartition("/")
        if name == METADATA and (not folder or _EXPORT.fullmatch(folder)):
            base = f"{folder}/" if folder else ""
            around = all(m.path.startswith(base) for m in members if interesting(m.path))
            return (base, member) if around else None
    return None


def interesting_beside(members: Iterable[Member]) -> list[Member]:
    """Return the members that may be a student's, without a roster or rubric beside a download."""
    return [m for m in members if interesting(m.path) or "/" in m.path or _of_lms(m.path)]


def _of_gradescope(listing: Listing, base: str, metadata: Member) -> Iterable[Owned]:
    handovers = read_metadata(listing, metadata)
    for member in listing.members:
        if not member.path.startswith(base):
            continue
        top, _, rest = member.path[len(base) :].partition("/")
        if not rest:
            continue
        for owner in _submitters(top, handovers.get(top)):
            yield Owned(owner, rest, member)


def _submitters(folder: str, handover: Handover | None) -> Iterable[Owner]:
    if handover is None or not handover.submitters:
        return [Owner(folder)]
    return [
        Owner(
            person.get("sid") or person.get("email") or person.get("name") or folder,
            person.get("name", ""),
            {k: v for k, v in (("id", person.get("sid")), ("email", person.get("email"))) if v},
            submitted_at=handover.created_at,
            team=folder if len(handover.submitters) > 1 else "",
        )
        for person in handover.submitters
    ]
