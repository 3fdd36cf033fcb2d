"""What a session needs of a child, whichever kind it is, and of the talk with it."""

from __future__ import annotations

from typing import Any, Protocol

from ..sandbox.ending import Ending


class Talk(Protocol):
    """Sends without waiting, and hears one frame at a time."""

    def say(self, *messages: bytes) -> None:
        """Queue frames to be sent."""
        ...

    def hear(self, seconds: float, *, nudge: bool = False) -> tuple[dict[str, Any], bytes]:
        """Return the next frame. Raises Lost, and RunStopped if another thread stops the run."""
        ...

    def surplus(self) -> bool:
        """Return whether the child has said more than was taken."""
        ...


class AnyChild(Protocol):
    """Belongs to the code that took it; `close` kills it and gives back every descriptor."""

    @property
    def inputs(self) -> int:
        """A file for large inputs, -1 if it was given none."""
        ...

    def talk(self, answer_bytes: int) -> Talk:
        """Begin to talk with it; its answers may have `answer_bytes`."""
        ...

    def how_ended(self) -> Ending:
        """Return how the process ended, and who ended it; one that lives on is killed."""
        ...

    def printed(self, start: int, limit: int) -> tuple[bytes, bool]:
        """Return what it printed from `start` on, and whether its file was full."""
        ...

    def close(self) -> None: ...
