"""Find the student that a person means: by any id, login, e-mail, name, or a part of these."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from ..errors import Message, UsageError
from ..gradebook.connection import Gradebook
from ..gradebook.people import KnownNames, People, read_people, with_ids_of_all
from ..submissions.roster import Student, share_name

#: Maximum number of students named in a refusal.
NAMED = 12


class StudentLookup:
    """Finds students of a course by what they are called."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._known = KnownNames(people)
        self._everyone = with_ids_of_all(people)

    def find(self, name: str) -> str:
        """Return the one student whom a name means; the whole of an id comes before a part of one.

        Raises UsageError that names all who are meant, or those who are near.
        """
        everyone = self._everyone
        found = self._known.matching(name)
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


def lookup_in(gradebook: Gradebook) -> StudentLookup:
    """Return what finds the students of a course. Raises GradebookError."""
    with gradebook.reading() as connection:
        return StudentLookup(read_people(connection, gradebook.course))


def known_student(gradebook: Gradebook, name: str) -> str:
    """Return the id as which a student counts. Raises UsageError that suggests near ones."""
    return lookup_in(gradebook).find(name)


def stored_student(gradebook: Gradebook, name: str) -> str:
    """Return the id of a student, merged or not. Raises UsageError that suggests near ones."""
    lookup = lookup_in(gradebook)
    return name if name in lookup.people.students else lookup.find(name)


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
