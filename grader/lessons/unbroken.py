"""Keep short formulas and code within a paragraph on one line."""

from __future__ import annotations

import re

from ..terminal.layout import NO_BREAK, width_of

#: Maximum width of a formula, in columns, that stays on one line of running text.
SHORT = 32

_OPERATOR = "[+−·×/=<>≤≥≠≈→←∗]"
#: A factor or a function written with a space before what it applies to, as in ½ Σ x and log p.
_PREFIX = r"(?:(?:½ )?(?:[½Σ]|−?log|tanh) )?"
_TERM = rf"{_PREFIX}[^\s\u2e80-\uffef]+"
_FORMULA = re.compile(rf"(?<![^\s\u2e80-\uffef]){_TERM}(?: {_OPERATOR} {_TERM})+")
#: Numbers of an array, as in 19 25 / 37 43, and a percentage.
_NUMBERS = re.compile(r"(?<![^\s\u2e80-\uffef])[−.\d]+(?:(?: | / )[−.\d]+)*(?: [−.\d]+| %)")
#: A pair or a shape, as in (r, s) and [N, C, H, W].
_TUPLE = re.compile(r"[(\[][^()\[\]\s]{1,8}(?:, [^()\[\]\s]{1,8})+[)\]]")

#: A formula as the patterns above have joined it, perhaps from several matches.
_RUN = re.compile(rf"(?<![^ \n\u2e80-\uffef])[^ \n\u2e80-\uffef]*{NO_BREAK}[^ \n\u2e80-\uffef]*")
#: The places before the operators of a joined formula.
_BREAK = re.compile(f"(?={NO_BREAK}{_OPERATOR}{NO_BREAK})")


def unbroken(text: str) -> str:
    """Return text with non-breaking spaces in formulas, arrays and tuples.

    A formula that is too wide for one line may break before an operator.
    """
    text = _FORMULA.sub(lambda found: found[0].replace(" ", NO_BREAK), text)
    for pattern in (_NUMBERS, _TUPLE):
        text = pattern.sub(lambda found: unbroken_code(found[0]), text)
    return _RUN.sub(_breakable, text)


def _breakable(run: re.Match[str]) -> str:
    """Return a joined formula, with breaks before its outermost operators if it is too wide."""
    pieces = _BREAK.split(run[0])
    depth, depths = 0, []
    for piece in pieces:
        depths.append(depth)
        depth += len(re.findall(r"[(\[⌊]", piece)) - len(re.findall(r"[)\]⌋]", piece))
    line = run[0]
    for allowed in sorted({0, *depths[1:]}):
        if max(map(width_of, line.split(" "))) <= SHORT:
            break
        line = pieces[0] + "".join(
            f" {piece[1:]}" if depth <= allowed else piece
            for piece, depth in zip(pieces[1:], depths[1:], strict=True)
        )
    return line


def unbroken_code(code: str) -> str:
    """Return code with non-breaking spaces if it is at most SHORT columns wide."""
    return code.replace(" ", NO_BREAK) if width_of(code) <= SHORT else code
