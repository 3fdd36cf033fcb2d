"""Parse a typed answer to a variant: return a value, or a refusal with its reason.

A refusal does not use up an attempt. Accepted answers are exact: nothing is rounded, and input
that two people could read differently is not accepted as a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import ExpressionError, RefusedInput
from ..items.expressions import evaluate_arithmetic
from ..items.item import DONT_KNOW, LETTERS, Item
from ..items.wording import show
from .typed import canonical, normalise, tokens

if TYPE_CHECKING:
    from ..items.variants import Variant

_DONT_KNOW = {
    "?", "idk", "dontknow", "idontknow", "don'tknow", "idon'tknow", "不知道", "我不知道", "不会",
    "不清楚", "不懂", "pass",
}  # fmt: skip
_SHAPE_WRAPPING = re.compile(r"(?:torch\.)?(?:size|shape|tuple|list)?\s*([(\[{])(.*)([)\]}])", re.I)


@dataclass(frozen=True)
class Parsed:
    """A parsed answer.

    `value` is a number, a shape, a formula as canonical text over the item's variables, or, for
    kinds that are answered by letter, one or more indices of choices, counted from 0.
    """

    value: Any
    #: The answer as it was understood, to show to the learner.
    shown: str
    dont_know: bool = False


@dataclass(frozen=True)
class Refused:
    """Input that is not an answer, and the key of the sentence that says why."""

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def message(self) -> str:
        """Return the sentence, in the language in use."""
        from ...i18n.texts import say

        return say("refusal", self.key, **self.values)


def parse_answer(variant: Variant, text: str) -> Parsed | Refused:
    """Return the answer that `text` gives to a variant. Never raises."""
    item = variant.item
    try:
        plain = normalise(text)
        if re.sub(r"[\s.!]", "", plain).lower() in _DONT_KNOW:
            return Parsed(DONT_KNOW, DONT_KNOW, dont_know=True)
        if not plain.strip():
            raise RefusedInput("empty")
        if item.kind == "integer":
            return _number(plain)
        if item.kind == "cell":
            return _number(plain, decimals=True)
        if item.kind == "shape":
            return _shape(plain)
        if item.kind == "expression":
            return _formula(plain, item)
        if item.kind == "match":
            return _matching(plain, len(variant.choices))
        return _letters(plain, item.kind, len(variant.choices))
    except RefusedInput as refusal:
        return Refused(refusal.key, refusal.values)


_CAUSES = {"division by zero": "zero", "too large": "too_large", "exponent": "exponent"}


def _cause(error: ExpressionError) -> str:
    """Return the key of the sentence that says why a calculation has no value."""
    return next((key for hint, key in _CAUSES.items() if hint in str(error)), "incomplete")


def _value(expression: str) -> Any:
    try:
        return evaluate_arithmetic(expression, {})
    except ExpressionError as error:
        raise RefusedInput(_cause(error)) from error


def _number(plain: str, *, decimals: bool = False) -> Parsed:
    value = _value(canonical(tokens(plain, decimals=decimals)))
    return Parsed(value, show(value))


def _shape(plain: str) -> Parsed:
    text = plain.strip().rstrip(".").rstrip()  # a full stop at the end, as in 4×102×102。
    while (wrapping := _SHAPE_WRAPPING.fullmatch(text)) and _encloses(wrapping[2]):
        if wrapping[1] + wrapping[3] not in ("()", "[]", "{}"):
            raise RefusedInput("unpaired")
        text = wrapping[2].strip()
    sizes = [_value(canonical(tokens(part))) for part in _parts(text)]
    if not all(isinstance(size, int) for size in sizes):
        raise RefusedInput("shape_whole")
    if any(size < 0 for size in sizes):
        raise RefusedInput("shape_negative")
    return Parsed(tuple(sizes), show(tuple(sizes)))


def _encloses(inside: str) -> bool:
    """Return whether the brackets around `inside` match each other."""
    depth = 0
    for character in inside:
        depth += (character in "([{") - (character in ")]}")
        if depth < 0:
            return False
    return depth == 0


def _parts(text: str) -> list[str]:
    """Return the sizes of a shape, separated by commas, else by ×, else by spaces."""
    if re.search(r"[,;]", text):
        if re.search(r"[,;] ", text) and re.search(r"(?<!\d)\d{1,3}(,\d{3})+(?!\d)", text):
            raise RefusedInput("shape_grouping")
        if re.search(r"[xX×]", text):
            raise RefusedInput("shape_form")
        parts = [part.strip() for part in re.split(r"[,;]", text)]
        if len(parts) > 1 and not parts[-1]:
            parts.pop()  # (5,) has one size
        if any(re.fullmatch(r"0\d+", part) for part in parts):
            raise RefusedInput("shape_grouping")
    elif re.fullmatch(r"\d+(\s*[xX×*]\s*\d+)+", text):
        if text.startswith(("0x", "0X")):
            raise RefusedInput("not_decimal", typed=text)
        parts = [part.strip() for part in re.split(r"[xX×*]", text)]
    elif re.fullmatch(r"\d+( +\d+)+", text):
        parts = text.split()
    elif text.isdigit() or not text:
        parts = [text]
    else:
        raise RefusedInput("shape_form")
    if not all(parts):
        raise RefusedInput("empty_size")
    return parts


def _formula(plain: str, item: Item) -> Parsed:
    found = tokens(plain, tuple(item.variables))
    formula = canonical(found)
    point = {name: values[-1] for name, values in item.variables.items()}
    try:
        evaluate_arithmetic(formula, point)
    except ExpressionError as error:
        # A zero divisor at one point makes a formula wrong, not unreadable.
        if (cause := _cause(error)) != "zero":
            raise RefusedInput(cause) from error
    return Parsed(formula, "".join(token.typed or "·" for token in found))


def _letters(plain: str, kind: str, count: int) -> Parsed:
    """Parse letters (or numbers) of choices: one, several, or all in an order."""
    picked = [_index(word, count) for word in _words(plain, kind, count)]
    if kind == "choice":
        if len(set(picked)) != 1:
            raise RefusedInput("one_letter", last=LETTERS[count - 1])
        return Parsed(picked[0], LETTERS[picked[0]])
    if kind == "multiple":
        chosen = tuple(sorted(set(picked)))
        return Parsed(chosen, " ".join(LETTERS[n] for n in chosen))
    if sorted(picked) != list(range(count)):
        raise RefusedInput("each_once", letters=" ".join(LETTERS[:count]))
    return Parsed(tuple(picked), " ".join(LETTERS[n] for n in picked))


def _matching(plain: str, count: int) -> Parsed:
    """Parse `1B 2A`, `1-B, 2-A`, or only the letters in the order of the left side."""
    last = LETTERS[count - 1]
    text = re.sub(r"[\s,;.:>/=()→-]+", "", plain).upper()
    if pairs := re.findall(r"(\d)([A-Z])", text):
        if "".join(f"{n}{letter}" for n, letter in pairs) != text:
            raise RefusedInput("pairs", count=count, last=last)
        if sorted(int(n) for n, _ in pairs) != list(range(1, count + 1)):
            raise RefusedInput("pairs", count=count, last=last)
        letters = [letter for _, letter in sorted(pairs)]
    else:
        letters = list(text)
    if len(letters) != count or any(letter not in LETTERS[:count] for letter in letters):
        raise RefusedInput("pairs", count=count, last=last)
    if len(set(letters)) != count:
        raise RefusedInput("partner_twice")
    picked = tuple(LETTERS.index(letter) for letter in letters)
    return Parsed(picked, " ".join(f"{n}{letter}" for n, letter in enumerate(letters, 1)))


#: Separators allowed between letters. A hyphen between several would be a range: A-C.
_BETWEEN = {"choice": r"\s,;.:()", "multiple": r"\s,;.:()/+&", "order": r"\s,;.:()>→-"}


def _words(plain: str, kind: str, count: int) -> Sequence[str]:
    text = re.sub(r"^\s*选择?", "", plain).upper()
    text = re.sub(r"和|与|及|\bAND\b", " ", text)
    words = re.findall(r"[A-Z]+|\d+", text)
    if re.sub(rf"[A-Z\d{_BETWEEN[kind]}]", "", text) or not words:
        raise RefusedInput("letters", last=LETTERS[count - 1])
    if len(words) == 1 and len(words[0]) > 1:
        return list(words[0])
    return words


def _index(word: str, count: int) -> int:
    number = LETTERS.find(word) if len(word) == 1 and word.isalpha() else -1
    if word.isdigit() and len(word) == 1:
        number = int(word) - 1
    if not 0 <= number < count:
        raise RefusedInput("letters", last=LETTERS[count - 1])
    return number
