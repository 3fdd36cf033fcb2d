"""Draw variants: items with parameters, and everything that is shown and compared.

Draws are keyed by (student, item, attempt), see `draw_variant`. Attempt 0 is the default
variant, whose parameters the author chose; later attempts draw until the constraints hold and
the answer and all distractors differ.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...errors import ExpressionError, ItemError
from .expressions import evaluate
from .item import LANGUAGES, TYPED, Figure, Item, Option, Texts, Value
from .matrices import Matrix, build
from .number_stream import keyed
from .wording import fill, show

#: Maximum number of draws; if a tenth of a grid is usable, all fail once in 10**45 variants.
MAX_REDRAWS = 1000


class Scope(Mapping[str, Any]):
    """Parameters, and the derived values and figures, which are computed at first use."""

    def __init__(self, item: Item, params: Mapping[str, Any]) -> None:
        self._item = item
        self._known: dict[str, Any] = dict(params)
        self._open: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            if name in self._open:
                raise ExpressionError(f"{name} is defined by itself")
            self._open.add(name)
            self._known[name] = self._compute(name)
        return self._known[name]

    def _compute(self, name: str) -> Any:
        if name in self._item.derived:
            return evaluate(self._item.derived[name], self)
        figure = self._item.figures[name]
        if figure.value:
            return evaluate(figure.value, self)
        return self._drawn(figure)

    def _drawn(self, figure: Figure) -> Matrix:
        rows, cols = evaluate(figure.rows, self), evaluate(figure.cols, self)

        def cell(i: int, j: int) -> Any:
            return evaluate(figure.cell, _Overlay({"i": i, "j": j}, self))

        return build(int(rows), int(cols), cell)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._item.derived, **self._item.figures})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Overlay(dict[str, Any]):
    """A few values on top of another mapping."""

    def __init__(self, values: Mapping[str, Any], under: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._under = under

    def __missing__(self, name: str) -> Any:
        return self._under[name]


class Choice(NamedTuple):
    """One line that a learner can pick: its text by language, and the option it came from."""

    text: Texts
    option: Option
    right: bool


class Variant(NamedTuple):
    """An item with its parameters; `choices` are in the order in which they are shown."""

    item: Item
    #: The student; item, student and attempt together determine the variant.
    student: str
    attempt: int
    params: Mapping[str, int]
    scope: Mapping[str, Any]
    choices: tuple[Choice, ...] = ()
    #: match: the right-hand column in the order in which it is shown, as indices of parts.
    partners: tuple[int, ...] = ()

    def text(self, template: Texts, language: str) -> str:
        """Return a text of the item with its placeholders filled."""
        return fill(template[language], self.scope)

    def stem(self, language: str) -> str:
        """Return the question."""
        return self.text(self.item.stem, language)

    @property
    def answer(self) -> Value:
        """Return the right answer of a typed item."""
        return evaluate(self.item.answer.value, self.scope)

    @property
    def distractors(self) -> tuple[tuple[Value, Option], ...]:
        """Return the wrong answers of a typed item with the options that they come from."""
        return tuple((evaluate(o.value, self.scope), o) for o in self.item.wrong)

    @property
    def figures(self) -> dict[str, Matrix]:
        """Return the matrices drawn with the question, by name."""
        return {name: self.scope[name] for name in self.item.show}


def draw_variant(item: Item, student: str, attempt: int) -> Variant:
    """Return the variant for a student's attempt; 0 is the default variant.

    Raises ItemError if no draw satisfies the item's constraints (a bank that `lint` refuses).
    """
    if attempt == 0 or not item.params:
        params = dict(item.default)  # lint has checked that it satisfies the constraints
    else:
        draw = keyed("params", student, item.id, attempt)
        for _ in range(MAX_REDRAWS):
            params = {name: draw.pick(values) for name, values in item.params.items()}
            if distinct(item, params):
                break
        else:
            raise ItemError(f"{item.where_found}: no parameters satisfy its constraints")
    return make(item, params, student, attempt)


def grid(item: Item) -> Iterator[dict[str, int]]:
    """Yield every combination of parameters, without applying the constraints."""
    for values in itertools.product(*item.params.values()):
        yield dict(zip(item.params, values, strict=True))


def allowed(item: Item, params: Mapping[str, int]) -> bool:
    """Return whether the item's constraints hold."""
    scope = Scope(item, params)
    return all(evaluate(condition, scope) for condition in item.where)


def distinct(item: Item, params: Mapping[str, int]) -> bool:
    """Return whether the constraints hold and no two answers coincide in any language."""
    scope = Scope(item, params)
    if not all(evaluate(condition, scope) for condition in item.where):
        return False
    if item.kind == "expression" and item.variables:
        return True  # lint compares formulas on the points of their variables
    options = item.parts or (item.answer, *item.wrong)
    if item.kind in TYPED:
        return len({evaluate(option.value, scope) for option in options}) == len(options)
    columns = [[option_text(option, scope) for option in options]]
    if item.kind == "match":
        columns.append([filled(option.partner, scope) for option in options])
    return all(
        len({row[language] for row in column}) == len(column)
        for column in columns
        for language in LANGUAGES
    )


def filled(texts: Texts, scope: Mapping[str, Any]) -> Texts:
    """Return a text in each language with its placeholders filled."""
    return {language: fill(text, scope) for language, text in texts.items()}


def option_text(option: Option, scope: Mapping[str, Any]) -> Texts:
    """Return the text of an option, or its value, by language."""
    if option.text:
        return filled(option.text, scope)
    return dict.fromkeys(LANGUAGES, show(evaluate(option.value, scope)))


def make(item: Item, params: Mapping[str, int], student: str = "", attempt: int = 0) -> Variant:
    """Return the variant with given parameters, its choices in the order drawn for the attempt."""
    scope = Scope(item, params)
    draw = keyed("order", student, item.id, attempt)
    if item.kind in TYPED:
        return Variant(item, student, attempt, params, scope)
    if item.kind == "choice":
        options = [_choice(item.answer, True, scope)]
        options += [_choice(option, False, scope) for option in item.wrong]
    elif item.kind == "multiple":
        options = [_choice(o, bool(evaluate(o.right, scope)), scope) for o in item.parts]
    else:
        options = [_choice(option, True, scope) for option in item.parts]
    if item.kind == "match":
        order = draw.shuffled(range(len(options)))
        return Variant(item, student, attempt, params, scope, tuple(options), tuple(order))
    choices = draw.shuffled(options)
    # Steps shown in their right order would give the answer away.
    while item.kind == "order" and choices == options:
        choices = draw.shuffled(options)
    return Variant(item, student, attempt, params, scope, tuple(choices))


def _choice(option: Option, right: bool, scope: Mapping[str, Any]) -> Choice:
    return Choice(option_text(option, scope), option, right)
