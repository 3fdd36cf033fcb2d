"""What a run of `grade` did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import Message
from .grades import NOT_STARTED


class Place(NamedTuple):
    """Whose a file is, for which exercise, and where it lies."""

    student: str
    exercise: str
    origin: str


@dataclass
class RunSummary:
    """What a run did."""

    #: States of the reports of all that was handed in, by exercise.
    states: dict[str, Counter[str]] = field(default_factory=dict)
    #: Graded now, of them by another's equal source, and graded before.
    graded: int = 0
    shared: int = 0
    before: int = 0
    #: Submissions whose report was made without layers of the sandbox, by these layers.
    without: Counter[str] = field(default_factory=Counter)
    #: Graded before without a layer, and graded again now.
    renewed: int = 0
    #: Submissions by exercise whose report was made under another key.
    other_key: Counter[str] = field(default_factory=Counter)
    #: (where, why): files that cannot be read, and failures of our own.
    unreadable: list[tuple[str, Message]] = field(default_factory=list)
    faults: list[tuple[str, Message]] = field(default_factory=list)
    #: Stubs that were not begun: not handed in.
    stubs: list[Place] = field(default_factory=list)

    def add(self, state: str, place: Place, missing_layers: str) -> None:
        """Note the state of the report on a file."""
        if missing_layers:
            self.without[missing_layers] += 1
        if state == NOT_STARTED:
            self.stubs.append(place)
        else:
            self.count(place.exercise, state)

    def count(self, exercise: str, state: str, number: int = 1) -> None:
        """Count `number` more reports."""
        self.states.setdefault(exercise, Counter())[state] += number
