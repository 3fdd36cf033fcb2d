"""Read JSON with comments, as VS Code writes it, and append to an array in the text.

Comments and commas before a closing bracket are allowed.
"""

from __future__ import annotations

import json
import re
from typing import Any

#: Patterns of strings and comments; an unterminated one extends to the end of the line or text.
_STRING = r'"(?:[^"\\\n]|\\.)*"?'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])")
_TOKEN = re.compile(rf"({_STRING})|[{{}}\[\]:]")
#: Exceptions that `json.loads` raises for a text that it cannot read.
_UNREADABLE = (ValueError, RecursionError)


class JsoncError(ValueError):
    """Raised for a text that is not JSON with comments, or to which an item cannot be added."""


def read_jsonc(text: str) -> Any:
    """Parse JSON with comments and trailing commas. Raises JsoncError."""
    try:
        return json.loads(_without(_COMMA, _without(_COMMENT, text)))
    except _UNREADABLE as error:
        raise JsoncError(str(error)) from error


def with_item(text: str, name: str, item: object) -> str:
    """Return the text with `item` appended to the array `name` of its outermost object.

    The array is created if it is missing; comments and layout are unchanged. Raises JsoncError.
    """
    document = read_jsonc(text)
    if not isinstance(document, dict) or not isinstance(document.get(name, []), list):
        raise JsoncError(name)
    bare = _without(_COMMENT, text)
    new_line = "\r\n" if "\r\n" in text else "\n"
    unit = "\t" if "\n\t" in text else "    "
    if name in document:
        start, end = _array(bare, name)
        shown = _indented(item, unit * 2, unit, new_line)
        added = _added(text, bare, start, end, shown, new_line)
    else:
        shown = _indented({name: [item]}, "", unit, new_line)[1:-1].rstrip()
        at = bare.index("{") + 1
        added = text[:at] + shown + ("," if document else new_line) + text[at:]
    if read_jsonc(added) != document | {name: [*document.get(name, []), item]}:
        raise JsoncError(name)
    return added


def _added(text: str, bare: str, start: int, end: int, shown: str, new_line: str) -> str:
    """Return `text` with an item inserted before the closing bracket at `end` of an array.

    `start` is the position of the opening bracket. `bare` is `text` with its comments blanked.
    """
    last = len(bare[:end].rstrip())
    head = text[:last]
    if last > start + 1 and bare[last - 1] != ",":
        head += ","
    between = text[last:end]
    line = between.rpartition("\n")[2] if "\n" in between else None
    if line is not None and not line.strip():  # the bracket stands on a line of its own
        kept = between[: len(between) - len(line)].rstrip("\r\n")
        return head + kept + new_line + shown + new_line + line + text[end:]
    begin = text[:start].rpartition("\n")[2]
    indent = begin[: len(begin) - len(begin.lstrip())]
    return head + between + new_line + shown + new_line + indent + text[end:]


def _array(bare: str, name: str) -> tuple[int, int]:
    """Return the positions of the brackets of array `name`.

    Raises JsoncError unless the outermost object has exactly one array of that name.
    """
    found: list[tuple[int, int]] = []
    depth, before, start = 0, ["", ""], -1
    for token in _TOKEN.finditer(bare):
        mark = token[0]
        if mark in "{[":
            if depth == 1 and mark == "[" and before == [json.dumps(name), ":"]:
                start = token.start()
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth == 1 and start >= 0:
                found.append((start, token.start()))
                start = -1
        before = [before[1], mark]
    if len(found) != 1:
        raise JsoncError(name)
    return found[0]


def _indented(item: object, indent: str, unit: str, new_line: str) -> str:
    lines = json.dumps(item, ensure_ascii=False, indent=unit).split("\n")
    return new_line.join(f"{indent}{line}" for line in lines)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Replace matches outside strings with spaces; every other character keeps its position."""
    return pattern.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
