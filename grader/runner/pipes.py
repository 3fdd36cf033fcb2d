"""Serve both streams of a process with threads, because some systems cannot poll pipes."""

from __future__ import annotations

import io
from contextlib import suppress
from queue import Empty, Queue, SimpleQueue
from threading import Thread

_CHUNK = 1 << 16
#: Maximum number of queued chunks (16 MiB), so that a flood of output cannot fill memory.
_WAITING = 256

#: Seconds to wait for a thread to end; longer only if another process has the pipe's other end.
_JOIN_SECONDS = 0.2


class Pipes:
    """Sends and receives bytes, never waiting longer than the given time.

    Each thread closes its stream when it ends, at the latest when no process has the other end
    open any more.
    """

    def __init__(self, requests: io.FileIO, answers: io.FileIO) -> None:
        self._to_send: SimpleQueue[bytes | None] = SimpleQueue()
        self._received: Queue[bytes] = Queue(_WAITING)
        self._closed = False
        self._threads = [
            Thread(target=self._write, args=(requests,), daemon=True),
            Thread(target=self._read, args=(answers,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Queue `data` for writing; it is dropped if there is no reader any more."""
        self._to_send.put(data)

    def receive(self, seconds: float) -> bytes | None:
        """Return the bytes received, b"" at the end of the stream, None if `seconds` pass."""
        try:
            data = self._received.get(timeout=seconds) if seconds > 0 else self._received.get(False)
        except Empty:
            return None
        if not data:
            self._received.put(data)  # later calls also see the end of the stream
        return data

    def close(self) -> None:
        """End both threads; the process has already ended."""
        self._closed = True
        self._to_send.put(None)
        with suppress(Empty):
            while True:
                self._received.get_nowait()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)

    def _write(self, requests: io.FileIO) -> None:
        try:
            with requests:
                while (data := self._to_send.get()) is not None:
                    rest = memoryview(data)
                    while rest:
                        rest = rest[requests.write(rest) or 0 :]
        except OSError:  # the process has ended, which its other stream reports
            return

    def _read(self, answers: io.FileIO) -> None:
        try:
            with answers:
                while not self._closed and (data := answers.read(_CHUNK)):
                    self._received.put(data)
        except OSError:
            pass
        finally:
            if not self._closed:
                self._received.put(b"")
