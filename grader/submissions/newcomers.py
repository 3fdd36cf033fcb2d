"""Create new students, who are neither on the roster nor in the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .owners import Owner
from .roster import CERTAIN, Roster, Student, key_of

#: Kinds of ids that merge two newcomers: those that are certain beyond one download.
_JOINING = ("id", "login", "email", "canvas")
#: Suffix of Moodle participant numbers until they are known to be unambiguous.
PARTICIPANT = " (participant)"


def newcomer(owner: Owner, roster: Roster | None) -> Student:
    """Return a new student, with an id that no known student has."""
    id = roster.free_id(owner.label, owner.ids) if roster else owner.label
    if "participant" in owner.ids and not id.endswith(PARTICIPANT):
        id += PARTICIPANT
    return Student(id, owner.name, owner.ids.get("email", ""), "", owner.ids)


def settle(students: Iterable[Student], roster: Roster | None) -> dict[str, Student]:
    """Return the final identity of each student, by id, independent of their order.

    Newcomers who share an id are merged under the most certain of their ids. A Moodle participant
    number becomes the student's id, unless another student has it.
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
    """Return the ids of newcomers, grouped by those who share one."""
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
    """Return one student for all: the most certain id, the longest name, all ids."""
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
