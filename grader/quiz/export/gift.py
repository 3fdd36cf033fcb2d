"""Export GIFT, Moodle's text format: https://docs.moodle.org/en/GIFT_format"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .drawn_questions import Plain, PlainOption, decimal, spellings
from .question_html import inline, stem_html, why_html


def gift(questions: Iterable[Plain]) -> str:
    """Return the questions as GIFT text, with one category for each bank."""
    blocks: list[str] = []
    bank = ""
    for question in questions:
        if question.bank != bank:
            bank = question.bank
            blocks.append(f"$CATEGORY: learncnn/{bank}")
        blocks.append(_block(question))
    return "\n\n".join(blocks) + "\n"


def _block(question: Plain) -> str:
    head = f"// {question.id}\n::{_safe(question.id)}::[html]{_safe(stem_html(question))}"
    answers = "\n".join(_ANSWERS[question.form](question))
    return f"{head}{{{answers}\n####{_safe(inline(question.why))}\n}}"


def _number(question: Plain) -> list[str]:
    rows = ["#"]
    for option in question.options:
        value, tolerance = decimal(option.value)
        rows.append(f"{'=' if option.right else '=%0%'}{value}:{tolerance}{_why(option)}")
    return rows


def _text(question: Plain) -> list[str]:
    return [
        f"{'=' if option.right else '=%0%'}{_safe(spelling)}{_why(option)}"
        for option in question.options
        for spelling in spellings(option.value)
    ]


def _single(question: Plain) -> list[str]:
    return [
        f"{'=' if option.right else '~'}{_safe(inline(option.text))}{_why(option)}"
        for option in question.options
    ]


def _multi(question: Plain) -> list[str]:
    return [
        f"~%{share:g}%{_safe(inline(option.text))}{_why(option)}"
        for option, share in zip(question.options, shares(question), strict=True)
    ]


def shares(question: Plain) -> list[float]:
    """Return the percentage of the points for each choice of a "multi" question.

    Wrong choices are negative, so ticking everything earns nothing.
    """
    right = sum(option.right for option in question.options)
    wrong = len(question.options) - right
    return [_allowed(100 / right) if o.right else -_allowed(100 / wrong) for o in question.options]


def _allowed(percent: float) -> float:
    """Return the nearest percentage that Moodle accepts."""
    known = (100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667,
             14.28571, 12.5, 11.11111, 10, 5)  # fmt: skip
    return min(known, key=lambda share: abs(share - percent))


def _pairs(question: Plain) -> list[str]:
    return [
        f"={_safe(inline(left))} -> {_safe(re.sub('`', '', right))}"
        for left, right, _ in question.pairs
    ]


_ANSWERS = {
    "number": _number,
    "text": _text,
    "single": _single,
    "multi": _multi,
    "pairs": _pairs,
    "order": _pairs,
}


def _why(option: PlainOption) -> str:
    return f"#{_safe(why_html(option.why, option.code))}"


def _safe(text: str) -> str:
    """Escape the control characters of GIFT."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text.replace("\r", "")).replace("\n", r"\n")
