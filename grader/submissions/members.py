"""Represent the files inside a container, and the refused ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import Message


@dataclass(frozen=True)
class Caps:
    """The limits of a container. Sizes are counted while reading; stated sizes are not trusted."""

    #: Files and folders in it.
    members: int
    #: Bytes of its table of contents.
    directory: int
    #: Bytes of the archive itself, and of everything in it together.
    archive: int
    content: int
    #: Maximum size of an uncompressed tar, in bytes, before its members are read.
    unpacked: int


#: Limits of an instructor's download of a whole class, of up to 10 000 students and 24 exercises.
BULK = Caps(
    members=300_000, directory=64 << 20, archive=16 << 30, content=16 << 30, unpacked=4 << 30
)
#: Limits of one student's archive.
SINGLE = Caps(
    members=4_000, directory=1 << 20, archive=32 << 20, content=64 << 20, unpacked=64 << 20
)
#: Maximum compression ratio of a large file; above it, the file is a zip bomb.
MAX_RATIO = 200
RATIO_FROM = 1 << 20


@dataclass(frozen=True)
class Problem:
    """A refused file, and why it was refused."""

    where: str
    message: Message

    @property
    def sentence(self) -> Message:
        """Return where and why, as one sentence."""
        return Message("containers", "at", where=self.where, why=self.message)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file with a checked name."""

    #: Path with parts joined by "/", never absolute and without "..".
    path: str
    size: int
    #: When the file was last changed, if the container states it; for the order, not as evidence.
    modified: float | None
    #: The container's function that reads any of its members, and the key of this one: a class has
    #: thousands of members, so they share one function.
    reader: Callable[[Any, int], bytes] = field(compare=False, repr=False)
    key: Any = field(compare=False, repr=False)

    def read(self, limit: int) -> bytes:
        """Return its bytes. Raises SubmissionError if there are more, or they cannot be read."""
        return self.reader(self.key, limit)


@dataclass
class Listing:
    """The members of a container after their names have been checked."""

    members: list[Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, where: str, key: str, **values: object) -> None:
        """Add a problem; `key` is a sentence of containers.toml."""
        self.problems.append(Problem(where, Message("containers", key, **values)))
