"""Read the roster: the students of the class, and the student that a file's name means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import Ambiguous
from .member_names import MAX_PART

#: Chinese, and where it meets what is none, as in `2023001王小明`.
_HAN = re.compile("[\u4e00-\u9fff]+")
_EDGE = re.compile(
    "(?<=[\u4e00-\u9fff])(?=[^\u4e00-\u9fff])|(?<=[^\u4e00-\u9fff])(?=[\u4e00-\u9fff])"
)
#: What identifies for sure, in the order in which it is tried; the first of these that a row has
#: is the id of a new student.
CERTAIN = ("id", "login", "email", "canvas", "participant")
#: Kinds whose values are written alike by several systems: a login is often the student number.
WRITTEN = ("id", "login", "email")
#: Kinds of which a student has one value at a time: another value means another student.
UNIQUE = ("id", "canvas")
#: Minimum length of an id that is recognised as one word of a longer name, for students whom no
#: roster of this run lists.
_WORD = 5


@dataclass(frozen=True, slots=True)
class Student:
    """One student; `id` is theirs in the gradebook."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    #: Other systems' names for the student: `login`, `canvas`, `participant`, `email`, `id`.
    ids: Mapping[str, str] = field(default_factory=dict)
    #: Further (kind, value) pairs from earlier runs; `label` is what a folder or file was called.
    also: tuple[tuple[str, str], ...] = ()
    #: Groups with which the student hands in, as the roster says.
    groups: tuple[str, ...] = ()

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield all (kind, value) pairs."""
        yield from self.ids.items()
        yield from self.also


@dataclass(frozen=True)
class Roster:
    """All students of a class."""

    students: tuple[Student, ...]
    #: Students whom the course has besides, such as one who has left.
    others: tuple[Student, ...] = ()
    #: Student → the student as whom they count, of those that were merged.
    heads: Mapping[str, str] = field(default_factory=dict)
    #: Whether a file lists `students`; without one, everyone who hands in counts as listed.
    given: bool = True
    #: Group → the ids of its members.
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_named(self, name: str) -> bool:
        """Return whether a student of the roster or the course has this name, in either order."""
        return bool(name_keys(name) & self._names)

    def team_called(self, name: str) -> str | None:
        """Return the group that a name means, also behind a hyphen; None without exactly one."""
        key = letters_of(name)
        found = [team for team in self.teams if letters_of(team) == key and key]
        end = name[-MAX_PART:]
        for at, letter in enumerate(end):  # a classroom's `homework-team-a`
            if not found and letter == "-":
                key = letters_of(end[at + 1 :])
                found = [team for team in self.teams if letters_of(team) == key and key]
        return found[0] if len(found) == 1 else None

    def team(self, name: str) -> list[Student]:
        """Return the members of a group, each once."""
        known = {student.id: student for student in (*self.others, *self.students)}
        heads = {self.head(id): known[id] for id in self.teams.get(name, ()) if id in known}
        return [known.get(head, student) for head, student in heads.items()]

    def head(self, student: str) -> str:
        """Return the id as which a student counts."""
        return self.heads.get(student, student)

    def lists(self, student: Student) -> bool:
        """Return whether the file lists a student."""
        return not self.given or self.head(student.id) in self._listed

    def match(self, label: str, name: str, ids: Mapping[str, str]) -> Student | None:
        """Return the student meant by what a container says, or None. Raises Ambiguous."""
        found = self.find(label, name, ids)
        return found[0] if found else None

    def find(self, label: str, name: str, ids: Mapping[str, str]) -> tuple[Student, bool] | None:
        """Return the student meant by what a container says, and whether an id proves it.

        What identifies for sure comes first: an id, login or email; then the whole label; then the
        name in either order, unless an id contradicts it; then a word of the label. Raises
        Ambiguous, also where the label is one student's and the name another's: numbers of an LMS
        may look like those of the roster.
        """
        if found := self._of_ids(name, ids):
            return self._one(found), True
        called = fitting(self._by_name.get(letters_of(name or label), []), ids)
        if found := self._of_label(label, name, ids):
            if name and called and not self._heads_of(called) & self._heads_of(found):
                raise Ambiguous({student.id for student in (*found, *called)})
            return self._one(found), True
        if found := called or self._by_id.get(("label", key_of(label)), []):
            return self._one(found), False
        end = label[-MAX_PART:]  # no name is longer, and each hyphen is a look at all behind it
        for at, letter in enumerate(end):  # a classroom's `homework-jane-doe`
            if letter == "-" and (found := self._by_any.get(key_of(end[at + 1 :]), [])):
                return self._one(found), False
        student = self.named_in(label)
        return (student, False) if student and not contradicts(student, ids) else None

    def named_in(self, text: str) -> Student | None:
        """Return the student of whom an id, login, email or Chinese name is a word of `text`.

        Raises Ambiguous.
        """
        matches: dict[str, Student] = {}
        for word in re.split(r"[\s,;()\[\]_-]+", _EDGE.sub(" ", text)):
            found = self._by_any.get(key_of(word), [])
            if _HAN.match(word):
                found = found or self._by_name.get(letters_of(word), [])
            elif len(word) >= _WORD and any(map(str.isdigit, word)):
                found = found or self._by_other.get(key_of(word), [])
            matches.update({student.id: student for student in found})
        return self._one(list(matches.values())) if matches else None

    def free_id(self, label: str, ids: Mapping[str, str]) -> str:
        """Return an id for a student who is new, called `label`: one that no other student has."""
        if key_of(label) not in self._taken:
            return label
        return f"{label} ({next(iter(ids), 'folder')})"

    def _of_ids(self, name: str, ids: Mapping[str, str]) -> list[Student]:
        for kind in CERTAIN:
            if not (value := ids.get(kind)):
                continue
            found = self._by_id.get((kind, key_of(value)), [])
            if kind == "participant":  # one of another assignment, unless the roster has it
                found = [
                    student
                    for student in found
                    if may_be_called(student.name, name)
                    or (self.given and student.ids.get(kind) == value)
                ]
            if not found and kind in WRITTEN:
                found = fitting(self._by_any.get(key_of(value), []), ids)
            if not found and kind in WRITTEN:
                found = fitting(self._by_other.get(key_of(value), []), ids)
            if found:
                return found
        return []

    def _of_label(self, label: str, name: str, ids: Mapping[str, str]) -> list[Student]:
        if found := fitting(self._by_any.get(key_of(label), []), ids):
            return found
        others = self._by_other.get(key_of(label), [])
        if not ids:
            return others or self._by_id.get(("canvas", key_of(label)), [])
        return [student for student in fitting(others, ids) if share_name(student.name, name)]

    def _one(self, found: Sequence[Student]) -> Student:
        """Return one student for all that count as one. Raises Ambiguous."""
        if len(heads := self._heads_of(found)) > 1:
            raise Ambiguous({student.id for student in found})
        return min(found, key=lambda student: (student.id not in heads, student.id))

    def _heads_of(self, found: Sequence[Student]) -> set[str]:
        return {self.head(student.id) for student in found}

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self._heads_of(self.students))

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(key_of(student.id) for student in (*self.students, *self.others))

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], list[Student]]:
        table: dict[tuple[str, str], list[Student]] = {}
        for student in (*self.students, *self.others):
            for key in {(kind, key_of(value)) for kind, value in student.values()}:
                table.setdefault(key, []).append(student)
        return table

    @cached_property
    def _by_any(self) -> dict[str, list[Student]]:
        return _written(self.students)

    @cached_property
    def _by_other(self) -> dict[str, list[Student]]:
        return _written(self.others)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(
            key for one in (*self.students, *self.others) for key in name_keys(one.name)
        )

    @cached_property
    def _by_name(self) -> dict[str, list[Student]]:
        table: dict[str, list[Student]] = {}
        for student in self.students:
            for key in name_keys(student.name):
                table.setdefault(key, []).append(student)
        return table


def _written(students: Sequence[Student]) -> dict[str, list[Student]]:
    """Return the students by all that they may be called in writing."""
    table: dict[str, list[Student]] = {}
    for student in students:
        values = {student.id, *(value for kind, value in student.values() if kind in WRITTEN)}
        for key in {key_of(value) for value in values if value}:
            table.setdefault(key, []).append(student)
    return table


def contradicts(student: Student, ids: Mapping[str, str]) -> bool:
    """Return whether a student has another id of a kind that a student has one of."""
    for kind in UNIQUE:
        known = {key_of(value) for of, value in student.values() if of == kind}
        if known and kind in ids and key_of(ids[kind]) not in known:
            return True
    return False


def fitting(students: Sequence[Student], ids: Mapping[str, str]) -> list[Student]:
    """Return the students who may have these ids."""
    return [student for student in students if not contradicts(student, ids)]


def may_be_called(name: str, called: str) -> bool:
    """Return whether two names may be one student's: one is missing or they share a form."""
    return not name or not called or share_name(name, called) or called == "Participant"


def share_name(name: str, called: str) -> bool:
    """Return whether two names are one in either order."""
    return bool(name_keys(name) & name_keys(called))


def key_of(text: str) -> str:
    """Return the form in which ids are compared."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def letters_of(text: str) -> str:
    """Return the form in which names are compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", key_of(text))


def name_keys(name: str) -> set[str]:
    """Return the forms of a name: `Doe, Jane` is janedoe and doejane, and so is `Jane Doe`."""
    last, comma, first = name.partition(",")
    if comma:
        parts = [first, last]
    else:
        *firsts, final = name.split() or [""]
        parts = [" ".join(firsts), final]
    keys = {
        letters_of(name),
        letters_of("".join(parts)),
        letters_of("".join(reversed(parts))),
    }
    return {key for key in keys if key}
