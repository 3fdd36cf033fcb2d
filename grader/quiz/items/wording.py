"""Format values and texts for people: fill placeholders, group digits, join shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import ExpressionError
from .expressions import evaluate

if TYPE_CHECKING:
    from fractions import Fraction

#: Minimum number whose digits are grouped by threes, as in 196,609,000.
GROUP_FROM = 10_000


def show(value: Any) -> str:
    """Return a number, a shape (4×102×102) or a matrix ([1 2; 3 4]) as one line of text."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−") if abs(value) >= GROUP_FROM else _minus(str(value))
    if not isinstance(value, tuple):
        return _minus(show_fraction(value))
    if value and isinstance(value[0], tuple):
        return "[" + "; ".join(" ".join(map(show, row)) for row in value) + "]"
    return "×".join(map(show, value))


def show_fraction(value: Fraction) -> str:
    """Return a decimal of at most eight places if that is exact, else numerator/denominator."""
    for places in range(9):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            sign = "-" if value < 0 else ""
            return sign + (digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}")
    return f"{value.numerator}/{value.denominator}"


def _minus(text: str) -> str:
    return text.replace("-", "−")


def pieces(template: str) -> Iterator[tuple[bool, str]]:
    """Split a template into (is an expression, text); `{{` and `}}` are literal braces.

    Raises ExpressionError if a brace is never closed or never opened.
    """
    literal = ""
    position = 0
    while position < len(template):
        character = template[position]
        if template[position : position + 2] in ("{{", "}}"):
            literal += character
            position += 2
        elif character == "{":
            end = template.find("}", position)
            if end < 0:
                raise ExpressionError(f"a brace is never closed: {template[position:][:40]!r}")
            if literal:
                yield False, literal
                literal = ""
            yield True, template[position + 1 : end]
            position = end + 1
        elif character == "}":
            raise ExpressionError(f"a brace is never opened: {template[:position][-40:]!r}")
        else:
            literal += character
            position += 1
    if literal:
        yield False, literal


def fill(template: str, names: Mapping[str, Any]) -> str:
    """Replace every `{expression}` of a template by its value. Raises ExpressionError."""
    if "{" not in template and "}" not in template:
        return template
    return fill_with(template, lambda source: show(evaluate(source, names)))


def fill_with(template: str, replace: Callable[[str], str]) -> str:
    """Replace every `{expression}` of a template by `replace(expression)`."""
    return "".join(replace(text) if code else text for code, text in pieces(template))


def grid(matrix: tuple[tuple[Any, ...], ...]) -> list[str]:
    """Return a matrix as lines with aligned columns."""
    cells = [[show(entry) for entry in row] for row in matrix]
    widths = [max(len(row[j]) for row in cells) for j in range(len(cells[0]))]
    return [
        " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    ]
