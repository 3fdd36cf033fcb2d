"""Match the rows of a roster with the students of a course, by any id that is certain.

The result depends on the contents of the rows, not on their order. A student keeps the id under
which the course stores them; a name proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..submissions.roster import (
    CERTAIN,
    Roster,
    Student,
    contradicts,
    key_of,
    letters_of,
    may_be_called,
    name_keys,
)
from ..submissions.roster_file import teams_of
from .identity_index import Index, StudentChoice, renamed
from .people import People, with_ids_of_all


@dataclass(frozen=True)
class Identified:
    """A roster whose students have the ids under which the course stores them."""

    roster: Roster | None
    #: Ids of students who are new to the course, and of those on the last roster but not on this.
    new: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    #: (student, other): one person, because a row has ids of both.
    joined: tuple[tuple[str, str], ...] = ()
    #: (student, other): the row of `student` has an id of `other`, who is a different person.
    odd: tuple[tuple[str, str], ...] = ()


def identify(given: Roster | None, people: People) -> Identified:
    """Return the given roster with the ids of the course.

    Without one, the result has all students of the course as unlisted; its roster is None if the
    course has none.
    """
    if given is None:
        if not people.students:
            return Identified(None)
        others = tuple(people.students.values())
        roster = Roster((), others, people.heads, given=False, teams=people.teams)
        return Identified(roster)
    rows = given.students
    index = Index(people)
    ids = _clear_ids(rows)
    choices = [index.choose(row, ids[at]) for at, row in enumerate(rows)]
    owners, odd = _undisputed(rows, choices, people)
    joined = sorted(
        (choice.student, other) for choice in owners.values() for other in choice.joined
    )
    odd += [(choice.student, other) for choice in owners.values() for other in choice.odd]
    heads = _with_joined(people.heads, joined)
    new = _new_ids([row for at, row in enumerate(rows) if at not in owners], people)
    students: dict[str, Student] = {}
    for at in sorted(range(len(rows)), key=lambda at: _canonical(rows[at])):
        row = rows[at]
        if at in owners:
            known = people.students[owners[at].student]
            student = _updated(known, row, index.free(ids[at], known.id))
        else:
            own = index.free(ids[at])
            student = Student(new[row.id], row.name, row.email, row.section, own)
        students[student.id] = _both(students.get(student.id), student)
    order = [owners[at].student if at in owners else new[row.id] for at, row in enumerate(rows)]
    proved = {
        (kind, key_of(value)): one.id
        for one in students.values()
        for kind, value in one.ids.items()
    }
    listed = tuple(_corrected(students[id], people, proved) for id in dict.fromkeys(order))
    others = tuple(
        _corrected(one, people, proved) for id, one in people.students.items() if id not in students
    )
    teams = teams_of(zip(rows, order, strict=True)) or people.teams
    roster = Roster(listed, others, heads, teams=teams)
    present = {roster.head(student.id) for student in listed}
    gone = {head for head in map(roster.head, people.listed) if head not in present}
    return Identified(
        roster, frozenset(new.values()), frozenset(gone), tuple(joined), tuple(sorted(set(odd)))
    )


def doubtful(
    roster: Roster | None, people: People, handed: Iterable[Student]
) -> list[tuple[str, str]]:
    """Return pairs (student, other) that may be one person, because they have the same name.

    `student` is on the roster or has handed in; `other` is known to the course. With a roster,
    `other` is not listed on it; without one, `student` is new to the course.
    """
    if roster is None or not people.students:
        return []
    listed = {roster.head(student.id) for student in roster.students}
    by_name: dict[str, set[str]] = {}
    for id, one in with_ids_of_all(people).items():
        if roster.head(id) not in listed:
            for key in _names(one):
                by_name.setdefault(key, set()).add(id)
    here = {one.id: one for one in (*roster.students, *handed)}
    found = set()
    for id, one in here.items():
        if not roster.given and id in people.students:
            continue
        for other in {other for key in _names(one) for other in by_name.get(key, ())}:
            one_head, other_head = roster.head(id), roster.head(other)
            if one_head != other_head and frozenset((id, other)) not in people.apart:
                found.add((id, other))
    return sorted(found)


def _names(student: Student) -> set[str]:
    return name_keys(student.name) or {letters_of(student.id)} - {""}


def _clear_ids(rows: Sequence[Student]) -> list[dict[str, str]]:
    """Return the ids of each row without those that several rows have."""
    counts = Counter((kind, key_of(value)) for row in rows for kind, value in row.ids.items())
    return [
        {kind: value for kind, value in row.ids.items() if counts[kind, key_of(value)] == 1}
        for row in rows
    ]


def _undisputed(
    rows: Sequence[Student], choices: Sequence[StudentChoice | None], people: People
) -> tuple[dict[int, StudentChoice], list[tuple[str, str]]]:
    """Return the choice of each known row, and (row, student) for rows that lost to a surer one."""
    chosen = [(at, choice) for at, choice in enumerate(choices) if choice]
    kept: dict[int, StudentChoice] = {}
    lost: list[tuple[str, str]] = []
    found: dict[str, list[Student]] = {}
    known = [(choice.rank, _canonical(rows[at]), at, choice) for at, choice in chosen]
    for _, _, at, choice in sorted(known, key=lambda entry: entry[:2]):
        row = rows[at]
        same = found.setdefault(choice.student, [])
        known_as = [people.students[choice.student], *same] if same else []
        if any(contradicts(one, row.ids) for one in known_as) or not all(
            may_be_called(one.name, row.name) for one in same
        ):
            lost.append((row.id, choice.student))
        else:  # several rows that agree may describe the same student
            kept[at] = choice
            same.append(row)
    taken = {choice.student for choice in kept.values()}
    for at, _ in chosen:  # an earlier run may have stored the row as a separate student
        if at not in kept and (id := _stored(rows[at], people)) not in taken | {""}:
            kept[at] = StudentChoice(id, len(CERTAIN))
    return kept, lost


def _stored(row: Student, people: People) -> str:
    """Return the id under which an earlier run stored a row that lost its student; else empty."""
    if (other := renamed(row)) in people.students:
        return other
    known = people.students.get(row.id)
    if known is None or contradicts(known, row.ids) or not may_be_called(known.name, row.name):
        return ""
    return row.id


def _with_joined(heads: Mapping[str, str], joined: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the mapping of who counts as whom after merging the `joined` pairs too."""
    result = dict(heads)
    for student, other in joined:
        one, two = result.get(student, student), result.get(other, other)
        if one != two:
            result = {id: one if head == two else head for id, head in result.items()} | {two: one}
    return result


