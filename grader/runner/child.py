"""One locked child as the grader holds it: a socket, a file of prints, a way to kill it."""

from __future__ import annotations

import _socket
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

TYPE_CHECKING = False  # `typing` itself would be loaded before a check's worker is started
if TYPE_CHECKING:
    from ..sandbox.ending import Ending
    from .conversation import Conversation


def close(*descriptors: int) -> None:
    """Close those that there are; -1 is none."""
    for descriptor in descriptors:
        if descriptor >= 0:
            os.close(descriptor)


@dataclass
class Child:
    """Belongs to the code that took it; `close` kills it and gives back every descriptor."""

    pid: int
    channel: _socket.socket
    output: int
    #: A file for large inputs, -1 if it was given none.
    inputs: int
    #: -1 on kernels without pidfds.
    pidfd: int
    #: Kills the process by its number, where its parent can do so without a race.
    kill_by_number: Callable[[int], object]
    #: How the process ended; waits for it.
    ask_how: Callable[[int], Ending]
    #: A descriptor that becomes readable when the run is to be stopped, -1 if there is none.
    stop: int = -1
    closed: bool = False

    def kill(self) -> None:
        if self.pidfd < 0:
            self.kill_by_number(self.pid)
            return
        try:
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)  # type: ignore[attr-defined,unused-ignore]
        except ProcessLookupError:
            return

    def nudge(self) -> None:
        """Send SIGINT, which a child ignores unless it loads a source."""
        try:
            if self.pidfd >= 0:
                signal.pidfd_send_signal(self.pidfd, signal.SIGINT)  # type: ignore[attr-defined,unused-ignore]
        except ProcessLookupError:
            return

    def talk(self, answer_bytes: int) -> Conversation:
        """Begin to talk with it; its answers may have `answer_bytes`."""
        from .conversation import Conversation

        return Conversation(self, answer_bytes)

    def how_ended(self) -> Ending:
        """How the process ended: `exit 0`, `signal 11`, and who ended it.

        Words for a person, never evidence about answers. One that lives on is killed.
        """
        return self.ask_how(self.pid)

    def printed(self, start: int, limit: int) -> tuple[bytes, bool]:
        """What it printed from `start` on, and whether its file was full."""
        size = os.fstat(self.output).st_size
        return os.pread(self.output, limit, start), size >= limit

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.kill()
        self.channel.close()
        close(self.output, self.inputs, self.pidfd)
