"""Handle submissions whose process was killed from outside, and decide what caused the kill.

A right answer must not become a wrong one because the kernel was short of memory, and a file that
kills itself where a sandbox layer is missing must not stop the grading of a class. If a submission
is lost twice, a control program of the grader runs in its place: if that is killed too, the
machine is the cause. Only such losses can end a run.
"""

from __future__ import annotations

from collections.abc import Hashable

from .job import Call, Job

#: Number of different submissions lost in a row that ends a run.
IN_A_ROW = 3
#: Minimum and maximum seconds of the control, which runs twice as long as the lost submission.
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
    """Return the control for a submission killed after `lived` seconds, and its own seconds."""
    least, most = _SECONDS
    seconds = min(max(2 * lived, least), most)
    call = Call("control", "control", {"seconds": seconds}, 1)
    return Job(_SOURCE, "control.py", (call,)), seconds


def out_of_memory_kills() -> int:
    """Return the number of processes that the kernel ended for lack of memory; 0 if unknown."""
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
    """The different submissions lost in a row, with none graded in between."""

    def __init__(self) -> None:
        self._lost: set[Hashable] = set()

    def graded(self) -> None:
        """Reset the streak."""
        self._lost.clear()

    def lost(self, submission: Hashable) -> bool:
        """Count a lost submission; return True if the run must end."""
        self._lost.add(submission)
        return len(self._lost) >= IN_A_ROW
