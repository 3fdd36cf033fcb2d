"""Read and write the students of a course: their ids, merges and splits, and open doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from ..submissions.roster import Student, key_of
from .connection import Gradebook, now
from .tables import doubts, identifiers, identity_decisions, students
from .term_tables import team_members

Pair = frozenset[str]


@dataclass(frozen=True)
class People:
    """The students of a course, as stored in the database."""

    students: Mapping[str, Student] = field(default_factory=dict)
    #: Ids of the students on the last roster.
    listed: frozenset[str] = frozenset()
    #: Merged student → the student as whom they count.
    heads: Mapping[str, str] = field(default_factory=dict)
    #: Pairs that were decided to be different people.
    apart: frozenset[Pair] = frozenset()
    #: Undecided pairs (student, other) that may be one person.
    doubts: tuple[tuple[str, str], ...] = ()
    #: Identifiers (kind, key, student) that are known only from a name.
    weak: frozenset[tuple[str, str, str]] = frozenset()
    #: Group → ids of its members, from the last roster with groups.
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def head(self, student: str) -> str:
        """Return the id under which a student counts."""
        return self.heads.get(student, student)

    @property
    def known_class(self) -> frozenset[str]:
        """Return the ids of all on the last roster, or of everyone; merged ones count once."""
        return frozenset(map(self.head, self.listed or self.students))


def read_people(connection: sa.Connection, course: str) -> People:
    """Return the students of a course, with every identifier by which they were ever known."""
    also, weak = _identifiers(connection, course)
    known: dict[str, Student] = {}
    listed = set()
    query = sa.select(students).where(students.c.course == course).order_by(students.c.id)
    for row in connection.execute(query):
        pairs = tuple(pair for pair in also.get(row.id, ()) if pair not in row.ids.items())
        known[row.id] = Student(row.id, row.name, row.email, row.section, row.ids, pairs)
        if row.listed:
            listed.add(row.id)
    heads, apart = _decided(connection, course)
    return People(
        known,
        frozenset(listed),
        heads,
        apart,
        _undecided(connection, course, heads, apart),
        weak,
        read_teams(connection, course),
    )


def read_teams(connection: sa.Connection, course: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of each group's members, as they are stored."""
    table = team_members.c
    query = (
        sa.select(table.team, table.student)
        .where(table.course == course)
        .order_by(table.team, table.student)
    )
    found: dict[str, tuple[str, ...]] = {}
    for team, student in connection.execute(query):
        found[team] = (*found.get(team, ()), student)
    return found


def heads_of(connection: sa.Connection, course: str) -> dict[str, str]:
    """Return merged student → the student as whom they count."""
    return _decided(connection, course)[0]


def members_of(connection: sa.Connection, course: str, student: str) -> list[str]:
    """Return the ids of all who count as a student, the student's own first."""
    heads = heads_of(connection, course)
    return [student, *sorted(id for id, head in heads.items() if head == student)]


def _identifiers(
    connection: sa.Connection, course: str
) -> tuple[dict[str, list[tuple[str, str]]], frozenset[tuple[str, str, str]]]:
    """Return (kind, value) pairs by student, and those that are known only from a name.

    A pair known only from a name is left out if an id proves the same pair.
    """
    table = identifiers.c
    query = (
        sa.select(table.kind, table.value, table.student, table.sure)
        .where(table.course == course)
        .order_by(table.student, table.kind, table.value)
    )
    rows = [tuple(row) for row in connection.execute(query)]
    proved = {(kind, key_of(value)) for kind, value, _, sure in rows if sure}
    pairs: dict[str, list[tuple[str, str]]] = {}
    weak = set()
    for kind, value, student, sure in rows:
        if not sure and (kind, key_of(value)) in proved:
            continue
        pairs.setdefault(student, []).append((kind, value))
        if not sure:
            weak.add((kind, key_of(value), student))
    return pairs, frozenset(weak)


def _decided(connection: sa.Connection, course: str) -> tuple[dict[str, str], frozenset[Pair]]:
    """Return merged student → the student as whom they count, and the pairs kept apart."""
    parents, apart = _replayed(connection, course)
    return {student: _head(parents, student) for student in parents}, apart


def _head(parents: Mapping[str, str], student: str) -> str:
    while student in parents:
        student = parents[student]
    return student


