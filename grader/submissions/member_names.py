"""Check the names of a container's members."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ..errors import Messages
from .members import Listing, Member

MAX_PATH = 1024
MAX_PART = 255
MAX_DEPTH = 16
#: Control characters, line separators, and characters that change the writing direction.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
#: Devices of Windows, with or without a suffix.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
#: Folders that contain no student work.
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
    """Return why a member's name is refused (a key of containers.toml), or None if it is valid."""
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
    """Return a name for a message, with invisible characters escaped and long names shortened."""
    text = _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), name)
    return text if len(text) <= 120 else f"{text[:100]}…{text[-15:]}"


def without_hidden(text: str) -> str:
    """Return untrusted text with a space in place of each invisible character."""
    return _HIDDEN.sub(" ", text)


def skipped(path: str) -> bool:
    """Return whether a path is skipped: hidden, a cache, or written by learncnn."""
    parts = path.split("/")
    return any(
        part.startswith((".", "._")) or part.casefold() in SKIPPED_FOLDERS for part in parts[:-1]
    ) or parts[-1].startswith(".")


def without_twins(members: Iterable[Member], listing: Listing) -> list[Member]:
    """Return the members without those whose names are equal on another system: `A.py`, `a.py`.

    None of them is accepted, because it is unknown which one should be graded.
    """
    found: dict[str, list[Member]] = {}
    for member in members:
        key = unicodedata.normalize("NFC", member.path).casefold()
        found.setdefault(key, []).append(member)
    for twins in found.values():
        if len(twins) > 1:
            others = Messages(readable_name(twin.path) for twin in twins[1:])
            listing.refuse(readable_name(twins[0].path), "twins", others=others)
    return [twins[0] for twins in found.values() if len(twins) == 1]
