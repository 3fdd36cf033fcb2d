"""Submissions that lost their process to a kill from outside, and what is to blame for it.

A right answer must not become a wrong one because the kernel was short of memory, nor may a
class be stalled by a file that knows how to kill itself where a layer of the sandbox is missing.
So a program of the grader's own runs where a submission was lost twice: if it is killed as well,
the machine is to blame, and only such losses can end a run.
"""

from __future__ import annotations

from collections.abc import Hashable

from .job import Call, Job

#: Different submissions, one after another, whose loss ends a run.
IN_A_ROW = 3
#: Seconds that the control runs: twice as long as what was lost, within these bounds.
_SECONDS = (0.5, 10.0)
_SOURCE = """
import time

def control(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return 0
"""


def control(lived: float) -> tuple[Job, float]:
    """The control for a submission that was killed after `lived` seconds, and its own seconds."""
    least, most = _SECONDS
    seconds = min(max(2 * lived, least), most)
    call = Call("control", "control", {"seconds": seconds}, 1)
    return Job(_SOURCE, "control.py", (call,)), seconds


def out_of_memory_kills() -> int:
    """How many processes the kernel has ended for lack of memory; 0 where it does not say."""
    try:
        with open("/proc/vmstat", encoding="ascii") as file:
            for line in file:
                name, _, count = line.partition(" ")
                if name == "oom_kill":
                    return int(count)
    except (OSError, ValueError):
        pass
    return 0


class Streak:
    """Different submissions that were lost one after another, with none graded between."""

    def __init__(self) -> None:
        self._lost: set[Hashable] = set()

    def graded(self) -> None:
        """Begin anew."""
        self._lost.clear()

    def lost(self, submission: Hashable) -> bool:
        """Count one; True if it is the last that a run bears."""
        self._lost.add(submission)
        return len(self._lost) >= IN_A_ROW
