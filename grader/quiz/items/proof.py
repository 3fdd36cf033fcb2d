"""Examine an item over its whole parameter grid: list its variants and its problems."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ...errors import ExpressionError
from .expressions import evaluate
from .item import LANGUAGES, TYPED, Item, Value
from .variants import Scope, allowed, distinct, grid, option_text
from .wording import fill, show


@dataclass
class Proof:
    """The results of examining an item over its grid."""

    #: Number of combinations in the grid.
    size: int = 0
    #: The combinations that can be drawn.
    kept: list[dict[str, int]] = field(default_factory=list)
    #: Whether the default combination can be drawn.
    default: bool = False
    complaints: list[str] = field(default_factory=list)
    #: Number of variants whose stem shows the answer.
    told: int = 0
    #: choice: lengths of the right and the wrong choices of the default variant, by language.
    lengths: dict[str, tuple[int, list[int]]] = field(default_factory=dict)


def prove(item: Item) -> Proof:
    """Examine every combination of parameters.

    Raises ExpressionError if a constraint or the domain of a formula cannot be evaluated.
    """
    proof = Proof()
    worst: dict[str, str] = {}
    for params in grid(item):
        proof.size += 1
        if not allowed(item, params):
            continue
        try:
            if not distinct(item, params):
                continue
            for complaint in _about_variant(item, params, proof):
                worst.setdefault(complaint, _named(params))
        except ExpressionError as error:
            worst.setdefault(f"cannot be computed: {error}", _named(params))
            continue
        proof.kept.append(params)
        proof.default = proof.default or params == dict(item.default)
    if item.kind == "expression":
        proof.complaints += _about_formulas(item, proof.kept)
    proof.complaints += [f"{what}{where}" for what, where in worst.items()]
    scope = Scope(item, item.default)
    if item.kind == "choice" and proof.default:
        for language in LANGUAGES:
            right = len(option_text(item.answer, scope)[language])
            others = [len(option_text(option, scope)[language]) for option in item.wrong]
            proof.lengths[language] = right, others
    return proof


def _named(params: Mapping[str, int]) -> str:
    return f" (for {', '.join(f'{n} = {v}' for n, v in params.items())})" if params else ""


def _about_variant(item: Item, params: Mapping[str, int], proof: Proof) -> Iterator[str]:
    """Yield the complaints about one variant.

    Raises ExpressionError if a text or a figure cannot be computed.
    """
    scope = Scope(item, params)
    stems = [fill(item.stem[language], scope) for language in LANGUAGES]
    for option in (item.answer, *item.wrong, *item.parts):
        for texts in (option.why, option.text, option.partner):
            for text in texts.values():
                fill(text, scope)
    for name in item.show:
        scope[name]
    if item.kind in TYPED and item.kind != "expression":
        answer = evaluate(item.answer.value, scope)
        yield from _about_type(item.kind, answer)
        if any(_tells(stem, show(answer)) for stem in stems):
            proof.told += 1
    if item.kind == "multiple" and not any(evaluate(part.right, scope) for part in item.parts):
        yield "no part of it is right"


def _about_type(kind: str, answer: Value) -> Iterator[str]:
    if kind == "integer" and not isinstance(answer, int):
        yield f"the answer {show(answer)} is not a whole number"
    if kind == "cell" and not isinstance(answer, (int, Fraction)):
        yield f"the answer {show(answer)} is not a number"
    if kind == "shape" and not (
        isinstance(answer, tuple) and answer and all(isinstance(n, int) and n > 0 for n in answer)
    ):
        yield f"the answer {show(answer)} is not a shape"


def _tells(stem: str, answer: str) -> bool:
    return re.search(rf"(?<![\d.,×−-]){re.escape(answer)}(?![\d×]|[.,]\d)", stem) is not None


def _about_formulas(item: Item, kept: list[dict[str, int]]) -> Iterator[str]:
    """Yield a complaint if two formulas agree on every point, or the answer has no value."""
    for params in kept:
        rows: list[tuple[Any, ...]] = []
        points = list(formula_points(item, params))
        if len(points) < 4:
            yield f"fewer than four points to compare formulas on{_named(params)}"
            return
        for option in (item.answer, *item.wrong):
            rows.append(tuple(_value_or_none(option.value, point) for point in points))
        if None in rows[0]:
            yield f"the answer cannot be computed on every point{_named(params)}"
            return
        if len(set(rows)) < len(rows):
            yield f"two formulas agree on every point{_named(params)}"
            return


def formula_points(item: Item, params: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Yield the points of the domain on which formulas are compared."""
    for values in itertools.product(*item.variables.values()):
        point = {**params, **dict(zip(item.variables, values, strict=True))}
        if all(evaluate(condition, point) for condition in item.domain):
            yield point


def _value_or_none(source: str, point: Mapping[str, int]) -> Value | None:
    try:
        return evaluate(source, point)
    except ExpressionError:
        return None
