"""Implement the worker's end of the stream to the grader."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from . import output
from .layers import libc
from .protocol import frames

#: Maximum bytes of a frame from the grader, which is trusted: this only catches a broken stream.
_INPUT_BYTES = 1 << 30
_CHUNK = 1 << 18


class Channel:
    """The stream to the grader, with plain reads and writes (the filter refuses socket calls)."""

    def __init__(
        self, read: Callable[[int], bytes], write: Callable[[Any], int], inputs: int = -1
    ) -> None:
        self._read = read
        self._write = write
        self._inputs = inputs
        self._apart = memoryview(b"")
        self._reader = frames.FrameReader(_INPUT_BYTES)

    def take_inputs(self, size: int = 0) -> None:
        """Map `size` bytes of frames from the file of inputs to be received next, and close it."""
        if size:
            self._apart = libc.mapped(self._inputs, size)
        if self._inputs >= 0:
            os.close(self._inputs)
            self._inputs = -1

    def receive(self) -> tuple[dict[str, Any], bytes | memoryview]:
        """Return the grader's next frame. Raises EOFError at the end of the stream."""
        if self._apart:
            header, payload, self._apart = frames.cut(self._apart)
            return header, payload
        while (taken := self._reader.take()) is None:
            data = self._read(_CHUNK)
            if not data:
                raise EOFError
            self._reader.feed(data)
        return taken

    def send(self, data: bytes) -> None:
        """Send all of `data`, after flushing printed output."""
        output.flush()
        view = memoryview(data)
        while view:
            view = view[self._write(view) :]


def over(fd: int, inputs: int = -1) -> Channel:
    """Return the channel over a descriptor, with the file for large inputs if there is one."""
    return Channel(lambda size: os.read(fd, size), lambda data: os.write(fd, data), inputs)
