"""Quote the words of a command so that a person can paste it into a shell."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PLAIN = re.compile(r"[\w./:@%+=,-]+", re.ASCII)


def pasted(word: str | Path) -> str:
    """Quote a word for the shell; prefix `./` to a path that begins with `-` like an option."""
    text = str(word)
    if isinstance(word, Path) and text.startswith("-"):
        text = os.path.join(os.curdir, text)
    if _PLAIN.fullmatch(text):
        return text
    if os.name == "nt":  # valid in cmd and PowerShell; file names contain no quotation marks there
        return f'"{text}"'
    if text.isprintable():
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(character: str) -> str:
    """Escape a character for `$'…'` in bash, zsh and ksh; unprintable ones as hexadecimal bytes."""
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
