"""Define a parsed item: frozen values, without behaviour that needs parameters.

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

#: What choices are called on a screen.
LETTERS = "ABCDEFGH"
#: What an "I don't know" is stored as.
DONT_KNOW = "?"

#: By language.
Texts = Mapping[str, str]
NO_TEXTS: Texts = {}
#: What an expression over the parameters can be: a number, a shape, or rows of a matrix.
Value: TypeAlias = "int | Fraction | str | bool | tuple[Value, ...]"


class Figure(NamedTuple):
    """A matrix drawn with an item: `cell` over (i, j), or any expression that gives a matrix."""

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
    #: What is shown, where it is not the value.
    text: Texts = NO_TEXTS
    #: The partner of a match pair.
    partner: Texts = NO_TEXTS
    #: The misconception that leads here.
    code: str = ""
    #: multiple: a condition over the parameters that says whether it belongs to the answer.
    right: str = ""
    #: order: the steps' numbers in the order someone with this misconception would give.
    order: tuple[int, ...] = ()


class Item(NamedTuple):
    """One quiz item. Expressions are kept as text and evaluated per variant."""

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
    #: expression: the names a learner's formula may use, with the values it is compared on.
    variables: Mapping[str, tuple[int, ...]] = {}
    domain: tuple[str, ...] = ()
    graded: bool = True
    #: Statements of the curriculum that it asks about: `S01` …
    asks: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """The misconceptions this item can name, without repetition."""
        found = [option.code for option in (*self.wrong, *self.parts) if option.code]
        return tuple(dict.fromkeys(found))

    @property
    def where_found(self) -> str:
        """File, line and id, as every message about this item begins."""
        return f"{self.file}:{self.line}: item {self.id}"
