"""Read single keys from a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Maximum seconds to wait at a time; on Windows no Ctrl-C ends the wait for another thread.
_SLICE_SECONDS = 0.2 if sys.platform == "win32" else None
#: What a Windows console puts before the code of a key that is no character.
_NO_CHARACTER = "\0\xe0"


@contextmanager
def single_keys() -> Iterator[int | None]:
    """Yield the descriptor keys come from, or None where standard input is no terminal."""
    both = sys.stdin.isatty() and sys.stdout.isatty()
    if not both or os.environ.get("TERM") == "dumb":
        yield None
        return
    terminal = sys.stdin.fileno()
    try:
        import termios
        import tty
    except ImportError:
        yield terminal if _console() else None
        return
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield terminal
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def read_key(terminal: int) -> str:
    """Wait for one character; return "" for a key that is none, such as an arrow.

    Raises EOFError at the end of input, and KeyboardInterrupt on a Ctrl-C that comes as a key.
    """
    console = _console()
    character = _character(terminal) if console is None else _of_console(console)
    if character == "\x03":
        raise KeyboardInterrupt
    return character


def _character(terminal: int) -> str:
    byte = os.read(terminal, 1)
    if not byte:
        raise EOFError
    if byte == b"\x1b":
        import select

        while select.select([terminal], [], [], 0.01)[0]:
            os.read(terminal, 16)
        return ""
    length = 1 if byte[0] < 0x80 else 2 if byte[0] < 0xE0 else 3 if byte[0] < 0xF0 else 4
    while len(byte) < length:
        byte += os.read(terminal, length - len(byte))
    return byte.decode("utf-8", "replace")


def _console() -> object | None:
    """Return the module for a Windows console, None on other systems."""
    try:
        import msvcrt
    except ImportError:
        return None
    return msvcrt


def _of_console(console: object) -> str:
    getwch = getattr(console, "getwch")  # noqa: B009  (only Windows' own types know it)
    character: str = getwch()
    if character in _NO_CHARACTER:
        getwch()
        return ""
    return "" if character == "\x1b" else character


class Inbox:
    """Waits for keys and for words from other threads at once."""

    def __init__(self, terminal: int | None) -> None:
        """Keys come from `terminal`, if that is not None."""
        self._words: queue.SimpleQueue[object] = queue.SimpleQueue()
        if terminal is not None:
            threading.Thread(target=self._listen, args=(terminal,), daemon=True).start()

    def put(self, word: object) -> None:
        """Say something from another thread."""
        self._words.put(word)

    def get(self) -> object:
        """Return a key as a one-letter string, or what was put, whichever comes first."""
        while True:
            try:
                return self._words.get(timeout=_SLICE_SECONDS)
            except queue.Empty:
                continue

    def _listen(self, terminal: int) -> None:
        """Put each key; the end of input, and a Ctrl-C that comes as a key, are a `q`."""
        try:
            while True:
                self._words.put(read_key(terminal).lower())
        except (EOFError, OSError, KeyboardInterrupt):
            self._words.put("q")
