"""Make standard output and error accept any text, even if closed or with a limited encoding."""

from __future__ import annotations

import codecs
import io
import os
import sys

#: ASCII replacements of signs, so that right and wrong differ and figures keep their shape on
#: every terminal; all other characters become `?`.
_SIGNS = {
    "✓": "+",
    "✗": "x",
    "·": "-",
    "…": "...",
    "×": "x",
    "−": "-",
    "–": "-",
    "→": "->",
    "│": "|",
    "⋮": ":",
    "»": ">>",
    "•": "*",
    "≤": "<=",
    "≥": ">=",
    "°": " deg",
    "Σ": "sum",
    "’": "'",
    "←": "<-",
    "≈": "~",
    "≠": "!=",
    "±": "+-",
    "∗": "*",
    "∞": "inf",
    "∂": "d",
    "⌊": "floor(",
    "⌋": ")",
    "′": "'",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "●": "o",
    "○": "o",
    "▾": "v",
    **dict.fromkeys("─━═", "-"),
    **dict.fromkeys("┃║", "|"),
    **dict.fromkeys("┌┐└┘┏┓┗┛├┤┬┴┼┣┫┳┻╋", "+"),
    **dict(zip(" ░▒▓█", " .:*#", strict=True)),
    **dict(zip("αβγδεηθλσΔ", "abgdehtlsD", strict=True)),
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ᵀ", "01234567890123456789T", strict=True)),
}
#: Braille patterns, which curves are drawn with.
_BRAILLE = range(0x2800, 0x2900)


def open_streams() -> None:
    """Replace closed streams, and let the others write unencodable characters in ASCII."""
    if sys.platform == "win32":
        from .windows_console import escapes_work

        if not escapes_work():
            os.environ["TERM"] = "dumb"
    codecs.register_error("learncnn", _in_ascii)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  (open to the end)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="learncnn")


def streams_know(text: str) -> bool:
    """Return whether standard output can encode every character of `text`."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write_utf8() -> None:
    """Make both streams write UTF-8, regardless of the console's code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(map(_sign, lacking)), error.end


def _sign(character: str) -> str:
    return "*" if ord(character) in _BRAILLE else _SIGNS.get(character, "?")
