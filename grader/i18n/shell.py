"""Quote the words of a command so that a person can paste it into a shell."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PLAIN = re.compile(r"[\w./:@%+=,-]+", re.ASCII)


def pasted(word: str | Path) -> str:
    """Quote a word for the shell; a path that begins like an option is given from its folder."""
    text = str(word)
    if isinstance(word, Path) and text.startswith("-"):
        text = os.path.join(os.curdir, text)
    if _PLAIN.fullmatch(text):
        return text
    if os.name == "nt":  # the same for cmd and PowerShell; a name holds no quotation marks there
        return f'"{text}"'
    if text.isprintable():
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(character: str) -> str:
    """Return a character as `$'…'` has it in bash, zsh and ksh: control characters by number."""
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