def _new_ids(rows: Sequence[Student], people: People) -> dict[str, str]:
    """Return the id in the course for each new row, by the row's own id."""
    known = {key_of(id) for id in people.students}
    return {row.id: renamed(row) if key_of(row.id) in known else row.id for row in rows}


def _canonical(row: Student) -> tuple[str, list[tuple[str, str]]]:
    return row.id, sorted(row.ids.items())


def _updated(known: Student, row: Student, ids: Mapping[str, str]) -> Student:
    """Return a known student with the data of a row; empty fields of the row change nothing."""
    also = dict.fromkeys((*known.also, *known.ids.items()))
    return Student(
        known.id,
        row.name or known.name,
        row.email or known.email,
        row.section or known.section,
        {**known.ids, **ids},
        tuple(also),
    )


def _corrected(student: Student, people: People, proved: Mapping[tuple[str, str], str]) -> Student:
    """Return a student without those ids from a name that a row proves to be another's."""
    also = tuple(
        (kind, value)
        for kind, value in student.also
        if (kind, key_of(value), student.id) not in people.weak
        or proved.get((kind, key_of(value)), student.id) == student.id
    )
    return student if also == student.also else replace(student, also=also)


def _both(one: Student | None, two: Student) -> Student:
    if one is None:
        return two
    also = dict.fromkeys((*one.also, *two.also, *two.ids.items()))
    return Student(one.id, one.name, one.email, one.section, one.ids, tuple(also))
