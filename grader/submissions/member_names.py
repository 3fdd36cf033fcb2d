"""Which names a container's members may have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .members import Listing, Member

MAX_PATH = 1024
MAX_PART = 255
MAX_DEPTH = 16
#: Controls, separators of lines, and characters that turn or hide the direction of writing.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
#: Devices of Windows, with or without a suffix.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
#: Folders that hold no work of a student.
SKIPPED_FOLDERS = frozenset(
    {
        "__macosx",
        "__pycache__",
        "backups",
        "env",
        "lessons",
        "node_modules",
        "site-packages",
        "venv",
    }
)


def problem_of(name: str) -> str | None:
    """Why a member's name is refused (a key of containers.toml), or None for a good one."""
    if _HIDDEN.search(name):
        return "name_hidden"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return "name_absolute"
    parts = name.replace("\\", "/").split("/")
    if ".." in parts:
        return "name_upwards"
    if "\\" in name:
        return "name_hidden"
    if len(name) > MAX_PATH or len(parts) > MAX_DEPTH or any(len(p) > MAX_PART for p in parts):
        return "name_long"
    for part in parts:
        if part in ("", "."):
            return "name_odd"
        if part != part.rstrip(". ") or _DEVICE.fullmatch(part):
            return "name_device"
    return None


def readable_name(name: str) -> str:
    """A name fit for a message: what cannot be seen is escaped, what is long is cut."""
    text = _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), name)
    return text if len(text) <= 120 else f"{text[:100]}…{text[-15:]}"


def without_hidden(text: str) -> str:
    """Text from outside with a blank in place of each character that cannot be seen."""
    return _HIDDEN.sub(" ", text)


def skipped(path: str) -> bool:
    """Whether a path is of no interest: hidden, a cache, or what learncnn itself put there."""
    parts = path.split("/")
    return any(
        part.startswith((".", "._")) or part.casefold() in SKIPPED_FOLDERS for part in parts[:-1]
    ) or parts[-1].startswith(".")


def without_twins(members: Iterable[Member], listing: Listing) -> list[Member]:
    """The members without those whose names are one on another system: `A.py` and `a.py`.

    None of them is taken, because it cannot be known which one should be graded.
    """
    found: dict[str, list[Member]] = {}
    for member in members:
        key = unicodedata.normalize("NFC", member.path).casefold()
        found.setdefault(key, []).append(member)
    for twins in found.values():
        if len(twins) > 1:
            others = ", ".join(readable_name(twin.path) for twin in twins[1:])
            listing.refuse(readable_name(twins[0].path), "twins", others=others)
    return [twins[0] for twins in found.values() if len(twins) == 1]
