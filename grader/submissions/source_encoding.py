"""The text of a Python file in the encoding that it declares (PEP 263); UTF-8 if it declares none.

What is stored and graded is UTF-8 text, so the declaration of another encoding is rewritten.
"""

from __future__ import annotations

import codecs
import re

from ..errors import SubmissionError

_DECLARED = rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_BLANK = rb"[ \t\f]*(?:#.*)?"
_LINE_END = rb"\r\n?|\n"
#: What editors append to the name of an encoding to tell how lines end.
_LINE_ENDS = r"[-_](?:unix|dos|mac)$"
_UTF8_MARK = b"\xef\xbb\xbf"
#: Marks of encodings that Python reads no source in; UTF-32 begins with the mark of UTF-16.
_WIDE_MARKS = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
#: Encodings of text that contain ASCII, by the names that Python's codecs give them. Others are
#: refused: they are not text (`hex`), hide code (`utf-7`, `unicode_escape`), or take too long.
_KNOWN = frozenset(
    (
        *("ascii", "utf-8", "utf-8-sig", "gbk", "gb2312", "gb18030", "big5", "big5hkscs", "cp950"),
        *("euc_jp", "euc_jis_2004", "euc_jisx0213", "shift_jis", "cp932"),
        *("euc_kr", "cp949", "johab", "koi8-r", "koi8-u", "koi8-t", "kz1048"),
        *("mac-roman", "mac-cyrillic", "mac-greek", "mac-latin2", "mac-turkish", "mac-iceland"),
        *("ptcp154", "tis-620", "hp-roman8", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855"),
        *("cp437", "cp856", "cp857", "cp858", "cp874"),
        *(f"cp{number}" for number in (*range(860, 864), 865, 866, 869, *range(1250, 1259))),
        *(f"iso8859-{number}" for number in range(1, 17) if number != 12),
    )
)


def decoded_source(content: bytes, filename: str) -> tuple[str, dict[str, int]]:
    """Return a script's text, and notes on how it was read.

    Raises SubmissionError, with the way out, for a declaration that is unknown or not true.
    """
    refuse_wide(content, filename)
    notes: dict[str, int] = {}
    marked = content.startswith(_UTF8_MARK)
    if marked:
        content = content[len(_UTF8_MARK) :]
        notes["bom_dropped"] = 1
    found = _declaration(content)
    if found is None:
        return _decoded(content, "utf-8", filename), notes
    line, declared, start = found
    encoding = _codec(declared)
    values = {"file": filename, "line": line, "encoding": declared}
    if encoding is None:
        raise SubmissionError("submission", "unknown_encoding", **values)
    if encoding in ("utf-8", "utf-8-sig"):
        return _decoded(content, "utf-8", filename), notes
    if marked:
        raise SubmissionError("submission", "false_encoding", **values)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if _is_utf8(content):
            raise SubmissionError("submission", "false_encoding", **values) from error
        values["bad"] = content.count(b"\n", 0, error.start) + 1
        raise SubmissionError("submission", "not_encoding", **values) from error
    before = len(content[:start].decode(encoding))
    return f"{text[:before]}utf-8{text[before + len(declared) :]}", notes


def refuse_wide(content: bytes, filename: str) -> None:
    """Raise SubmissionError for UTF-16 and UTF-32, with a mark or without one."""
    for mark, name in _WIDE_MARKS.items():
        if content.startswith(mark):
            raise SubmissionError("submission", "wide", file=filename, encoding=name)
    head = content[:400]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    if (
        len(head) >= 4 and zeros > len(head) // 4 and any(head)
    ):  # every second byte of ASCII text in UTF-16
        raise SubmissionError("submission", "wide", file=filename, encoding="UTF-16")


def _declaration(content: bytes) -> tuple[int, str, int] | None:
    """Return line, name and the name's offset of an encoding declared in the first two lines."""
    if not any(b"coding" in line for line in content.split(b"\n", 2)[:2]):
        return None
    position = 0
    for number, line in enumerate(re.split(_LINE_END, content, maxsplit=2)[:2], 1):
        if found := re.match(_DECLARED, line):
            return number, found[1].decode("ascii", "replace"), position + found.start(1)
        if not re.fullmatch(_BLANK, line):
            return None
        position += len(line)
        position += 2 if content.startswith(b"\r\n", position) else 1
    return None


def _codec(declared: str) -> str | None:
    """Return the codec of a declared name, if it is one of text that contains ASCII."""
    try:
        name = codecs.lookup(re.sub(_LINE_ENDS, "", declared.lower())).name
    except (LookupError, ValueError):
        return None
    return name if name in _KNOWN else None


def _decoded(content: bytes, encoding: str, filename: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SubmissionError("submission", "not_utf8", file=filename, line=line) from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
