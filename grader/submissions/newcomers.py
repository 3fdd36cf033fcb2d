"""Students who are new: neither the roster nor the course knows them yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .owners import Owner
from .roster import CERTAIN, Roster, Student, key_of

#: Kinds by which two newcomers are one: all that are certain beyond one download.
_JOINING = ("id", "login", "email", "canvas")
#: Marks the numbers of Moodle's participants until it is known whether they are clear.
PARTICIPANT = " (participant)"


def newcomer(owner: Owner, roster: Roster | None) -> Student:
    """Return a student who is new, under an id that no known student has."""
    id = roster.free_id(owner.label, owner.ids) if roster else owner.label
    if "participant" in owner.ids and not id.endswith(PARTICIPANT):
        id += PARTICIPANT
    return Student(id, owner.name, owner.ids.get("email", ""), "", owner.ids)


def settle(students: Iterable[Student], roster: Roster | None) -> dict[str, Student]:
    """Return who each student is in the end, by id; the same whatever order they come in.

    Newcomers who share an id are one, called by the surest of their ids. A number of Moodle's
    participants becomes the student's id, unless somebody else is called so.
    """
    known = {s.id for s in (*roster.students, *roster.others)} if roster else set()
    settled: dict[str, Student] = {}
    new: dict[str, list[Student]] = {}
    for student in students:
        if student.id in known:
            settled[student.id] = student
        else:
            new.setdefault(student.id, []).append(student)
    taken = {key_of(id) for id in {*known, *new}}
    for group in _groups(new):
        one = _one([student for id in group for student in new[id]])
        plain = one.id.removesuffix(PARTICIPANT)
        if plain != one.id and key_of(plain) not in taken:
            one = _renamed(one, plain)
        settled.update(dict.fromkeys(group, one))
    return settled


def _groups(new: Mapping[str, Sequence[Student]]) -> list[list[str]]:
    """Return the ids of newcomers, those together who share one."""
    root = {id: id for id in new}

    def find(id: str) -> str:
        while root[id] != id:
            id = root[id]
        return id

    first: dict[tuple[str, str], str] = {}
    for id in sorted(new):
        for student in new[id]:
            for kind, value in student.ids.items():
                if kind in _JOINING:
                    other = first.setdefault((kind, key_of(value)), id)
                    low, high = sorted((find(id), find(other)))
                    root[high] = low
    groups: dict[str, list[str]] = {}
    for id in sorted(new):
        groups.setdefault(find(id), []).append(id)
    return list(groups.values())


def _one(students: Sequence[Student]) -> Student:
    """Return one student for all: the surest id, the longest name, all ids."""
    ordered = sorted(students, key=lambda s: (_rank(s), s.id, sorted(s.ids.items()), s.name))
    ids: dict[str, str] = {}
    for student in ordered:
        for kind, value in student.ids.items():
            ids.setdefault(kind, value)
    name = max((student.name for student in students), key=lambda name: (len(name), name))
    email = next((student.email for student in ordered if student.email), "")
    return Student(ordered[0].id, name, email, "", ids)


def _rank(student: Student) -> int:
    return min((CERTAIN.index(kind) for kind in student.ids), default=len(CERTAIN))


def _renamed(student: Student, id: str) -> Student:
    return Student(id, student.name, student.email, student.section, student.ids)
