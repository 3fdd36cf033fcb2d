"""Single keys from a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def single_keys() -> Iterator[int | None]:
    """The descriptor keys come from, or None where standard input is no terminal."""
    try:
        import termios
        import tty
    except ImportError:  # no terminal of this kind on this system
        yield None
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield None
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield terminal
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


class Inbox:
    """Waits for keys and for words from other threads at once."""

    def __init__(self, terminal: int | None) -> None:
        self._terminal = terminal
        self._read, self._write = os.pipe()
        self._words: list[object] = []

    def put(self, word: object) -> None:
        """Say something from another thread."""
        self._words.append(word)
        os.write(self._write, b"\0")

    def get(self, seconds: float | None = None) -> object:
        """A key as a one-letter string, or what was put; None after `seconds` without either."""
        if self._words:
            return self._word()
        sources = [self._read] if self._terminal is None else [self._read, self._terminal]
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._read in ready:
            return self._word()
        if not ready:
            return None
        return os.read(ready[0], 64).decode("utf-8", "ignore")[:1].lower()

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._read)
        os.close(self._write)

    def _word(self) -> object:
        os.read(self._read, 1)
        return self._words.pop(0)
