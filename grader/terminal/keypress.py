"""Read single keys from a terminal, without waiting for Enter."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Maximum wait at a time, in seconds, because Ctrl-C does not interrupt a queue on Windows.
_SLICE_SECONDS = 0.2 if sys.platform == "win32" else None
#: Prefixes that a Windows console sends before the code of a key without a character.
_NO_CHARACTER = "\0\xe0"


@contextmanager
def single_keys() -> Iterator[int | None]:
    """Yield the descriptor to read keys from, or None if there is no usable terminal."""
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
    """Wait for a key and return its character, or "" for a key without one, such as an arrow.

    Raises EOFError at the end of input, and KeyboardInterrupt if Ctrl-C arrives as a key.
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
    """Return the module `msvcrt` on Windows, None on other systems."""
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
    """A queue that receives keys and messages from other threads."""

    def __init__(self, terminal: int | None) -> None:
        """Start a thread that reads keys from `terminal`, unless that is None."""
        self._words: queue.SimpleQueue[object] = queue.SimpleQueue()
        if terminal is not None:
            threading.Thread(target=self._listen, args=(terminal,), daemon=True).start()

    def put(self, word: object) -> None:
        """Add a message; may be called from any thread."""
        self._words.put(word)

    def get(self) -> object:
        """Wait for the next item and return it: a message, or a key as a lower-case character."""
        while True:
            try:
                return self._words.get(timeout=_SLICE_SECONDS)
            except queue.Empty:
                continue

    def _listen(self, terminal: int) -> None:
        """Add each key; add `q` at the end of input and for a Ctrl-C that arrives as a key."""
        try:
            while True:
                self._words.put(read_key(terminal).lower())
        except (EOFError, OSError, KeyboardInterrupt):
            self._words.put("q")