def _replayed(connection: sa.Connection, course: str) -> tuple[dict[str, str], frozenset[Pair]]:
    """Return who was merged into whom, and the pairs kept apart, by replaying all decisions."""
    table = identity_decisions.c
    query = (
        sa.select(table.kind, table.student, table.other)
        .where(table.course == course)
        .order_by(table.id)
    )
    parents: dict[str, str] = {}
    apart: set[Pair] = set()
    for kind, student, other in connection.execute(query):
        pair = frozenset((student, other))
        if kind == "merge":
            apart.discard(pair)
            one, two = _head(parents, student), _head(parents, other)
            if one != two:
                parents[two] = one
        else:
            apart.add(pair)
            for one, two in ((student, other), (other, student)):
                if parents.get(one) == two:
                    del parents[one]
    return parents, frozenset(apart)


def _undecided(
    connection: sa.Connection, course: str, heads: Mapping[str, str], apart: frozenset[Pair]
) -> tuple[tuple[str, str], ...]:
    table = doubts.c
    query = (
        sa.select(table.student, table.other)
        .where(table.course == course)
        .order_by(table.student, table.other)
    )
    return tuple(
        (student, other)
        for student, other in connection.execute(query)
        if heads.get(student, student) != heads.get(other, other)
        and frozenset((student, other)) not in apart
    )


def read_decisions(connection: sa.Connection, course: str) -> list[dict[str, Any]]:
    """Return every merge and split with who made it, when and why, in order."""
    table = identity_decisions.c
    query = sa.select(identity_decisions).where(table.course == course).order_by(table.id)
    names = ("kind", "student", "other", "reason", "author", "made_at")
    return [{name: row[name] for name in names} for row in connection.execute(query).mappings()]


def write_decisions(
    connection: sa.Connection,
    course: str,
    kind: str,
    pairs: Iterable[tuple[str, str]],
    *,
    reason: str,
    author: str,
) -> None:
    """Record that pairs of students are one person (`merge`) or two (`split`)."""
    for student, other in pairs:
        row = {"course": course, "kind": kind, "student": student, "other": other}
        row |= {"reason": reason, "author": author, "made_at": now()}
        connection.execute(sa.insert(identity_decisions), row)


def merge(gradebook: Gradebook, student: str, other: str, *, reason: str, author: str) -> bool:
    """Make `other` count as `student`; return False if they are one person already."""
    with gradebook.writing() as connection:
        heads = heads_of(connection, gradebook.course)
        if heads.get(student, student) == heads.get(other, other):
            return False
        pairs = [(student, other)]
        write_decisions(connection, gradebook.course, "merge", pairs, reason=reason, author=author)
    return True


def split(gradebook: Gradebook, student: str, *, reason: str, author: str) -> list[str]:
    """Separate a student from those who are, or may be, the same person; return these.

    A student who counts as another leaves that other; a student as whom others count loses all of
    them. If nothing was merged, the doubts about the student are settled: these are other people.
    """
    with gradebook.writing() as connection:
        people = read_people(connection, gradebook.course)
        parents, _ = _replayed(connection, gradebook.course)
        if student in parents:
            partners = {parents[student]}
        else:
            partners = {child for child, parent in parents.items() if parent == student}
        if not partners:
            partners = {other for pair in people.doubts if student in pair for other in pair}
            partners.discard(student)
        pairs = [(student, other) for other in sorted(partners)]
        write_decisions(connection, gradebook.course, "split", pairs, reason=reason, author=author)
    return sorted(partners)


class KnownNames:
    """Index of the students of a course by each of their ids, logins, addresses and labels."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._heads: dict[str, set[str]] = {}
        for id, one in people.students.items():
            keys = {key_of(id), key_of(one.email), *(key_of(value) for _, value in one.values())}
            for key in keys - {""}:
                self._heads.setdefault(key, set()).add(people.head(id))

    def matching(self, name: str) -> list[str]:
        """Return the counted ids of all students known by this name; an exact id has priority."""
        found = self._heads.get(key_of(name), set())
        head = self._people.head(name)
        return [head] if head in found and name in self._people.students else sorted(found)


def with_ids_of_all(people: People) -> dict[str, Student]:
    """Return the students who count, each with the ids of all who were merged into them."""
    found = {id: one for id, one in people.students.items() if people.head(id) == id}
    for id, one in people.students.items():
        head = found[people.head(id)]
        if head is one:
            continue
        also = dict.fromkeys((*head.also, *one.values(), ("label", one.id)))
        found[head.id] = replace(
            head,
            name=head.name or one.name,
            email=head.email or one.email,
            section=head.section or one.section,
            ids={**one.ids, **head.ids},
            also=tuple(also),
        )
    return found
