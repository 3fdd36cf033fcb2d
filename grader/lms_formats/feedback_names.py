"""Names under which Moodle and Canvas take feedback files back, from the names of their downloads.

Moodle, *Upload multiple feedback files in a zip*, knows a student by the number after the name:
`Jane Doe_41_assignsubmission_file_ex01.html`; the number is one assignment's alone. Canvas, *Upload
submissions*, knows the student and the upload that the comment belongs to by two numbers, and makes
the file a comment: `doejane_123_4567_ex01.html`. So both need the names that they gave, which a
gradebook keeps as the origin of each hand-in.
"""

from __future__ import annotations

from collections.abc import Callable

#: Returns the start of a feedback file's name, given where a hand-in was found; empty if unknown.
Prefix = Callable[[str], str]


def moodle_prefix(origin: str) -> str:
    """Return `Jane Doe_41_assignsubmission_file` of a hand-in from Moodle's download."""
    for name in origin.split("/"):
        start, found, kind = name.partition("_assignsubmission_")
        student, _, number = start.rpartition("_")
        if found and student and number.isdecimal() and kind.startswith(("file", "onlinetext")):
            return f"{start}_assignsubmission_file"
    return ""


def canvas_prefix(origin: str) -> str:
    """Return `doejane_LATE_123_4567` of a hand-in from Canvas's download."""
    for name in origin.split("/"):
        parts = name.split("_")
        for number in range(len(parts) - 2):
            user, upload = parts[number : number + 2]
            hidden = number > 0 and parts[number - 1] == "anon" and user.isalnum()
            if (user.isdecimal() or hidden) and upload.isdecimal():
                return "_".join(parts[: number + 2])
    return ""
