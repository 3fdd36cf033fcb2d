"""Convert a notebook cell to Python: IPython syntax becomes `pass` or its equivalent.

Lines are emptied, never removed, so that line numbers stay true. The rules are those of IPython's
input transformation; nothing is parsed, and the time grows with the length of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..sandbox.source.scan import LineScanner

#: Cell magics whose body is ordinary Python.
PYTHON_CELLS = frozenset(
    {
        "capture",
        "lprun",
        "memit",
        "mprun",
        "prun",
        "python",
        "python3",
        "snakeviz",
        "time",
        "timeit",
    }
)
#: Databricks marks a cell of another language with `%` on its first line.
_OTHER_LANGUAGE = re.compile(r"%(md|sql|scala|r|sh|fs)(?![\w-])")
_CELL_MAGIC = re.compile(r"%%(\w*)")
_SCRIPT_OF = re.compile(r"%%script\s+(?:\S*/)?python")
#: `%time x = f()` runs its statement.
_TIMED = re.compile(r"(\s*)%time\s(?!\s*-)")
#: Commands that IPython accepts without a prefix.
_AUTOMAGIC = re.compile(r"\s*(?:pip3?|conda|mamba)\s+(?:install|uninstall|list|show|freeze)\b")
#: Autocall prefixes, which cannot start a Python statement.
_AUTOCALL = re.compile(r"\s*[,;/]")
_PROMPT = re.compile(r">>>(?: |$)|In \[\d+\]: ?")
_ANY_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)|In \[\d+\]: ?|\s*\.{3,}: ?")
_MARKER = re.compile(r"# %% cell \d")


class CellText(NamedTuple):
    """The Python of one cell."""

    text: str
    #: The magic that makes the cell another language (`%%bash`), or "".
    dropped: str = ""
    #: Number of lines that contained IPython syntax.
    replaced: int = 0


def python_of(cell: str) -> CellText:
    """Return the Python of a code cell, with as many lines as the cell."""
    lines = _without_prompts(cell.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return CellText("\n" * (len(lines) - 1))
    head = lines[first].strip()
    other = _OTHER_LANGUAGE.match(head)
    if other is not None:
        return CellText("\n" * (len(lines) - 1), other[0])
    replaced = 0
    while (magic := _CELL_MAGIC.match(lines[first].strip())) is not None:
        if magic[1] not in PYTHON_CELLS and not _SCRIPT_OF.match(lines[first].strip()):
            return CellText("\n" * (len(lines) - 1), magic[0])
        lines[first], replaced = "", replaced + 1
        first = next((at for at, line in enumerate(lines) if line.strip()), first)
    text, count = _python_lines(lines)
    return CellText("\n".join(text), replaced=replaced + count)


def _without_prompts(lines: list[str]) -> list[str]:
    """Return the lines without a common indent, and without the prompts of a pasted session."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return lines
    indent = filled[0][: len(filled[0]) - len(filled[0].lstrip())]
    if indent:
        lines = [line.removeprefix(indent) for line in lines]
    if _PROMPT.match(filled[0].lstrip()):
        prompts = [_ANY_PROMPT.match(line) for line in lines]
        lines = [
            line[prompt.end() :] if prompt else line
            for line, prompt in zip(lines, prompts, strict=True)
        ]
    return lines


def _python_lines(lines: list[str]) -> tuple[list[str], int]:
    """Return each line as Python, and the number of replaced lines."""
    scanner, command = LineScanner(), False
    python: list[str] = []
    replaced = 0
    for line in lines:
        if command:  # a continuation line of a command
            command = line.endswith("\\")
            python.append("")
            continue
        if not scanner.goes_on:
            if _MARKER.match(line):
                line = f"# {line}"
            if timed := _TIMED.match(line):
                line, replaced = timed[1] + line[timed.end() :].lstrip(), replaced + 1
            elif _AUTOMAGIC.match(line) or _AUTOCALL.match(line):
                python.append(_indent(line) + "pass")
                command, replaced = line.endswith("\\"), replaced + 1
                continue
        started = scanner.goes_on
        place = scanner.read(line).escape
        if place >= 0 and not started:
            command = line.endswith("\\") and line[place] != "?"
            line, replaced = _replacement(line, place), replaced + 1
        python.append(line)
    return python, replaced


def _replacement(line: str, place: int) -> str:
    """Return Python in place of a line with IPython syntax at `place`."""
    head = line[:place].rstrip()
    if line[place] == "?" or not head:
        return _indent(line) + "pass"
    if head.endswith(":"):
        return f"{head} pass"
    if head.endswith("="):
        return f"{head} []" if line[place] == "!" else f"{head} None"
    return _indent(line) + "pass"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
