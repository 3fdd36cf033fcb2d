"""Represent one locked child: a socket, an output file, and a way to kill it."""

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
    """Close the given descriptors; -1 stands for none."""
    for descriptor in descriptors:
        if descriptor >= 0:
            os.close(descriptor)


@dataclass
class Child:
    """A child owned by the code that took it; `close` kills it and closes every descriptor."""

    pid: int
    channel: _socket.socket
    output: int
    #: Descriptor of the file for large inputs, -1 if there is none.
    inputs: int
    #: -1 on kernels without pidfds.
    pidfd: int
    #: Kills the process by its id, if its parent can do so without a race.
    kill_by_number: Callable[[int], object]
    #: Waits for the process and returns how it ended.
    ask_how: Callable[[int], Ending]
    #: Descriptor that becomes readable when the run must stop, -1 if there is none.
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
        """Send SIGINT, which a child ignores unless it is loading a source."""
        try:
            if self.pidfd >= 0:
                signal.pidfd_send_signal(self.pidfd, signal.SIGINT)  # type: ignore[attr-defined,unused-ignore]
        except ProcessLookupError:
            return

    def talk(self, answer_bytes: int) -> Conversation:
        """Start the talk; the child's answers may have up to `answer_bytes` bytes."""
        from .conversation import Conversation

        return Conversation(self, answer_bytes)

    def how_ended(self) -> Ending:
        """Return how the process ended (`exit 0`, `signal 11`), and who ended it.

        The text is for people and never evidence about answers. A running process is killed.
        """
        return self.ask_how(self.pid)

    def printed(self, start: int, limit: int) -> tuple[bytes, bool]:
        """Return what the child printed from `start` on, and whether its output file was full."""
        size = os.fstat(self.output).st_size
        return os.pread(self.output, limit, start), size >= limit

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.kill()
        self.channel.close()
        close(self.output, self.inputs, self.pidfd)
