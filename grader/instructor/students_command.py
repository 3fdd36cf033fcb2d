"""Implement `gradebook students` and `gradebook exercises`: merge students, choose exercises."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from ..course.catalog import load_catalog
from ..errors import Messages, UsageError
from ..gradebook import people as identity
from ..gradebook.connection import open_gradebook
from ..gradebook.course_decisions import write_course_decision
from ..gradebook.course_exercises import write_exercises
from ..gradebook.defaults import options
from ..gradebook.people import People, read_decisions, read_people, with_ids_of_all
from ..gradebook.queries import exercises_of, rubric_of
from ..i18n.texts import listed, say
from ..terminal.layout import clean
from .authors import login
from .enrolment import decisions
from .student_lookup import known_student, stored_student

if TYPE_CHECKING:
    from ..terminal.app import App


def run_students(app: App, place: str | None, course: str, *, as_json: bool) -> int:
    """Print the students of the course and the open doubts; return 1 if there are any."""
    with closing(open_gradebook(place, course=course)) as gradebook:
        with gradebook.reading() as connection:
            people = read_people(connection, course)
            made = read_decisions(connection, course)
        if as_json:
            app.out([json.dumps(_document(people, made), ensure_ascii=False, indent=1)])
        else:
            app.out(_lines(people))
            app.out(decisions(people.doubts, options(gradebook.place, course)))
    return 1 if people.doubts else 0


def run_merge(
    app: App,
    place: str | None,
    course: str,
    *,
    student: str,
    other: str,
    reason: str,
    author: str | None,
) -> int:
    """Make `other` count as `student`. Raises UsageError if they already are one."""
    with closing(open_gradebook(place, course=course)) as gradebook:
        one, two = known_student(gradebook, student), stored_student(gradebook, other)
        if not identity.merge(gradebook, one, two, reason=reason.strip(), author=login(author)):
            raise UsageError("show", "one_already", student=one, other=two)
        again = options(gradebook.place, course)
    app.out([say("show", "merged", student=one, other=two)])
    app.note(say("show", "merged_undo", command=f"students split {quote(two)}{again}"))
    return 0


def run_split(
    app: App, place: str | None, course: str, *, student: str, reason: str, author: str | None
) -> int:
    """Separate a student from those who are, or may be, the same person.

    Raises UsageError if there are none.
    """
    with closing(open_gradebook(place, course=course)) as gradebook:
        one = stored_student(gradebook, student)
        others = identity.split(gradebook, one, reason=reason.strip(), author=login(author))
    if not others:
        raise UsageError("show", "nothing_to_split", student=one)
    app.out([say("show", "split", student=one, others=listed(others))])
    return 0


def run_exercises(
    app: App,
    place: str | None,
    course: str,
    *,
    names: tuple[str, ...],
    kit: str | None,
    author: str | None,
) -> int:
    """Set which exercises count, by name or from a student kit, and print those that count.

    Raises UsageError if the rubric lists the exercises.
    """
    catalog = load_catalog()
    wanted = [catalog.resolve(name).id for name in names]
    if kit is not None:
        wanted += _in_kit(Path(kit))
    with closing(open_gradebook(place, course=course)) as gradebook:
        if wanted:
            with gradebook.writing() as connection:
                if in_rubric := rubric_of(connection, course).exercises_listed:
                    raise UsageError("show", "rubric_lists", names=Messages(in_rubric))
                write_exercises(connection, course, wanted)
                write_course_decision(
                    connection, course, "exercises", ",".join(wanted), author=login(author)
                )
        found = exercises_of(gradebook)
    app.out([", ".join(found) or "-"])
    return 0


def _in_kit(folder: Path) -> list[str]:
    """Return the exercises of a student kit. Raises UsageError if there are none."""
    found = [
        info.id
        for info in load_catalog().exercises.values()
        if any((folder / f"{info.folder}{suffix}").is_file() for suffix in (".py", ".ipynb"))
    ]
    if not found:
        raise UsageError("show", "no_kit", folder=folder)
    return found


def _lines(people: People) -> Iterator[str]:
    everyone = with_ids_of_all(people)
    if not everyone:
        yield say("show", "nobody")
    for id, one in sorted(everyone.items()):
        parts = [id, one.name if one.name != id else ""]
        parts += [f"{kind} {value}" for kind, value in one.ids.items() if value != id]
        merged = sorted(other for other, head in people.heads.items() if head == id)
        if merged:
            parts.append(say("show", "counts_for", names=listed(merged)))
        yield clean("  ".join(filter(None, parts)))


def _document(people: People, made: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    return {
        "students": [
            {
                "id": id,
                "name": one.name,
                "ids": dict(one.ids),
                "listed": id in set(map(people.head, people.listed)),
                "merged": sorted(other for other, head in people.heads.items() if head == id),
            }
            for id, one in sorted(with_ids_of_all(people).items())
        ],
        "doubts": [list(pair) for pair in people.doubts],
        "decisions": list(made),
    }
