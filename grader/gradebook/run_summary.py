"""Count what a run of `grade` did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import Message
from .grades import NOT_STARTED


class Place(NamedTuple):
    """A file's student, exercise and path in the download."""

    student: str
    exercise: str
    origin: str


@dataclass
class RunSummary:
    """The counts of a run, and the files that could not be graded."""

    #: States of the reports on all hand-ins, by exercise.
    states: dict[str, Counter[str]] = field(default_factory=dict)
    #: Numbers of hand-ins graded now, of those with a shared report, and of those graded before.
    graded: int = 0
    shared: int = 0
    before: int = 0
    #: Number of submissions whose report was made without sandbox layers, by these layers.
    without: Counter[str] = field(default_factory=Counter)
    #: Number of submissions graded before without a layer, and again now.
    renewed: int = 0
    #: Number of submissions whose report was made under another key, by exercise.
    other_key: Counter[str] = field(default_factory=Counter)
    #: (origin, reason) of files that cannot be read, and of failures of the grader.
    unreadable: list[tuple[str, Message]] = field(default_factory=list)
    faults: list[tuple[str, Message]] = field(default_factory=list)
    #: Stubs that were not begun, which do not count as handed in.
    stubs: list[Place] = field(default_factory=list)

    def add(self, state: str, place: Place, missing_layers: str) -> None:
        """Count the report on a file by its state."""
        if missing_layers:
            self.without[missing_layers] += 1
        if state == NOT_STARTED:
            self.stubs.append(place)
        else:
            self.count(place.exercise, state)

    def count(self, exercise: str, state: str, number: int = 1) -> None:
        """Count `number` more reports of a state."""
        self.states.setdefault(exercise, Counter())[state] += number
