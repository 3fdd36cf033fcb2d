"""Judge an answer to a variant: right, wrong with its misconception, or simply wrong.

Comparison is exact. A wrong answer that equals the result of a misconception gets its
explanation; otherwise no cause is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import ExpressionError
from ..items.expressions import evaluate, evaluate_arithmetic
from ..items.item import LETTERS, Item, Option, Texts, Value
from ..items.proof import formula_points
from ..items.variants import Variant, filled
from ..items.wording import show
from .parse import Parsed, Refused


@dataclass(frozen=True)
class Note:
    """One sentence of the explanation: about the answer, a choice, a step or a pair."""

    text: Texts
    #: Its letter or number, if any.
    label: str = ""
    #: Whether the part that it concerns was right, if that can be judged.
    right: bool | None = None
    #: The misconception, if the learner's answer shows it.
    code: str = ""


@dataclass(frozen=True)
class Judgement:
    """The verdict on one answer; `notes` explain it, starting with the given answer."""

    right: bool
    #: The learner's answer as it was understood.
    given: str
    #: The right answer, formatted for display.
    answer: str
    #: Misconceptions that lead to exactly this answer.
    codes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    dont_know: bool = False
    #: Why the input was not an answer; if set, the other fields do not apply.
    refused: Refused | None = None


def judge(variant: Variant, parsed: Parsed) -> Judgement | Refused:
    """Return the verdict on an answer.

    A fraction for a whole number is refused, unless a misconception leads to it.
    """
    item = variant.item
    if item.kind in ("integer", "cell", "shape"):
        return _judge_value(variant, parsed)
    if item.kind == "expression":
        return _judge_formula(variant, parsed)
    if item.kind == "choice":
        return _judge_choice(variant, parsed)
    if item.kind == "multiple":
        return _judge_multiple(variant, parsed)
    return _judge_arrangement(variant, parsed)


def _why(variant: Variant, option: Option) -> Texts:
    return filled(option.why, variant.scope)


def _judge_value(variant: Variant, parsed: Parsed) -> Judgement | Refused:
    right, shown = parsed.value == variant.answer, show(variant.answer)
    why = Note(_why(variant, variant.item.answer), right=True if right else None)
    if right or parsed.dont_know:
        return Judgement(right, parsed.shown, shown, notes=(why,), dont_know=parsed.dont_know)
    for value, option in variant.distractors:
        if value == parsed.value:
            note = Note(_why(variant, option), right=False, code=option.code)
            return Judgement(False, parsed.shown, shown, (option.code,), (note, why))
    if variant.item.kind == "integer" and not isinstance(parsed.value, int):
        return Refused("not_whole", {"typed": parsed.shown})
    return Judgement(False, parsed.shown, shown, notes=(why,))


def _judge_formula(variant: Variant, parsed: Parsed) -> Judgement:
    item = variant.item
    shown = item.answer.value
    why = Note(_why(variant, item.answer))
    if parsed.dont_know:
        return Judgement(False, parsed.shown, shown, notes=(why,), dont_know=True)
    points = list(formula_points(item, variant.params))
    given = [_at(parsed.value, point, item) for point in points]
    truth = [evaluate(item.answer.value, point) for point in points]
    if given == truth:
        return Judgement(True, parsed.shown, shown, notes=(why,))
    for option in item.wrong:
        if given == [_authors(option.value, point) for point in points]:
            note = Note(_why(variant, option), right=False, code=option.code)
            return Judgement(False, parsed.shown, shown, (option.code,), (note, why))
    first = next(n for n, value in enumerate(given) if value != truth[n])
    note = Note(_counterexample(points[first], given[first], truth[first], item), right=False)
    return Judgement(False, parsed.shown, shown, notes=(note, why))


def _at(formula: str, point: dict[str, int], item: Item) -> Value | None:
    names = {name: point[name] for name in item.variables}
    try:
        return evaluate_arithmetic(formula, names)
    except ExpressionError:
        return None


def _authors(source: str, point: dict[str, int]) -> Value | None:
    try:
        return evaluate(source, point)
    except ExpressionError:
        return None


def _counterexample(point: dict[str, int], given: Value | None, truth: Value, item: Item) -> Texts:
    from ...i18n.texts import family_texts

    between = family_texts("lists")["clause"]
    values = {"truth": show(truth)} | ({} if given is None else {"given": show(given)})
    sentences: Any = family_texts("summary")["counterexample" if given is not None else "undefined"]
    return {
        language: sentences[language].format(
            where=between[language].join(f"{name} = {point[name]}" for name in item.variables),
            **values,
        )
        for language in ("en", "zh")
    }


def _judge_choice(variant: Variant, parsed: Parsed) -> Judgement:
    at = next(n for n, choice in enumerate(variant.choices) if choice.right)
    right = parsed.value == at
    picked = None if parsed.dont_know else parsed.value
    codes: tuple[str, ...] = ()
    if picked is not None and not right:
        codes = _codes([variant.choices[picked].option])
    order = sorted(range(len(variant.choices)), key=lambda n: (n != picked, n != at, n))
    notes = tuple(
        Note(
            _why(variant, variant.choices[n].option),
            LETTERS[n],
            variant.choices[n].right,
            codes[0] if n == picked and codes else "",
        )
        for n in order
    )
    return Judgement(right, parsed.shown, LETTERS[at], codes, notes, dont_know=parsed.dont_know)


def _judge_multiple(variant: Variant, parsed: Parsed) -> Judgement:
    truth = tuple(n for n, choice in enumerate(variant.choices) if choice.right)
    chosen = () if parsed.dont_know else parsed.value
    missed = [] if parsed.dont_know else sorted(set(truth) ^ set(chosen))
    notes = [
        Note(
            _why(variant, choice.option),
            LETTERS[n],
            choice.right,
            choice.option.code if n in missed else "",
        )
        for n, choice in enumerate(variant.choices)
    ]
    return Judgement(
        parsed.value == truth,
        parsed.shown,
        " ".join(LETTERS[n] for n in truth),
        _codes([variant.choices[n].option for n in missed]),
        (*notes, Note(_why(variant, variant.item.answer))),
        dont_know=parsed.dont_know,
    )


def _judge_arrangement(variant: Variant, parsed: Parsed) -> Judgement:
    """Judge an order (the sequence of choices) or a match (the partner of each left side)."""
    item = variant.item
    parts = item.parts
    if item.kind == "order":
        # Positions of the parts on the screen, in their right order.
        places = [[c.option for c in variant.choices].index(part) for part in parts]
        truth = tuple(places)
        shown = " ".join(LETTERS[n] for n in truth)
    else:
        truth = tuple(variant.partners.index(n) for n in range(len(parts)))
        shown = " ".join(f"{n}{LETTERS[at]}" for n, at in enumerate(truth, 1))
    right = parsed.value == truth
    notes = [Note(_why(variant, item.answer))]
    notes += [
        Note(_why(variant, part), LETTERS[at] if item.kind == "order" else f"{n}{LETTERS[at]}")
        for n, (part, at) in enumerate(zip(parts, truth, strict=True), 1)
    ]
    codes: tuple[str, ...] = ()
    if not right and not parsed.dont_know:
        given = _by_parts(variant, parsed.value)
        for option in item.wrong:
            if given == option.order:
                codes = _codes([option])
                notes.insert(0, Note(_why(variant, option), right=False, code=option.code))
                break
    return Judgement(right, parsed.shown, shown, codes, tuple(notes), parsed.dont_know)


def _by_parts(variant: Variant, given: Sequence[int]) -> tuple[int, ...]:
    """Return the picked parts as numbers from 1, as a bank writes `order`."""
    if variant.item.kind == "match":
        return tuple(variant.partners[n] + 1 for n in given)
    parts = list(variant.item.parts)
    return tuple(parts.index(variant.choices[n].option) + 1 for n in given)


def _codes(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option.code for option in options if option.code))


__all__ = ["Judgement", "Note", "judge"]
