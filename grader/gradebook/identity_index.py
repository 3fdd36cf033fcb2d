"""Find the student of a course whom a row of a roster describes, by the ids that both have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..submissions.roster import (
    CERTAIN,
    UNIQUE,
    WRITTEN,
    Student,
    contradicts,
    key_of,
    may_be_called,
    share_name,
)
from .people import People

#: Kinds of id that are valid beyond one assignment, the surest first.
_LASTING = ("id", "canvas", "login", "email")


@dataclass(frozen=True)
class StudentChoice:
    """The student whom a row describes, and the rank of the id that proves it (0 is surest)."""

    student: str
    rank: int
    joined: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


class Index:
    """The students of a course by each of their ids."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._by_id: dict[tuple[str, str], set[str]] = {}
        self._written: dict[str, set[str]] = {}
        for id, one in people.students.items():
            self._written.setdefault(key_of(id), set()).add(id)
            for kind, value in one.values():
                self._by_id.setdefault((kind, key_of(value)), set()).add(id)
                if kind in WRITTEN:
                    self._written.setdefault(key_of(value), set()).add(id)

    def choose(self, row: Student, ids: Mapping[str, str]) -> StudentChoice | None:
        """Return the student whom a row describes; None for a new student."""
        hits = {kind: self._proved(kind, row, ids) for kind in _LASTING if kind in ids}
        if any(hits.values()):
            return self._of_hits(row, ids, hits)
        if number := ids.get("participant"):
            known = self._by_id.get(("participant", key_of(number)), set())
            called = {id for id in known if self._may_be(id, row) and not self._against(id, ids)}
            if len(self._heads(called)) > 1:  # prefer the one stored under the row's own id
                called = {id for id in called if key_of(id) == key_of(row.id)}
            if len(self._heads(called)) == 1:
                return StudentChoice(self._head_first(called), len(_LASTING))
        for rank, found in enumerate((self._weakly(ids), self._across(row, ids))):
            if len(self._heads(found)) == 1:
                return StudentChoice(self._head_first(found), len(_LASTING) + 1 + rank)
        alike = {id for id in self._written.get(key_of(row.id), ()) if not self._ids(id)}
        if not ids and len(alike) == 1:  # the roster has only names
            return StudentChoice(min(alike), len(_LASTING) + 3)
        if (other := renamed(row)) in self._people.students:
            return StudentChoice(other, len(_LASTING) + 3)
        return None

    def free(self, ids: Mapping[str, str], student: str = "") -> dict[str, str]:
        """Return those of a student's ids that are not proved to be another's."""
        found = {}
        for kind, value in ids.items():
            owners = self._sure(kind, value)
            if kind == "participant" or not owners or student in owners:
                found[kind] = value
        return found

    def _of_hits(
        self, row: Student, ids: Mapping[str, str], hits: Mapping[str, set[str]]
    ) -> StudentChoice:
        """Return the student of the surest id; the others are joined unless something contradicts.

        Those who cannot be the same person are returned as `odd`.
        """
        rank, kind = next((at, k) for at, k in enumerate(_LASTING) if hits.get(k))
        surest = hits[kind]
        own = {id for id in surest if key_of(id) == key_of(row.id)}
        student = self._head_first(own or surest)
        head = self._people.head(student)
        kinds: dict[str, set[str]] = {}
        for kind in hits:
            for other in self._heads(self._sure(kind, ids[kind])) - {head}:
                kinds.setdefault(other, set()).add(kind)
        joined: list[str] = []
        odd: list[str] = []
        for other, by in sorted(kinds.items()):
            if not self._apart(head, other):
                fits = self._one_person(student, other, row, by)
                (joined if fits else odd).append(other)
        return StudentChoice(student, rank, tuple(joined), tuple(odd))

    def _one_person(self, student: str, other: str, row: Student, by: set[str]) -> bool:
        """Return whether a row that has ids of two students proves that they are one."""
        one, two = self._people.students[student], self._people.students[other]
        for kind in UNIQUE:
            values = [{key_of(v) for k, v in s.values() if k == kind} for s in (one, two)]
            if all(values) and not values[0] & values[1]:
                return False
        named = may_be_called(two.name, one.name) and may_be_called(two.name, row.name)
        return bool(by & set(UNIQUE)) or named

    def _apart(self, head: str, other: str) -> bool:
        """Return whether somebody decided that these two are different people."""
        heads = frozenset((head, other))
        return any(frozenset(map(self._people.head, pair)) == heads for pair in self._people.apart)

    def _proved(self, kind: str, row: Student, ids: Mapping[str, str]) -> set[str]:
        """Return the students with this id, unless a login or e-mail address was reassigned."""
        found = self._sure(kind, ids[kind])
        if kind in UNIQUE:
            return found
        return {id for id in found if self._may_be(id, row) or not self._against(id, ids)}

    def _sure(self, kind: str, value: str) -> set[str]:
        key = key_of(value)
        found = self._by_id.get((kind, key), set())
        return {id for id in found if (kind, key, id) not in self._people.weak}

    def _weakly(self, ids: Mapping[str, str]) -> set[str]:
        """Return the students to whom only a name links files under these ids."""
        found = {id for kind in _LASTING if kind in ids for id in self._any(kind, ids[kind])}
        return {id for id in found if not self._against(id, ids)}

    def _any(self, kind: str, value: str) -> set[str]:
        return self._by_id.get((kind, key_of(value)), set())

    def _across(self, row: Student, ids: Mapping[str, str]) -> set[str]:
        """Return the students with one of these values as another kind of id, or as stored id."""
        found = set()
        for kind in (*WRITTEN, "canvas"):
            if kind not in ids:
                continue
            keys = {key_of(ids[kind]), key_of(ids[kind]).lstrip("0")} - {""}
            for id in {id for key in keys for id in self._alike(key, kind)}:
                named = share_name(self._people.students[id].name, row.name)
                plain = not self._against(id, ids) and key_of(ids[kind]) in self._calls(id)
                if named or (plain and self._may_be(id, row)):
                    found.add(id)
        return found

    def _alike(self, key: str, kind: str) -> set[str]:
        found = self._written.get(key, set()) | self._by_id.get(("label", key), set())
        if key.isdigit() and kind == "id":
            found = found | self._written.get(key.zfill(len(key) + 1), set())
        return {id for id in found if kind != "canvas" or not set(self._people.students[id].ids)}

    def _calls(self, id: str) -> set[str]:
        return {key_of(id), *(key_of(v) for _, v in self._people.students[id].values())}

    def _ids(self, id: str) -> set[str]:
        return {kind for kind, _ in self._people.students[id].values() if kind in CERTAIN}

    def _against(self, id: str, ids: Mapping[str, str]) -> bool:
        return contradicts(self._people.students[id], ids)

    def _may_be(self, id: str, row: Student) -> bool:
        return may_be_called(self._people.students[id].name, row.name)

    def _heads(self, found: Iterable[str]) -> set[str]:
        return set(map(self._people.head, found))

    def _head_first(self, found: Iterable[str]) -> str:
        """Return one of these ids: the first by id, if possible of a student who is not merged."""
        return min(found, key=lambda id: (id in self._people.heads, id))


def renamed(row: Student) -> str:
    """Return the id to store for a student whose own id belongs to another."""
    return f"{row.id} ({next(iter(row.ids), 'name')})"
