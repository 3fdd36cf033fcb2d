"""The types of a parsed quiz item: plain values, not yet filled with parameters.

Types that a quiz needs before its first question are named tuples, because defining a dataclass
takes half a millisecond and a quiz must start at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from fractions import Fraction

LANGUAGES = ("en", "zh")
KINDS = ("choice", "multiple", "integer", "shape", "expression", "order", "match", "cell")
#: Kinds whose answer is typed as a number, a shape or a formula rather than picked by letter.
TYPED = ("integer", "shape", "expression", "cell")

#: Labels of choices on a screen.
LETTERS = "ABCDEFGH"
#: Stored value of the answer "I don't know".
DONT_KNOW = "?"

#: A text by language.
Texts = Mapping[str, str]
NO_TEXTS: Texts = {}
#: Value of an expression over the parameters: a number, a text, a shape, or rows of a matrix.
Value: TypeAlias = "int | Fraction | str | bool | tuple[Value, ...]"


class Figure(NamedTuple):
    """A matrix drawn with an item.

    Either `rows`, `cols` and `cell`, an expression over (i, j), are set, or `value`, an
    expression that gives a matrix.
    """

    rows: str = ""
    cols: str = ""
    cell: str = ""
    value: str = ""


class Option(NamedTuple):
    """An answer, a distractor, or one part of a multiple, order or match item."""

    #: Why it is right or wrong.
    why: Texts
    #: An expression over the parameters; typed kinds always have one.
    value: str = ""
    #: Text to show instead of the value.
    text: Texts = NO_TEXTS
    #: The partner of a match pair.
    partner: Texts = NO_TEXTS
    #: Code of the misconception that leads to this option.
    code: str = ""
    #: multiple: a condition over the parameters that is true if this part is right.
    right: str = ""
    #: order, match: numbers of the parts, from 1, in the order given by this misconception.
    order: tuple[int, ...] = ()


class Item(NamedTuple):
    """One quiz item. Expressions are stored as text and evaluated for each variant."""

    id: str
    exercise: str
    kind: str
    stem: Texts
    answer: Option
    wrong: tuple[Option, ...] = ()
    #: multiple: the statements; order: the steps in their right order; match: the pairs.
    parts: tuple[Option, ...] = ()
    params: Mapping[str, tuple[int, ...]] = {}
    default: Mapping[str, int] = {}
    where: tuple[str, ...] = ()
    derived: Mapping[str, str] = {}
    figures: Mapping[str, Figure] = {}
    #: The figures shown, in order.
    show: tuple[str, ...] = ()
    #: expression: variables of the learner's formula, with the values on which it is compared.
    variables: Mapping[str, tuple[int, ...]] = {}
    domain: tuple[str, ...] = ()
    graded: bool = True
    #: Ids of the curriculum statements that the item asks about: `S01` …
    asks: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the misconceptions that this item can name, without repetition."""
        found = [option.code for option in (*self.wrong, *self.parts) if option.code]
        return tuple(dict.fromkeys(found))

    @property
    def where_found(self) -> str:
        """Return file, line and id, the beginning of every message about this item."""
        return f"{self.file}:{self.line}: item {self.id}"
