"""Questions in a form that every system supports: drawn, in one language, with explanations.

Formulas become a choice among formulas, because no other system can compare formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...i18n.texts import family_texts
from ..items.item import Item, Option, Texts
from ..items.matrices import Matrix
from ..items.number_stream import keyed
from ..items.variants import Variant, draw_variant
from ..items.wording import fill, show

#: Name of the student whose variants are exported; the first one of each item is its default.
STUDENT = "export"


@dataclass(frozen=True)
class PlainOption:
    """A choice, or a number that may be typed."""

    text: str
    right: bool
    why: str
    code: str = ""
    value: Any = None


@dataclass(frozen=True)
class Plain:
    """One question. `form` says how it is answered.

    number: type a number
    text: type the text of a right option
    single: choose one option
    multi: choose all right options
    pairs: match the left and right sides of `pairs`
    order: put the left sides of `pairs` in order

    Each of `pairs` is (left, right, explanation).
    """

    id: str
    bank: str
    form: str
    stem: str
    why: str
    options: tuple[PlainOption, ...] = ()
    pairs: tuple[tuple[str, str, str], ...] = ()
    figures: Mapping[str, Matrix] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the misconceptions that its options can name, without repetition."""
        return tuple(dict.fromkeys(option.code for option in self.options if option.code))


def plain_questions(items: Iterable[Item], lang: str, variants: int = 1) -> list[Plain]:
    """Return at most `variants` different variants of every item."""
    return [
        plain_question(variant, lang, number)
        for item in items
        for number, variant in enumerate(distinct_variants(item, variants))
    ]


def distinct_variants(item: Item, count: int) -> Iterator[Variant]:
    """Yield up to `count` variants with different parameters, the default one first."""
    seen: list[Mapping[str, int]] = []
    for attempt in range(4 * count):
        variant = draw_variant(item, STUDENT, attempt)
        if variant.params in seen:
            continue
        seen.append(variant.params)
        yield variant
        if len(seen) == count or not item.params:
            return


def plain_question(variant: Variant, lang: str, number: int = 0) -> Plain:
    """Return a variant in one language; `number` distinguishes the variants of an item."""
    item = variant.item
    form, options, pairs, hint = _BY_KIND[item.kind](variant, lang)
    stem = variant.stem(lang)
    return Plain(
        id=f"{item.id}.{number}" if number else item.id,
        bank=item.exercise,
        form=form,
        stem=f"{stem}\n{hint}" if hint else stem,
        why=_text(variant, item.answer.why, lang),
        options=tuple(options),
        pairs=tuple(pairs),
        figures=variant.figures or None,
    )


_Parts = tuple[str, list[PlainOption], list[tuple[str, str, str]], str]


def _text(variant: Variant, texts: Texts, lang: str) -> str:
    return fill(texts[lang], variant.scope)


def _option(variant: Variant, option: Option, lang: str, text: str, right: bool) -> PlainOption:
    return PlainOption(text, right, _text(variant, option.why, lang), option.code)


def _number(variant: Variant, lang: str) -> _Parts:
    item = variant.item
    rows = [(variant.answer, item.answer, True)]
    rows += [(value, option, False) for value, option in variant.distractors]
    options = [
        PlainOption(show(value), right, _text(variant, option.why, lang), option.code, value)
        for value, option, right in rows
    ]
    return "number", options, [], ""


def _shape(variant: Variant, lang: str) -> _Parts:
    _, options, _, _ = _number(variant, lang)
    return "text", options, [], ""


def _formula(variant: Variant, lang: str) -> _Parts:
    item = variant.item
    options = [_option(variant, item.answer, lang, item.answer.value, True)]
    options += [_option(variant, wrong, lang, wrong.value, False) for wrong in item.wrong]
    hint: str = family_texts("export")["formula"][lang]
    return "single", _shuffled(item, options), [], hint


def _choice(variant: Variant, lang: str) -> _Parts:
    options = [
        _option(variant, choice.option, lang, choice.text[lang], choice.right)
        for choice in variant.choices
    ]
    return "single", options, [], ""


def _multiple(variant: Variant, lang: str) -> _Parts:
    return ("multi", *_choice(variant, lang)[1:])


def _order(variant: Variant, lang: str) -> _Parts:
    pairs = [
        (_text(variant, part.text, lang), str(n), _text(variant, part.why, lang))
        for n, part in enumerate(variant.item.parts, 1)
    ]
    return "order", _arrangements(variant, lang, " → "), pairs, ""


def _match(variant: Variant, lang: str) -> _Parts:
    pairs = [
        (_text(variant, p.text, lang), _text(variant, p.partner, lang), _text(variant, p.why, lang))
        for p in variant.item.parts
    ]
    return "pairs", _arrangements(variant, lang, "; "), pairs, ""


def _arrangements(variant: Variant, lang: str, joint: str) -> list[PlainOption]:
    """Return whole arrangements as choices, for systems that only have choices."""
    item = variant.item
    straight = tuple(range(1, len(item.parts) + 1))

    def text(order: tuple[int, ...]) -> str:
        if item.kind == "order":
            return joint.join(_text(variant, item.parts[n - 1].text, lang) for n in order)
        return joint.join(
            f"{_text(variant, left.text, lang)}: {_text(variant, item.parts[n - 1].partner, lang)}"
            for left, n in zip(item.parts, order, strict=True)
        )

    options = [_option(variant, item.answer, lang, text(straight), True)]
    options += [_option(variant, wrong, lang, text(wrong.order), False) for wrong in item.wrong]
    return _shuffled(item, options)


def _shuffled(item: Item, options: list[PlainOption]) -> list[PlainOption]:
    return keyed("export", item.id).shuffled(options)


_BY_KIND = {
    "integer": _number,
    "cell": _number,
    "shape": _shape,
    "expression": _formula,
    "choice": _choice,
    "multiple": _multiple,
    "order": _order,
    "match": _match,
}


def spellings(value: tuple[int, ...]) -> list[str]:
    """Return the usual spellings of a shape, without *, which is a wildcard in Moodle."""
    sizes = [str(size) for size in value]
    joined = [sign.join(sizes) for sign in ("×", "x", ",", ", ", " × ", " x ")]
    return [*joined, f"({', '.join(sizes)})", f"({','.join(sizes)})", f"[{', '.join(sizes)}]"]


def decimal(value: int | Fraction) -> tuple[str, str]:
    """Return a number in decimals, and the tolerance for rounding (0 if it is exact)."""
    if isinstance(value, int):
        return str(value), "0"
    for places in range(1, 9):
        if (value * 10**places).denominator == 1:
            return f"{float(value):.{places}f}", "0"
    return f"{float(value):.6f}", "0.000001"
