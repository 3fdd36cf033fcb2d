"""Build file names under which Moodle and Canvas accept feedback, from the names of downloads.

*Upload multiple feedback files in a zip* in Moodle identifies a student by the number after the
name, which is valid for one assignment: `Jane Doe_41_assignsubmission_file_ex01.html`. *Upload
submissions* in Canvas identifies the student and the upload by two numbers, and attaches the file
as a comment: `doejane_123_4567_ex01.html`. Both therefore need the names that they assigned, which
a gradebook stores as the origin of each hand-in.
"""

from __future__ import annotations

from collections.abc import Callable

#: Returns the start of a feedback file's name, given a hand-in's origin; empty if unknown.
Prefix = Callable[[str], str]


def moodle_prefix(origin: str) -> str:
    """Return the prefix of a hand-in in Moodle's download, `Jane Doe_41_assignsubmission_file`."""
    for name in origin.split("/"):
        start, found, kind = name.partition("_assignsubmission_")
        student, _, number = start.rpartition("_")
        if found and student and number.isdecimal() and kind.startswith(("file", "onlinetext")):
            return f"{start}_assignsubmission_file"
    return ""


def canvas_prefix(origin: str) -> str:
    """Return the prefix of a hand-in in Canvas's download, such as `doejane_LATE_123_4567`."""
    for name in origin.split("/"):
        parts = name.split("_")
        for number in range(len(parts) - 2):
            user, upload = parts[number : number + 2]
            hidden = number > 0 and parts[number - 1] == "anon" and user.isalnum()
            if (user.isdecimal() or hidden) and upload.isdecimal():
                return "_".join(parts[: number + 2])
    return ""
