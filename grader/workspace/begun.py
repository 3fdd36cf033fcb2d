"""Determine whether work on an exercise has begun, in a script or a notebook.

A file is compared with the stub line by line, without running or parsing it. This works because
a stub's functions only `raise NotImplementedError`, in every language, framework and version.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EmptySubmission, SubmissionError
from ..sandbox.source.scan import LineScanner
from ..submissions.submission import read_submission

if TYPE_CHECKING:
    from ..course.catalog import ExerciseInfo


class Stage(IntEnum):
    """How far the work in a file has come; of two files, the further one counts."""

    EMPTY = 0
    #: The stub, in any language and framework, with any comments and imports.
    UNTOUCHED = 1
    #: Code that is not one of the exercise's functions, or a file that cannot be read.
    BESIDE = 2
    #: Code for a function or an answer that the exercise asks for.
    BEGUN = 3


#: Pattern of placeholders in a stub, and of the call that checks a function in a notebook.
_PLACEHOLDER = re.compile(r"raise NotImplementedError(\(.*\))?|pass|\.\.\.|check\(.*\)")
_BINDS = re.compile(r"(?:async\s+)?def\s+(\w+)|class\s+(\w+)|(\w+)\s*(?::[^=]*)?=(?!=)\s*(.*)")
#: Pattern of an assignment to several names, such as `q1, q2 = 3, 4`.
_SEVERAL = re.compile(r"([\w\s*]+,[\w\s,*]*)=(?!=)")
_IMPORT = re.compile(r"(?:import|from)\s")


def stage_of(source: str, names: Collection[str], stub: str) -> Stage:
    """Return the stage of a source, given the functions and answers `names` of an exercise.

    Lines that also occur in `stub`, the template, do not count as work.
    """
    given = {line.strip() for line in _code_lines(stub)}
    stage = Stage.UNTOUCHED
    for block in _blocks(source):
        stage = max(stage, _stage_of_block(block, names, given))
    return stage


def stage_of_file(path: Path, info: ExerciseInfo) -> Stage:
    """Return the stage of a file; a missing file counts as empty."""
    try:
        status = path.stat()
    except OSError:
        return Stage.EMPTY
    names = tuple(info.functions)
    return _stage_as_saved(path, info.path / "stub.py", names, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _stage_as_saved(
    path: Path, stub: Path, names: tuple[str, ...], _mtime_ns: int, _size: int
) -> Stage:
    """Return the stage of a file; cached until its time or size changes."""
    try:
        source = read_submission(path).source
    except EmptySubmission:
        return Stage.EMPTY
    except SubmissionError:
        return Stage.BESIDE
    return stage_of(source, names, stub.read_text("utf-8") if stub.exists() else "")


def _stage_of_block(block: list[str], names: Collection[str], given: Collection[str]) -> Stage:
    first = block[0]
    if _IMPORT.match(first):
        words = set(re.findall(r"\w+", " ".join(block).partition("import")[2]))
        return Stage.BEGUN if words & set(names) else Stage.UNTOUCHED
    found = _BINDS.match(first)
    name = found and (found[1] or found[2] or found[3])
    several = _SEVERAL.match(first)
    if several and set(re.findall(r"\w+", several[1])) & set(names):
        return Stage.BEGUN
    lines = [first] if found is None else _body(block, found)
    if all(_PLACEHOLDER.fullmatch(line) or line in given for line in lines):
        return Stage.UNTOUCHED
    return Stage.BEGUN if name in names else Stage.BESIDE


def _body(block: list[str], found: re.Match[str]) -> list[str]:
    """Return the lines below the head of a `def` or `class`, or those of an assignment.

    An assignment of None or `...` has no first line, because it is a placeholder.
    """
    lines = [line.strip() for line in block]
    if found[3]:
        value = [] if found[4] in ("None", "...", "") else [lines[0]]
        return [*value, *lines[1:]]
    depth = 0
    for number, line in enumerate(lines):
        depth += line.count("(") + line.count("[") - line.count(")") - line.count("]")
        if line.endswith(":"):
            return lines[number + 1 :]
        if depth <= 0:  # a definition on one line, such as def f(X): return X
            return [line.rpartition(":")[2].strip(), *lines[number + 1 :]]
    return lines


def _blocks(source: str) -> Iterator[list[str]]:
    """Yield the top-level statements, each with the lines that belong to it."""
    block: list[str] = []
    for line in _code_lines(source):
        if block and not (line[0].isspace() or line[0] in ")]}"):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _code_lines(source: str) -> Iterator[str]:
    """Yield the lines of code, without blank lines, comments, and strings such as docstrings."""
    scanner = LineScanner()
    for line in source.split("\n"):
        in_text = scanner.in_text
        code = scanner.read(line).code.rstrip()
        if code and not in_text and code.strip().lstrip("rRuU") != '""':
            yield code
