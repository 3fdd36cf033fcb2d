"""Find the student that a person means: by any id, login, e-mail, name, or a part of these."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from ..errors import Message, UsageError
from ..gradebook.connection import Gradebook
from ..gradebook.people import People, matching_ids, read_people, with_ids_of_all
from ..submissions.roster import Student, share_name

#: Maximum number of students named in a refusal.
NAMED = 12


def read_course(gradebook: Gradebook) -> People:
    """Return everyone in the course. Raises GradebookError."""
    with gradebook.reading() as connection:
        return read_people(connection, gradebook.course)


def known_student(gradebook: Gradebook, name: str) -> str:
    """Return the id as which a student counts. Raises UsageError that suggests near ones."""
    return student_in(read_course(gradebook), name)


def stored_student(gradebook: Gradebook, name: str) -> str:
    """Return the id of a student, merged or not. Raises UsageError that suggests near ones."""
    people = read_course(gradebook)
    return name if name in people.students else student_in(people, name)


def student_in(people: People, name: str) -> str:
    """Return the one student whom a name means; the whole of an id comes before a part of one.

    Raises UsageError that names all who are meant, or those who are near.
    """
    everyone = with_ids_of_all(people)
    found = matching_ids(people, name)
    found = found or [id for id, one in everyone.items() if share_name(one.name, name)]
    found = found or sorted(id for id, one in everyone.items() if _part(name, one))
    if len(found) == 1:
        return found[0]
    if found:
        listed = [_named(everyone[id]) for id in found]
        raise UsageError("show", "several_students", name=name, names=_joined(listed))
    near = difflib.get_close_matches(name, everyone, n=3)
    hint = Message("show", "near", names=", ".join(near)) if near else ""
    raise UsageError("show", "no_student", name=name, hint=hint)


def _part(name: str, one: Student) -> bool:
    """Return whether a name, or its words in any order, are parts of what a student is called."""
    wanted = _plain(name)
    called = [one.id, one.name, one.email, *(value for _, value in one.values())]
    if any(wanted in _plain(text) for text in called):
        return True
    words = wanted.replace(",", " ").split()
    return len(words) > 1 and all(word in _plain(one.name) for word in words)


def _plain(text: str) -> str:
    """Return text without case and accents."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).strip()


def _named(one: Student) -> str:
    return f"{one.id} ({one.name})" if one.name and one.name != one.id else one.id


def _joined(names: Iterable[str]) -> str:
    listed = list(names)
    more = f", … ({len(listed)})" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
