"""JSON with comments, as VS Code writes it: read it, and add to an array without touching the rest.

Comments and commas before a closing bracket are allowed.
"""

from __future__ import annotations

import json
import re
from typing import Any

#: A string or a comment; one that does not end reaches to the end of its line or of the text.
_STRING = r'"(?:[^"\\\n]|\\.)*"?'
_COMMENT = re.compile(rf"({_STRING})|//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])")
_TOKEN = re.compile(rf"({_STRING})|[{{}}\[\]:]")
#: What reading JSON raises.
_UNREADABLE = (ValueError, RecursionError)


class JsoncError(ValueError):
    """A text that is no JSON with comments, or cannot be added to."""


def read_jsonc(text: str) -> Any:
    """Return the document. Raises JsoncError."""
    try:
        return json.loads(_without(_COMMA, _without(_COMMENT, text)))
    except _UNREADABLE as error:
        raise JsoncError(str(error)) from error


def with_item(text: str, name: str, item: object) -> str:
    """Return the text with `item` at the end of the array `name` of its outermost object.

    The array is made if there is none; comments and layout stay. Raises JsoncError.
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
    """Return `text` with an item before the bracket at `end` of the array from `start` on."""
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
    """Return where the array `name` begins and ends. Raises JsoncError unless there is one."""
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
    """Blank what a pattern matches besides strings; every character keeps its position."""
    return pattern.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)
