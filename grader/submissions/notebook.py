"""The code of a notebook: its code cells joined in order, without magics and shell lines."""

from __future__ import annotations

import re
import warnings

from ..errors import SubmissionError
from ..i18n.texts import say

#: A cell magic (`%%bash`) makes its whole cell something else than Python.
CELL_MAGIC = re.compile(r"\s*%%")
#: A line magic, a shell line or a question: none of them starts or ends a Python statement.
LINE_MAGIC = re.compile(r"[%!?].*|[\w.]+\?{1,2}|[\w.,\s\[\]]+=\s*(?:!|%\w).*")
#: Code that asks for IPython itself.
IPYTHON = re.compile(r"\bget_ipython\s*\(")
#: What decides whether the next line goes on with the same statement.
_MARK = re.compile(
    r"""#.*|\"{3}|'{3}|"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$)|[()\[\]{}]|\\$"""
)
_CLOSING = {quotes: re.compile(rf"(?:\\.|[^\\])*?{quotes}", re.DOTALL) for quotes in ('"""', "'''")}


def notebook_source(content: bytes, filename: str) -> tuple[str, dict[str, int]]:
    """Return (source, notes) of a notebook's bytes; outputs and other cells are dropped.

    Raises SubmissionError if the content is no notebook or holds no code.
    """
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
            cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
            if not all(isinstance(source, str) for source in cells):
                raise TypeError("a cell's source is not text")
    except RecursionError:
        raise SubmissionError(say("submission", "too_deep", file=filename)) from None
    except Exception as error:  # nbformat raises many kinds for what is not a notebook
        reason = say("submission", "other_json")
        if isinstance(error, (nbformat.reader.NotJSONError, nbformat.ValidationError, ValueError)):
            reason = str(error).partition("\n")[0][:200]
        raise SubmissionError(
            say("submission", "no_notebook", file=filename, reason=reason)
        ) from error
    notes: dict[str, int] = {}
    parts = [_python_lines(source, notes) for source in cells]
    source = "\n\n".join(part for part in parts if part.strip())
    if not source.strip():
        raise SubmissionError(say("submission", "no_code", file=filename))
    try:
        source.encode()
    except UnicodeEncodeError as error:  # JSON can spell half of a pair of surrogates
        line = source[: error.start].count("\n") + 1
        raise SubmissionError(
            say("submission", "no_character", file=filename, line=line)
        ) from error
    return source + "\n", notes


def _python_lines(source: str, notes: dict[str, int]) -> str:
    """One cell's Python; lines are emptied, not removed, so that line numbers stay true."""
    if CELL_MAGIC.match(source):
        notes["magics_dropped"] = notes.get("magics_dropped", 0) + 1
        return ""
    kept = []
    statement = _Statement()
    for line in source.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not statement.goes_on and _is_magic(line):
            notes["magics_dropped"] = notes.get("magics_dropped", 0) + 1
            line = line[: len(line) - len(line.lstrip())] + "pass"
        statement.read(line)
        kept.append(line)
    return "\n".join(kept)


def _is_magic(line: str) -> bool:
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return False
    return bool(LINE_MAGIC.fullmatch(stripped) or IPYTHON.search(stripped))


class _Statement:
    """Whether a statement goes on in the next line: within quotes or brackets, after a backslash.

    A line there that begins with `%` or `!` is no magic.
    """

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0
        self._joined = False

    @property
    def goes_on(self) -> bool:
        """After the lines read so far."""
        return bool(self._quotes or self._depth or self._joined)

    def read(self, line: str) -> None:
        """One more line."""
        place, self._joined = 0, False
        while place < len(line):
            if self._quotes:
                end = _CLOSING[self._quotes].match(line, place)
                if end is None:
                    return
                place, self._quotes = end.end(), ""
            mark = _MARK.search(line, place)
            if mark is None:
                return
            place = mark.end()
            if mark[0] in _CLOSING:
                self._quotes = mark[0]
            elif mark[0] in "([{":
                self._depth += 1
            elif mark[0] in ")]}":
                self._depth = max(0, self._depth - 1)
            elif mark[0] == "\\":
                self._joined = True
