"""Describe step by step how a number of a replay is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ...i18n.texts import say
from ...replay.replayed import WorkedSide
from ...replay.worked_cell import Index, Product
from ..arrays import number_text

#: Significant digits of numbers in cells and products.
SHORT = 4


class Word(NamedTuple):
    """A part of a calculation; a product has its number, and the sum up to it."""

    text: str
    product: int | None = None
    total: str = ""
    role: str = ""


def calculation(side: WorkedSide, digits: int) -> Iterator[Sequence[Word]]:
    """Yield a line of products for each pair of planes, then a line that combines their sums."""
    cell = side.cell
    value = Word(shown(cell.value, digits), role="value")
    if cell.rule == "max":
        yield from _maximum(side, value)
        return
    parts: dict[Index, list[int]] = {}
    for n, product in enumerate(cell.products):
        parts.setdefault(product.left.outer, []).append(n)
    totals = _totals(cell.products, digits)
    sums = []
    for members in parts.values():
        words: list[Word] = []
        for n in members:
            words += [Word(" + ")] if words else []
            words.append(Word(_product(side, cell.products[n]), n, totals[n]))
        if len(parts) > 1:
            part = shown(sum(cell.products[n].value for n in members), digits)
            sums.append(part)
            yield [*words, Word(" = "), Word(part)]
        else:
            yield from _finish(side, words, value, digits)
    if len(parts) != 1:
        text = " + ".join(sums)
        yield from _finish(side, [Word(text)] if text else [], value, digits)


def _finish(
    side: WorkedSide, words: list[Word], value: Word, digits: int
) -> Iterator[Sequence[Word]]:
    cell = side.cell
    if cell.divisor is not None and words:
        inner = (
            words
            if len(words) == 1 and "+" not in words[0].text
            else [Word("("), *words, Word(")")]
        )
        words = [*inner, Word(f" ÷ {shown(cell.divisor, SHORT)}")]
    bias, times = cell.bias
    if times:
        by = f"{times} · " if times > 1 else ""
        added = Word(f"{by}{_bracketed(shown(bias, SHORT))}", role="bias")
        words = [*words, *([Word(" + ")] if words else []), added]
        words.append(Word(f" ({say('serve_replay', 'bias')})", role="dim"))
    if len(words) == 1 and words[0].text == value.text:
        yield [value._replace(product=words[0].product, total=words[0].total)]
        return
    sign = " → " if cell.finish else " = "
    if cell.finish:
        raw = sum(p.value for p in cell.products) / (cell.divisor or 1) + bias * times
        words = [*words, Word(f" = {shown(raw, digits)}")]
    yield [*words, Word(sign), value] if words else [value]


def _maximum(side: WorkedSide, value: Word) -> Iterator[Sequence[Word]]:
    cell = side.cell
    words = [Word(f"{say('serve_replay', 'maximum')}(")]
    best, largest = "", -np.inf
    for n, product in enumerate(cell.products):
        words += [Word(", ")] if n else []
        text, mine = shown(product.value, SHORT), product.left == cell.chosen
        best, largest = (text if mine else best), np.fmax(largest, product.value)
        words.append(Word(text, n, shown(float(largest), SHORT), "chosen" if mine else ""))
    words.append(Word(")"))
    if cell.position is None:
        yield [*words, Word(" = "), value]
        return
    row, width, column = cell.position
    yield [*words, Word(f" = {best}")]
    said = say("serve_replay", "found_at", value=best, row=row, column=column)
    yield [Word(f"{said} "), Word(f"{row} · {width} + {column} = "), value]


def _product(side: WorkedSide, product: Product) -> str:
    left = shown(side.numbers[product.left.array].at(product.left), SHORT)
    if product.right is not None:
        right = side.numbers[product.right.array].at(product.right)
        return f"{left}·{_bracketed(shown(right, SHORT))}"
    if product.divisor is not None:
        return f"{left} ÷ {shown(product.divisor, SHORT)}"
    return left


def _totals(products: Sequence[Product], digits: int) -> list[str]:
    """Return the sum up to each product."""
    totals, total = [], 0.0
    for product in products:
        total += product.value
        totals.append(shown(total, digits))
    return totals


def shown(value: float, digits: int) -> str:
    """Return a number with a real minus sign, or an infinity sign."""
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return number_text(value, digits).replace("-", "−")


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
