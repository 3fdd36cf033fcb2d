"""Make standard output and error accept any text, even if closed or with a limited encoding."""

from __future__ import annotations

import codecs
import io
import os
import sys

#: Signs in ASCII, so that right and wrong differ on every terminal and figures keep their shape;
#: all other characters become `?`.
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
#: Braille patterns, in which curves are drawn.
_BRAILLE = range(0x2800, 0x2900)


def open_streams() -> None:
    """Replace streams that are closed; have others write what their encoding lacks as ASCII."""
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
    """Return whether standard output has every character of `text` in its encoding."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write_utf8() -> None:
    """Have both streams write UTF-8, whatever the console's code page is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(map(_sign, lacking)), error.end


def _sign(character: str) -> str:
    return "*" if ord(character) in _BRAILLE else _SIGNS.get(character, "?")
