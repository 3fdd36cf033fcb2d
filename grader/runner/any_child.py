"""Define the interface that a session uses of a child of any kind, and of the talk with it."""

from __future__ import annotations

from typing import Any, Protocol

from ..sandbox.ending import Ending


class Talk(Protocol):
    """Sends without waiting, and receives one frame at a time."""

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
    """A child owned by the code that took it; `close` kills it and closes every descriptor."""

    @property
    def inputs(self) -> int:
        """Return the descriptor of the file for large inputs, -1 if there is none."""
        ...

    def talk(self, answer_bytes: int) -> Talk:
        """Start the talk; the child's answers may have up to `answer_bytes` bytes."""
        ...

    def how_ended(self) -> Ending:
        """Return how the process ended, and who ended it; kill it if it is still running."""
        ...

    def printed(self, start: int, limit: int) -> tuple[bytes, bool]:
        """Return what the child printed from `start` on, and whether its output file was full."""
        ...

    def close(self) -> None: ...
