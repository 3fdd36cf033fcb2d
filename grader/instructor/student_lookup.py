"""Find a student by any id, login, e-mail address or name, or by a part of these."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from ..errors import Message, Messages, UsageError
from ..gradebook.connection import Gradebook
from ..gradebook.people import KnownNames, People, read_people, with_ids_of_all
from ..submissions.roster import Student, share_name

#: Maximum number of students named in a refusal.
NAMED = 12


class StudentLookup:
    """Lookup of a course's students by their ids and names."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._known = KnownNames(people)
        self._everyone = with_ids_of_all(people)

    def find(self, name: str) -> str:
        """Return the id of the one student whom `name` identifies.

        Whole ids are tried first, then whole names, then parts of both. Raises UsageError that
        lists all matching students, or similar ids if there is no match.
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
        hint = Message("show", "near", names=Messages(near)) if near else ""
        raise UsageError("show", "no_student", name=name, hint=hint)


def lookup_in(gradebook: Gradebook) -> StudentLookup:
    """Return a lookup of the students of a course. Raises GradebookError."""
    with gradebook.reading() as connection:
        return StudentLookup(read_people(connection, gradebook.course))


def known_student(gradebook: Gradebook, name: str) -> str:
    """Return the id under which a student counts. Raises UsageError that suggests similar ids."""
    return lookup_in(gradebook).find(name)


def stored_student(gradebook: Gradebook, name: str) -> str:
    """Return a student's id, also if merged. Raises UsageError that suggests similar ids.

    An exact id is returned as it is; any other name gives the id under which the student counts.
    """
    lookup = lookup_in(gradebook)
    return name if name in lookup.people.students else lookup.find(name)


def _part(name: str, one: Student) -> bool:
    """Return whether a name is part of an id or name, or its words in any order are in the name."""
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


def _joined(names: Iterable[str]) -> Messages:
    found = list(names)
    return Messages([*found[:NAMED], *([f"… ({len(found)})"] if len(found) > NAMED else [])])
