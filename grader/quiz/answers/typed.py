"""Tokenise typed answers: normalise the alphabet, then split numbers, names and signs.

A learner's text is never passed unchanged to Python's parser. It is split into tokens here, and
`expressions` evaluates the canonical text built from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...errors import Messages, RefusedInput

#: Maximum length of an answer, in characters.
MAX_TYPED = 200


@dataclass(frozen=True)
class Token:
    """A number, a name, a function or a sign.

    `kind` is "number", "name", "function", "×" or the sign itself; `text` is canonical Python.
    """

    kind: str
    text: str
    #: The text as typed.
    typed: str


_SAME = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-",
    "×": "×", "✕": "×", "✖": "×", "⨯": "×", "х": "×", "Х": "×", "·": "*", "⋅": "*", "∙": "*",
    "•": "*", "∗": "*", "∶": ":", "÷": "/", "∕": "/", "⁄": "/",
    "\u2062": "*", "\u2063": ",", "\u2064": "+",  # invisible operators, as copied from a formula
    "、": ",", "。": ".", "，": ",", "；": ";", "﹐": ",", "،": ",", "٬": ",", "٫": ".",
    "【": "[", "】": "]", "〔": "(", "〕": ")", "「": "(", "」": ")", "﹙": "(", "﹚": ")",
    "’": "'", "‘": "'", "´": "'", "′": "'",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_GROUPED = re.compile(r"\d{1,3}(?:([ ,_'.])\d{3})(?:\1\d{3})*(?![\d])")
#: Not `str.isdigit`, which also accepts ➋ and ⑵, although they cannot be part of a number.
_BEGINS_NUMBER = re.compile(r"\.?[0-9]")
_NUMBER = re.compile(r"(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+(?![\d.]))?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SIGNS = ("**", "//", "+", "-", "*", "/", "%", "^", "(", ")", "×")
_FUNCTIONS = ("floor", "ceil")
#: Maximum power of ten by which a decimal is scaled.
MAX_EXPONENT = 60


def normalise(text: str) -> str:
    """Normalise full-width forms, other digits, Chinese punctuation and typographic signs.

    Superscripts become powers and are never read as digits (3² is not 32). Raises RefusedInput.
    """
    if len(text) > MAX_TYPED:
        raise RefusedInput("too_long", limit=MAX_TYPED)
    _check_corners(text)
    result: list[str] = []
    power = False
    for character in text.strip():
        if (digit := character.translate(_SUPERSCRIPTS)) != character:
            result.append(digit if power else f"**{digit}")
            power = True
            continue
        if power and character.isalnum():
            result.append(" ")  # 3²5 is not 3 to the 25th
        power = False
        result.append(_plain(character))
    return "".join(result)


def _check_corners(text: str) -> None:
    """Raise RefusedInput if ⌊ is not closed by ⌋, or ⌈ by ⌉: ⌈5/2⌋ could round either way."""
    opened: list[str] = []
    for character in text if set(text) & set("⌊⌋⌈⌉") else "":
        if character in "⌊⌈(（":
            opened.append(character)
        elif character in "⌋⌉)）":
            begun = opened.pop() if opened else "("
            if character not in {"⌊": "⌋", "⌈": "⌉"}.get(begun, ")）"):
                raise RefusedInput("unpaired")


def _plain(character: str) -> str:
    if "\uff01" <= character <= "\uff5e":
        character = chr(ord(character) - 0xFEE0)
    if character in _SAME:
        return _SAME[character]
    category = unicodedata.category(character)
    if category in ("Zs", "Cc"):
        return " "
    if category in ("Cf", "Cs"):
        return ""
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def tokens(text: str, names: Collection[str] = (), *, decimals: bool = False) -> list[Token]:
    """Return the tokens of a normalised text, with a × inserted wherever one is implied.

    `names` are the variables that it may use. With `decimals` the answer may be a fraction, so
    `1,125` is refused instead of being read as 1125. Raises RefusedInput.
    """
    found = list(_with_products(list(_cut(text, names, decimals=decimals))))
    if not found:
        raise RefusedInput("empty")
    for token, following in zip(found, [*found[1:], None], strict=True):
        if token.kind == "function" and (following is None or following.kind != "("):
            raise RefusedInput("incomplete")
    return found


def canonical(found: list[Token]) -> str:
    """Join tokens into an expression for `evaluate_arithmetic`."""
    return " ".join(token.text for token in found)


def _cut(text: str, names: Collection[str], *, decimals: bool) -> Iterator[Token]:
    position = 0
    while position < len(text):
        rest = text[position:]
        if rest[0] == " ":
            position += 1
            continue
        if _BEGINS_NUMBER.match(rest):
            token = _number(rest, decimals=decimals)
        elif found := _NAME.match(rest):
            token = _name(found[0], rest, names)
        else:
            token = _sign(rest)
        yield token
        position += len(token.typed)


def _number(rest: str, *, decimals: bool) -> Token:
    if found := _GROUPED.match(rest):
        typed, separator = found[0], found[1]
        if separator == "." and typed.count(".") == 1:
            if not decimals and not re.match(r"[eE][+-]?\d", rest[len(typed) :]):
                raise RefusedInput("ambiguous_point", typed=typed)
            typed = ""  # one point is a decimal point
        elif decimals and separator == "," and typed.count(",") == 1:
            raise RefusedInput("ambiguous_comma", typed=typed)
        if typed and not rest.startswith("0"):
            _ends_well(typed, rest[len(typed) :])
            return Token("number", typed.replace(separator, ""), typed)
    plain = _NUMBER.match(rest)
    assert plain
    typed = plain[0]
    _ends_well(typed, rest[len(typed) :])
    whole = re.split(r"[.eE]", typed)[0]
    if len(whole) > 1 and whole.startswith("0"):
        raise RefusedInput("leading_zero", typed=typed)
    return Token("number", _exact(typed), typed)


def _ends_well(typed: str, after: str) -> None:
    """Check that the text after a number does not look like a continuation of it."""
    if re.match(r"[,_'.]", after):
        more = re.match(r"[\d,_'.]*", after)
        raise RefusedInput("grouping", typed=typed + (more[0] if more else ""))
    if re.match(r" +\d", after):
        more = re.match(r" +\d+", after)
        raise RefusedInput("two_numbers", typed=typed + (more[0] if more else ""))
    if re.match(r"[\d]", after):
        raise RefusedInput("grouping", typed=typed + after[:4])
    if typed == "0" and re.match(r"[xXbBoO]\d", after):
        raise RefusedInput("not_decimal", typed=typed + after[:3])


def _exact(typed: str) -> str:
    """Return a decimal as an exact quotient of whole numbers."""
    mantissa, _, exponent = typed.lower().partition("e")
    whole, _, places = mantissa.partition(".")
    power = int(exponent or 0) - len(places)
    if abs(power) > MAX_EXPONENT:
        raise RefusedInput("too_large")
    digits = (whole + places).lstrip("0") or "0"
    if power >= 0:
        return digits + "0" * power
    return f"({digits}/1{'0' * -power})"


def _name(word: str, rest: str, names: Collection[str]) -> Token:
    """Return a variable, a function, or ×, written as x.

    Raises RefusedInput for other words; for a run of variables such as `pk` it proposes `p*k`.
    """
    if word in names:
        return Token("name", word, word)
    if word.lower() in _FUNCTIONS:
        return Token("function", word.lower(), word)
    if word == "math" and rest.startswith("math.") and rest[5:].startswith(_FUNCTIONS):
        function = next(name for name in _FUNCTIONS if rest[5:].startswith(name))
        return Token("function", function, f"math.{function}")
    near = [name for name in names if name.lower() == word.lower()]
    if len(near) == 1:
        return Token("name", near[0], word)
    if re.match(r"[xX](?=\d|$)", word):
        return Token("×", "*", word[0])
    if names and all(letter in names for letter in word):
        raise RefusedInput("write_products", typed=word, product="*".join(word))
    if names:
        raise RefusedInput("unknown_name", typed=word, names=Messages(names))
    raise RefusedInput("word", typed=word)


def _sign(rest: str) -> Token:
    for sign in _SIGNS:
        if rest.startswith(sign):
            text = {"^": "**", "×": "*"}.get(sign, sign)
            return Token("×" if sign == "×" else text, text, sign)
    raise RefusedInput(_REFUSED_SIGNS.get(rest[0], "sign"), typed=rest[0])


_REFUSED_SIGNS = {
    **dict.fromkeys("[]{}", "brackets"),
    **dict.fromkeys("=<>", "equation"),
    **dict.fromkeys("~≈≃∼≅", "approximate"),
    **dict.fromkeys(",;", "comma"),
}


def _with_products(found: list[Token]) -> Iterator[Token]:
    """Insert × in `2p`, `2(n - k)` and `(a)(b)`, but not between two names or two numbers.

    An implied product after a division or a power is ambiguous, so `1/2n` is refused. Raises
    RefusedInput.
    """
    before: Token | None = None
    #: The sign before the factor that has just ended, and before each open bracket.
    sign, opened = "", [""]
    for token in found:
        if before is not None and before.kind in _ENDS and token.kind in _BEGINS:
            _refuse_neighbours(before, token)
            if sign in ("/", "//", "%", "**"):
                raise RefusedInput("ambiguous_product", typed=f"{before.typed}{token.typed}")
            yield Token("×", "*", "")
            sign = "×"
        elif token.kind in _BEGINS:
            sign = before.text if before is not None and before.kind not in _CALLS else sign
        if token.kind == "(":
            opened.append(sign)
            sign = ""
        elif token.kind == ")":
            sign = opened.pop() if len(opened) > 1 else ""
        yield token
        before = token


_ENDS = ("number", "name", ")")
_BEGINS = ("number", "name", "function", "(")
_CALLS = ("function", "(")


def _refuse_neighbours(before: Token, token: Token) -> None:
    typed = f"{before.typed} {token.typed}"
    if token.kind == "number":
        raise RefusedInput("two_numbers", typed=typed)
    if before.kind == "name" and token.kind == "name":
        raise RefusedInput("write_products", typed=typed, product=f"{before.text}*{token.text}")
    if before.kind == "name":
        raise RefusedInput("call", typed=before.typed)
