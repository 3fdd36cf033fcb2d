"""Recompute the sums that a lesson writes out, such as 0·0 + 1·1 + 3·2 + 4·3 = 19."""

import re
from collections.abc import Iterator
from math import isclose

_SIGNS = str.maketrans({"−": "-", "·": "*"})
_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_CHARACTERS = r"0-9.()⌊⌋+−·/% ⁰¹²³⁴⁵⁶⁷⁸⁹"
_BEFORE = re.compile(rf"(?:max\([0-9, −.]*\)|[{_CHARACTERS}]*)$")
_AFTER = re.compile(rf"^[{_CHARACTERS}]*")
_FIGURE = re.compile(r"^```figure\n.*?^```$", re.MULTILINE | re.DOTALL)


def equations(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield both sides of each equation between numbers, and whether they are equal."""
    for line in _FIGURE.sub("", text).replace("`", "").splitlines():
        for part in re.split(r"\s{2,}|\|", line):
            sides = re.split(r" ([=≈]) ", part)
            for i in range(1, len(sides), 2):
                left = _trimmed(_BEFORE.search(sides[i - 1])[0])
                right = _trimmed(_AFTER.search(sides[i + 1])[0])
                if not re.search(r"[+−·/%⌊(⁰-⁹²³]", left + right) or _lists(*sides[i - 1 : i + 2]):
                    continue
                values = _value(left), _value(right)
                if None not in values:
                    near = 0.005 if sides[i] == "≈" else 1e-12
                    yield left, right, isclose(*values, rel_tol=near, abs_tol=1e-12)


def _lists(left: str, _: str, right: str) -> bool:
    """Return whether both sides are lists of numbers, separated by commas."""
    return bool(re.search(rf",[{_CHARACTERS}]+$", left) and re.search(r"^[^a-z]*?[0-9], ", right))


def _trimmed(text: str) -> str:
    """Remove what belongs to the sentence: spaces, a full stop, unbalanced brackets."""
    text = text.strip().rstrip(".").strip()
    while text.count(")") > text.count("(") and text.endswith(")"):
        text = text[:-1].rstrip()
    while text.count("(") > text.count(")") and text.startswith("("):
        text = text[1:].lstrip()
    return text


def _value(text: str) -> float | None:
    """Return the value of an expression, or None if the text is not an expression."""
    if not text or re.search(r"[0-9.)] +[0-9(]|\( *\)", text.replace(", ", ",")):
        return None
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: "**" + found[0].translate(_POWERS), text)
    text = text.replace("⌊", "floor(").replace("⌋", ")").translate(_SIGNS)
    try:
        return float(eval(text, {"__builtins__": {}, "floor": lambda x: x // 1, "max": max}))
    except (SyntaxError, TypeError):
        return None
