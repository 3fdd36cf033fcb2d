"""Track the checked device, the remaining time, and the result of each part."""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

#: Maximum number of children at a time, because each has a CUDA context of half a GiB.
MOST_JOBS = 8


@dataclass
class Row:
    """The result of one part."""

    part: str
    checked: int = 0
    #: A line for each thing that was wrong.
    wrong: list[str] = field(default_factory=list)
    #: Further observations: figures, and what was left out for lack of time.
    seen: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0

    def check(self, right: bool, what: str) -> None:
        """Count one check; add `what` to the wrong ones unless it is right."""
        self.checked += 1
        if not right:
            self.wrong.append(what)


Part = Callable[["Device", Row], None]


@dataclass(frozen=True)
class Device:
    """A device, by its name in torch; in tests, the CPU stands in for a GPU."""

    name: str
    #: Why nothing can be run on it; empty if it can be used.
    missing: str = ""
    description: str = ""
    jobs: int = 1
    #: Time by which all parts should have ended, in seconds of `time.monotonic`.
    end: float = float("inf")

    @property
    def time_left(self) -> float:
        """The seconds left for all parts together."""
        return self.end - time.monotonic()

    def row(self, name: str, part: Part) -> Row:
        """Run a part and return its result; an exception counts as wrong and ends only the part."""
        row = Row(name)
        if self.missing:
            row.skipped = self.missing
            return row
        if self.time_left <= 0:
            row.skipped = "no time was left"
            return row
        started = time.monotonic()
        try:
            part(self, row)
        except Exception as error:
            traceback.print_exc()
            row.wrong.append(f"it broke: {type(error).__name__}: {error}")
        row.seconds = time.monotonic() - started
        return row


def find_device(seconds: float) -> Device:
    """Return the CUDA device of this machine; `missing` gives the reason if there is none.

    `seconds` is the time limit for all parts.
    """
    from learncnn.grader.runner.devices import cuda_present

    end = time.monotonic() + seconds
    try:
        import torch
    except ImportError:
        return Device("cuda", "torch is not installed")
    if torch.version.cuda is None:
        return Device("cuda", f"torch {torch.__version__} is built without CUDA")
    if not torch.cuda.is_available():
        return Device("cuda", f"torch {torch.__version__} finds no CUDA device")
    if not cuda_present():
        return Device("cuda", "torch finds a CUDA device, and learncnn does not")
    properties = torch.cuda.get_device_properties(0)
    described = ", ".join(
        (
            properties.name,
            f"{properties.total_memory >> 30} GiB",
            f"CUDA {torch.version.cuda}",
            f"torch {torch.__version__}",
            f"Python {platform.python_version()}",
        )
    )
    jobs = max(1, min(MOST_JOBS, (os.cpu_count() or 1) // 2))
    return Device("cuda", "", described, jobs, end)
