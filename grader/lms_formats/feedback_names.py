"""Names under which Moodle and Canvas take feedback files back, from the names of their downloads.

Moodle, *Upload multiple feedback files in a zip*, knows a student by the number after the name:
`Jane Doe_41_assignsubmission_file_ex01.html`; the number is one assignment's alone. Canvas, *Upload
submissions*, knows the student and the upload that the comment belongs to by two numbers, and makes
the file a comment: `doejane_123_4567_ex01.html`. So both need the names that they gave, which a
gradebook keeps as the origin of each hand-in.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MOODLE = re.compile(r"([^/]+?)_(\d+)_assignsubmission_(?:file|onlinetext)(?:[_/]|$)")
_CANVAS = re.compile(r"(?:^|/)((?:\w+?_)??(?:LATE_)?(?:\d+|anon_[A-Za-z0-9]+)_\d+)_[^/]+")

#: Returns the start of a feedback file's name, given where a hand-in was found; empty if unknown.
Prefix = Callable[[str], str]


def moodle_prefix(origin: str) -> str:
    """Return `Jane Doe_41_assignsubmission_file` of a hand-in from Moodle's download."""
    found = _MOODLE.search(origin)
    return f"{found[1]}_{found[2]}_assignsubmission_file" if found else ""


def canvas_prefix(origin: str) -> str:
    """Return `doejane_LATE_123_4567` of a hand-in from Canvas's download."""
    found = _CANVAS.search(origin)
    return found[1] if found else ""
