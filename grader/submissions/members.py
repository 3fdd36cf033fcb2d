"""Files inside a container, and what was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import Message


@dataclass(frozen=True)
class Caps:
    """How much a container may hold. Sizes are counted while reading, never believed."""

    #: Files and folders in it.
    members: int
    #: Bytes of its table of contents.
    directory: int
    #: Bytes of the archive itself, and of everything in it together.
    archive: int
    content: int
    #: Bytes that a compressed tar is unpacked to before anything in it can be read.
    unpacked: int


#: What an instructor downloads: a whole class.
BULK = Caps(
    members=100_000, directory=64 << 20, archive=16 << 30, content=16 << 30, unpacked=4 << 30
)
#: What one student hands in.
SINGLE = Caps(
    members=4_000, directory=1 << 20, archive=32 << 20, content=64 << 20, unpacked=64 << 20
)
#: A larger file that shrinks more than so many times is a bomb, not a submission.
MAX_RATIO = 200
RATIO_FROM = 1 << 20


@dataclass(frozen=True)
class Problem:
    """Something that was refused, and why."""

    where: str
    message: Message

    @property
    def sentence(self) -> Message:
        """Where and why, as one sentence."""
        return Message("containers", "at", where=self.where, why=self.message)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file with a checked name."""

    #: Parts joined by "/"; never absolute, never upwards.
    path: str
    size: int
    #: When the file was last changed, if the container says so: an order, not evidence.
    modified: float | None
    #: The container's way to read any of its members, and which of them this is: a class has
    #: thousands, so that none has a function of its own.
    reader: Callable[[Any, int], bytes] = field(compare=False, repr=False)
    key: Any = field(compare=False, repr=False)

    def read(self, limit: int) -> bytes:
        """Its bytes. Raises SubmissionError where there are more, or they cannot be read."""
        return self.reader(self.key, limit)


@dataclass
class Listing:
    """What a container holds, once its names have been checked."""

    members: list[Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, where: str, key: str, **values: object) -> None:
        """Note a problem: `key` is a sentence of containers.toml."""
        self.problems.append(Problem(where, Message("containers", key, **values)))
