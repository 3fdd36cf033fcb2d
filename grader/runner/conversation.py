"""Talk with one hostile child: bounded frames, a deadline for each message.

`sandbox.frames` splits bytes into frames; this module waits for them, within time limits.
"""

from __future__ import annotations

import select
import time
from collections import deque
from typing import Any

from ..errors import Lost, RunStopped
from ..sandbox.protocol.frames import FrameError, FrameReader
from .child import Child

#: Seconds between two SIGINTs to a child that is loading a source.
NUDGE_SECONDS = 0.25
_CHUNK = 1 << 18
_HUNG = select.POLLHUP | select.POLLERR | select.POLLNVAL


class Conversation:
    """Sends without blocking and receives one frame at a time."""

    def __init__(self, child: Child, answer_bytes: int) -> None:
        self._child = child
        self._socket = child.channel
        self._reader = FrameReader(answer_bytes)
        self._unsent: deque[memoryview] = deque()
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        if child.pidfd >= 0:
            self._poll.register(child.pidfd, select.POLLIN)
        if child.stop >= 0:
            self._poll.register(child.stop, select.POLLIN)

    def say(self, *messages: bytes) -> None:
        """Queue frames, and send as much as the socket accepts now."""
        self._unsent.extend(memoryview(message) for message in messages)
        self._send()

    def hear(self, seconds: float, *, nudge: bool = False) -> tuple[dict[str, Any], bytes]:
        """Return the next frame. Raises Lost, and RunStopped if another thread stops the run.

        The time limit applies to the whole message, not to each byte. With `nudge`, the child is
        sent a SIGINT at intervals, so that it notices a statement that takes too long.
        """
        deadline = time.monotonic() + seconds
        next_nudge = time.monotonic() + NUDGE_SECONDS if nudge else deadline
        while True:
            try:
                taken = self._reader.take()
            except FrameError as error:
                raise Lost("protocol", str(error)) from None
            if taken is not None:
                return taken
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost("timeout")
            if nudge and time.monotonic() >= next_nudge:
                self._child.nudge()
                next_nudge += NUDGE_SECONDS
            self._wait(max(0.0, min(left, next_nudge - time.monotonic())))

    def surplus(self) -> bool:
        """Return whether the child has sent more than was received."""
        if self._reader.pending:
            return True
        try:
            return bool(self._socket.recv(1))
        except OSError:
            return False

    def _wait(self, seconds: float) -> None:
        """Move bytes either way, once."""
        events = dict(self._poll.poll(seconds * 1000 + 1))
        if self._child.stop in events:
            raise RunStopped
        mine = events.get(self._socket.fileno(), 0)
        if mine & select.POLLOUT:
            self._send()
        if mine & (select.POLLIN | _HUNG):
            self._receive()
        elif self._child.pidfd in events:
            # The process has ended and left nothing to read, though the socket may still be open.
            raise Lost("crashed")

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionResetError:
            # The process ended with unread calls. The kernel reports this once, before the
            # answers sent until then, so read again.
            return
        except OSError:
            data = b""
        if not data:
            raise Lost("crashed")
        self._reader.feed(data)

    def _send(self) -> None:
        while self._unsent:
            try:
                sent = self._socket.send(self._unsent[0])
            except (BlockingIOError, InterruptedError):
                break
            except OSError:  # the child closed its end, which the next read reports
                self._unsent.clear()
                break
            if sent < len(self._unsent[0]):
                self._unsent[0] = self._unsent[0][sent:]
            else:
                self._unsent.popleft()
        mask = select.POLLIN | (select.POLLOUT if self._unsent else 0)
        self._poll.modify(self._socket, mask)
