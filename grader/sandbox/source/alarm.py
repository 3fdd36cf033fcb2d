"""Interrupt student code that takes too long while its source is loaded.

The sandbox refuses timers and threads, so the grader sends SIGINT every quarter of a second while a
source is loaded. Its handler is installed once, before children are forked, because installing it
makes a child copy 30 pages.
"""

from __future__ import annotations

import signal
from types import FrameType

from ..layers.clocks import monotonic, process_time

#: Wall-clock limit as a multiple of the limit on processor time, for busy machines and sleeping.
WALL_FACTOR = 3.0
_NEVER = float("inf"), float("inf")
#: When the time limit ends, in processor time and by the wall clock.
_over = _NEVER


class Overdue(BaseException):
    """Raised in the student's code when its loading time is over."""


def listen() -> None:
    """Handle SIGINT from now on; without a time limit it is ignored."""
    signal.signal(signal.SIGINT, _ring)


def limit(seconds: float) -> None:
    """Start the time limit of `seconds` of processor time."""
    global _over
    _over = process_time() + seconds, monotonic() + WALL_FACTOR * seconds


def lift() -> None:
    """End the time limit."""
    global _over
    _over = _NEVER


def _ring(number: int, frame: FrameType | None) -> None:
    if process_time() > _over[0] or monotonic() > _over[1]:
        raise Overdue
