"""Show progress on standard error: count, speed, remaining time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from ..i18n.texts import say

#: Seconds between updates on a terminal, and between lines in a log.
_DRAW_SECONDS = 0.1
_LINE_SECONDS = 10.0
_BAR = 24


class ProgressBar:
    """A bar on a terminal, occasional lines elsewhere; `quiet` shows nothing."""

    def __init__(
        self,
        total: int,
        *,
        stream: TextIO | None = None,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        #: Returns additional text to show, such as the number of machines.
        self.detail: Callable[[], str] | None = None
        self._total = total
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._quiet = quiet
        self._clock = clock
        self._started = clock()
        self._shown = self._started
        self._drawn = False

    def update(self, done: int) -> None:
        """Redraw the bar after `done` submissions."""
        self.done = done
        now = self._clock()
        if not self._quiet and now - self._shown >= (
            _DRAW_SECONDS if self._terminal else _LINE_SECONDS
        ):
            self._shown = now
            self._show(now)

    def finish(self) -> None:
        """Clear the bar, so that the next output starts on a new line."""
        if self._drawn and self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    @property
    def seconds(self) -> float:
        """Return the seconds since the start."""
        return self._clock() - self._started

    def _show(self, now: float) -> None:
        elapsed = max(now - self._started, 1e-9)
        rate = self.done / elapsed
        left = duration((self._total - self.done) / rate) if rate else "…"
        text = say(
            "batch",
            "progress",
            done=self.done,
            total=self._total,
            rate=f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}",
            left=left,
        )
        if self.detail is not None:
            text = f"{text} · {self.detail()}"
        if self._terminal:
            filled = _BAR * self.done // max(self._total, 1)
            bar = "#" * filled + "-" * (_BAR - filled)
            self._stream.write(f"\r[{bar}] {text}\x1b[K")
            self._drawn = True
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """Return a duration as text: `7 s`, `3:05 min`, `2:10 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"
