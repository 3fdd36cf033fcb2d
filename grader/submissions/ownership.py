"""Find the student that a container names as the owner of a file."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Ambiguous
from .exercise_names import stem_of
from .newcomers import newcomer
from .owners import Owned, Owner
from .roster import Roster, Student


@dataclass(frozen=True)
class Ownership:
    """The students of the roster and the course, and how containers call them."""

    roster: Roster | None
    #: Student → (kind, value) → whether an id proves the identity; filled by `remember`.
    called: dict[str, dict[tuple[str, str], bool]]

    def whose(self, item: Owned) -> tuple[Owner, Student, bool] | None:
        """Return owner, student, and whether listed; None without an owner. Raises Ambiguous.

        A file that no other student can have named belongs to the student of the roster in its
        name: `ex01_2023005.py`.
        """
        if item.student is not None and item.owner and self.roster:
            return item.owner, item.student, self.roster.lists(item.student)
        said = (item.owner, *self._student(item.owner)) if item.owner else None
        if said and (said[2] or not said[0].assumed):
            return said
        roster = self.roster
        student = roster.named_in(stem_of(item.path)) if roster else None
        return (Owner(student.id), student, True) if student else said

    def _student(self, owner: Owner) -> tuple[Student, bool]:
        roster = self.roster
        if roster and (student := self._known(owner)):
            return student, roster.lists(student)
        return newcomer(owner, roster), not (self.roster and self.roster.given)

    def _known(self, owner: Owner) -> Student | None:
        """Return the student of the roster or the course who is meant, if any. Raises Ambiguous."""
        roster = self.roster
        for label in filter(None, (owner.label, owner.otherwise)):
            if roster and (student := roster.match(label, owner.name, owner.ids)):
                return student
        return None

    def remember(self, owner: Owner, student: Student, item: Owned) -> None:
        """Store what a container calls a student, so that the next run recognises it."""
        roster = self.roster
        if item.owner is not owner:  # the owner comes from the file's own name
            return
        found = roster.find(owner.label, owner.name, owner.ids) if roster else None
        sure = found is None or found[1]
        called = self.called.setdefault(student.id, {})
        labels = {} if owner.ids or owner.assumed else {"label": owner.label}
        for pair in (owner.ids or labels).items():
            called[pair] = called.get(pair, False) or sure

    def is_listed(self, label: str) -> bool:
        """Return whether a name is a student's of the roster or the course, or several's."""
        try:
            return self._known(Owner(label)) is not None
        except Ambiguous:
            return True

    def is_called(self, name: str) -> bool:
        """Return whether a name is letter by letter a student's of the roster or the course."""
        try:
            student = self._known(Owner(name))
        except Ambiguous:
            return True
        if student is None:
            return False
        names = {student.id, student.name, *(value for _, value in student.values())}
        return name.casefold() in map(str.casefold, names)
