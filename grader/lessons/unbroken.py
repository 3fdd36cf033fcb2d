"""Keep short formulas and code within a paragraph on one line."""

from __future__ import annotations

import re

from ..terminal.layout import NO_BREAK, width_of

#: Maximum width of a formula, in columns, that stays on one line of running text.
SHORT = 32

_OPERATOR = "[+−·×/=<>≤≥≠≈→←∗]"
_FORMULA = re.compile(rf"[^\s\u2e80-\uffef]+(?: {_OPERATOR} [^\s\u2e80-\uffef]+)+")
#: Numbers of an array, as in 19 25 / 37 43, and a percentage.
_NUMBERS = re.compile(r"(?<![^\s\u2e80-\uffef])[−.\d]+(?:(?: | / )[−.\d]+)*(?: [−.\d]+| %)")
#: A pair or a shape, as in (r, s) and [N, C, H, W].
_TUPLE = re.compile(r"[(\[][^()\[\]\s]{1,8}(?:, [^()\[\]\s]{1,8})+[)\]]")

#: A formula as the patterns above have joined it, perhaps from several matches.
_RUN = re.compile(rf"[^ \n\u2e80-\uffef]*{NO_BREAK}[^ \n\u2e80-\uffef]*")


def unbroken(text: str) -> str:
    """Return text with non-breaking spaces in short formulas, arrays and tuples."""
    for pattern in (_FORMULA, _NUMBERS, _TUPLE):
        text = pattern.sub(lambda found: unbroken_code(found[0]), text)
    return _RUN.sub(_breakable, text)


def _breakable(run: re.Match[str]) -> str:
    """Return a joined formula, with breaks allowed before its operators if it is too wide."""
    if width_of(run[0]) <= SHORT:
        return run[0]
    return re.sub(f"{NO_BREAK}({_OPERATOR}{NO_BREAK})", r" \1", run[0])


def unbroken_code(code: str) -> str:
    """Return code with non-breaking spaces if it is at most SHORT columns wide."""
    return code.replace(" ", NO_BREAK) if width_of(code) <= SHORT else code
