"""Order a student's hand-ins from what is known about each.

The LMS's time comes first, then the date of the entry in the archive that the instructor named. A
hand-in without either is placed by the run that first saw it: after everything that was known of
the student by then, and before what came to be known later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Earliest accepted date (1990-01-01, in seconds since 1970): archives without a clock write 1970,
#: 1980 or 1985.
EARLIEST = 631_152_000.0
#: Latest accepted date (2100-01-01).
LATEST = 4_102_444_800.0
#: Maximum difference, in seconds, between the clock of an archive, which knows no time zone, and
#: that of an LMS.
ZONES = 14 * 3600.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known about when a file was handed in. Times are seconds since 1970."""

    #: The LMS's time.
    submitted_at: float | None = None
    #: The date of the entry in the archive that the instructor gave.
    dated: float | None = None
    #: The LMS's number of the upload, which grows; 0 without one.
    upload: int = 0
    #: The number of the run that first saw it, and the time of that run.
    run: int = 0
    seen_at: float = 0.0
    #: Its position in the order of an earlier version of learncnn.
    kept: int | None = None
    #: When the file was saved on the instructor's disk, and within the student's own archive; used
    #: only if nothing else determines the order.
    saved: float | None = None
    within: float | None = None
    #: Identifies the content.
    name: str = ""

    @property
    def time(self) -> float | None:
        """Return the time that determines the order, None without one."""
        return self.dated if self.submitted_at is None else self.submitted_at

    @property
    def certain(self) -> bool:
        """Return whether an LMS distinguishes this hand-in from another of the same file."""
        return self.submitted_at is not None or self.upload > 0


def date_of(modified: float | None) -> float | None:
    """Return an archive's date of an entry, None if it is not credible."""
    return modified if modified is not None and EARLIEST <= modified <= LATEST else None


def in_order(moments: Sequence[Moment]) -> list[int]:
    """Return the positions of the moments in order, independent of the input order."""
    times = [moment.time for moment in moments]
    runs = [moment.run for moment in moments]
    uploads = [i for i, moment in enumerate(moments) if moment.upload]
    uploads.sort(key=lambda i: (moments[i].upload, moments[i].name))
    kept = [i for i, moment in enumerate(moments) if moment.kept is not None]
    kept.sort(key=lambda i: moments[i].kept or 0)
    for chain in (uploads, kept):
        _not_after_the_next(chain, times, runs)
    known = sorted((runs[i], time) for i, time in enumerate(times) if time is not None)
    latest: list[float] = []
    for _, time in known:
        latest.append(max(time, latest[-1]) if latest else time)

    def key(i: int) -> tuple[float, bool, int, bool, int, int, float, float, str]:
        moment, time = moments[i], times[i]
        if time is None:
            count = bisect_right(known, (runs[i], float("inf")))
            place = latest[count - 1] if count else float("-inf")
        else:
            place = time
        return (
            place,
            time is None,
            runs[i],
            moment.kept is None,
            moment.kept or 0,
            moment.upload,
            moment.saved or 0.0,
            moment.within or 0.0,
            moment.name,
        )

    return sorted(range(len(moments)), key=key)


def _not_after_the_next(chain: Sequence[int], times: list[float | None], runs: list[int]) -> None:
    """Lower times and runs along a chain of certain order, so that sorting keeps it.

    Each upload in a download happened before the date of the download.
    """
    for before, after in reversed(list(pairwise(chain))):
        later = times[after]
        if later is not None:
            own = times[before]
            times[before] = later if own is None else min(own, later)
        runs[before] = min(runs[before], runs[after])


def is_guess(before: Moment, after: Moment) -> bool:
    """Return whether the known facts do not determine the order of two hand-ins."""
    if before.kept is not None and after.kept is not None:
        return False
    if before.upload and after.upload:
        return before.upload == after.upload
    first, second = before.time, after.time
    if first is not None and second is not None:
        if (before.submitted_at is None) != (after.submitted_at is None):
            return abs(first - second) <= ZONES
        return first == second and before.run == after.run
    if before.run >= after.run:
        return True
    # The LMS says that it was handed in before the run that did not see it.
    return first is None and second is not None and second <= before.seen_at
