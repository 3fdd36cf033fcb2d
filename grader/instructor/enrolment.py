"""Compare the class of a run with the course's, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from shlex import quote

from ..errors import Messages, NoGradebook, UsageError
from ..gradebook.connection import Gradebook, open_gradebook
from ..gradebook.enrol import enrol, newcomers
from ..gradebook.identity import Identified, doubtful, identify
from ..gradebook.people import People, read_people
from ..gradebook.queries import exercises_of
from ..i18n.texts import say
from ..submissions.collection import Collection
from ..submissions.roster import Roster, Student
from ..terminal.layout import clean

#: Share of the class, and number of students, that may be new or gone: if more than the share and
#: at least the number are, it may be another class, or the same one under other ids.
SHARE = 0.05
LEAST = 3
#: Maximum number of names shown in a refusal.
SHOWN = 5


@dataclass(frozen=True)
class Enrolment:
    """The class of a run compared with the students of the course."""

    people: People
    identified: Identified
    #: Undecided pairs (student, other) with the same name, of whom one is in this run.
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def clear(self) -> bool:
        """Return whether nothing is left for a person to decide."""
        return not self.doubts and not self.identified.odd

    def checked(self, collection: Collection, *, yes: bool) -> Enrolment:
        """Return the comparison with the doubts that the files add.

        Raises UsageError, unless `yes`, if the class seems to be another one.
        """
        roster = self.identified.roster
        handed = list(collection.everyone())
        found = doubtful(roster, self.people, handed)
        if not yes:
            new = newcomers(self.identified, collection, self.people.students)
            _check_class(self.people, new, self.identified.gone)
        listed: Iterable[Student] = roster.students if roster else ()
        here = {student.id for student in (*listed, *handed)}
        undecided = [pair for pair in self.people.doubts if here & set(pair)]
        return Enrolment(self.people, self.identified, _each_once([*undecided, *found]))

    def write(self, gradebook: Gradebook, collection: Collection, *, author: str) -> None:
        """Write the students. Raises GradebookError."""
        reason = say("grade", "joined_reason")
        enrol(gradebook, self.identified, collection, self.doubts, reason=reason, author=author)

    def lists(self) -> dict[str, list[str]]:
        """Return the entries to report, by key of grade.toml."""
        return {
            "gone": sorted(self.identified.gone),
            "joined": [f"{one} = {other}" for one, other in self.identified.joined],
            "odd": [f"{one} ≠ {other}" for one, other in self.identified.odd],
            "doubts": [f"{one} ~ {other}" for one, other in self.doubts],
        }


def begin(roster: Roster | None, place: str | None, course: str) -> Enrolment:
    """Return the students of a roster matched with those of the course. Raises GradebookError.

    A gradebook or course that does not exist yet has no students.
    """
    try:
        with (
            closing(open_gradebook(place, course=course)) as gradebook,
            gradebook.reading() as connection,
        ):
            people = read_people(connection, course)
    except NoGradebook:
        people = People()
    return Enrolment(people, identify(roster, people))


def outside(gradebook: Gradebook, collection: Collection) -> list[str]:
    """Return the hand-ins, as `student exercise`, that do not count in the course."""
    ids = set(exercises_of(gradebook))
    found = {
        (collection.head(item.student), item.exercise.id)
        for item in collection.handed
        if item.exercise.id not in ids
    }
    return [f"{student} {exercise}" for student, exercise in sorted(found)]


def decisions(doubts: tuple[tuple[str, str], ...], again: str) -> Iterator[str]:
    """Yield a line for each doubt with the commands that decide it."""
    for student, other in doubts:
        yield "  " + say(
            "show",
            "doubt",
            student=clean(student),
            other=clean(other),
            merge=f"learncnn gradebook students merge {quote(other)} {quote(student)}{again}",
            split=f"learncnn gradebook students split {quote(student)}{again}",
        )


def _each_once(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs in order, each once in whichever direction."""
    found: dict[frozenset[str], tuple[str, str]] = {}
    for pair in pairs:
        found.setdefault(frozenset(pair), pair)
    return tuple(sorted(found.values()))


def _check_class(people: People, new: set[str], gone: frozenset[str]) -> None:
    """Raise UsageError if much of the class is new or gone.

    A student whose ids changed is both new and gone, so the larger of the two numbers counts.
    """
    known = people.known_class
    changed = max(len(new), len(gone))
    if not known or changed < LEAST or changed <= SHARE * len(known):
        return
    raise UsageError(
        "grade",
        "another_class",
        known=len(known),
        new=len(new),
        new_names=_named(new),
        gone=len(gone),
        gone_names=_named(gone),
    )


def _named(ids: Iterable[str]) -> Messages:
    ordered = sorted(ids) or ["-"]
    return Messages([*ordered[:SHOWN], *(["…"] if len(ordered) > SHOWN else [])])
