"""Provide a pipe with which one thread interrupts another's wait."""

from __future__ import annotations

import os
from contextlib import suppress


class WakePipe:
    """Readable from `ring` until `clear`; a poll waits for `fileno` besides its own descriptors.

    Code that cannot wait for a descriptor checks `rung`.

    `ring` may be called from any thread and more than once; once closed, the pipe stays silent.
    """

    def __init__(self) -> None:
        self.rung = False
        self._read = self._write = -1
        if hasattr(os, "set_blocking"):  # Windows has it since Python 3.12
            self._read, self._write = os.pipe()
            os.set_blocking(self._read, False)
            os.set_blocking(self._write, False)

    def ring(self) -> None:
        """Make the pipe readable; a pipe that is full is readable already."""
        self.rung = True
        if self._write < 0:
            return
        with suppress(BlockingIOError):
            os.write(self._write, b"!")

    def clear(self) -> None:
        """Empty the pipe."""
        self.rung = False
        if self._read < 0:
            return
        with suppress(BlockingIOError):
            while os.read(self._read, 4096):
                pass

    def fileno(self) -> int:
        return self._read

    def close(self) -> None:
        """Close both ends, once."""
        if self._read >= 0:
            os.close(self._read)
            os.close(self._write)
            self._read = self._write = -1
