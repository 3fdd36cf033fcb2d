"""Convert the TOML table of an item into an `Item`; errors name file, item and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...course.lesson_catalog import LESSON
from ...errors import ExpressionError, ItemError
from .expressions import parse
from .item import KINDS, LANGUAGES, TYPED, Figure, Item, Option, Texts
from .wording import pieces

if TYPE_CHECKING:
    from .bank import BankSource

_ID = r"[A-Z][A-Z0-9]*-\d{1,3}"
_NAME = r"[A-Za-z][A-Za-z0-9_]{0,15}"
_CODE = r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*"
_KEYS = {
    "id", "kind", "stem", "params", "default", "where", "derived", "figures", "show", "answer",
    "wrong", "part", "variables", "domain", "graded", "asks",
}  # fmt: skip
_OPTION_KEYS = {"value", "text", "partner", "code", "right", "order", "en", "zh"}
#: Banks whose items are not graded by default: history, and lessons.
_UNGRADED = ("history", LESSON)
#: Maximum number of values of a parameter; more would make the grid too large to prove.
MAX_VALUES = 64


class _Reader:
    """Reads the parts of one item's table; errors name the line in the file."""

    def __init__(self, source: BankSource) -> None:
        self.source = source

    def fail(self, what: str, *path: object) -> ItemError:
        """Return an error about the key at `path`; (name, n) stands for the n-th sub-table."""
        line = self.source.line + self._line_of(path)
        return ItemError(f"{self.source.file}:{line}: item {self.source.id or '(no id)'}: {what}")

    def _line_of(self, path: tuple[object, ...]) -> int:
        """Return the line of the key at `path`, counted from the item's header."""
        rows = self.source.text.splitlines()
        start = 0
        for step in path:
            if isinstance(step, tuple):
                headers = [n for n, row in enumerate(rows) if row.startswith(f"[[item.{step[0]}]]")]
                start = headers[step[1]] if step[1] < len(headers) else start
            else:
                key = re.compile(rf"(\[item\.)?{re.escape(str(step))}\s*[.=\]]")
                start = next((n for n in range(start, len(rows)) if key.match(rows[n])), start)
        return start

    def texts(self, table: Any, *path: object) -> Texts:
        """Return a text in both languages, with its placeholders checked."""
        if not isinstance(table, Mapping):
            raise self.fail(f"{path[-1]} needs a text in each of {', '.join(LANGUAGES)}", *path)
        for language in LANGUAGES:
            text = table.get(language)
            if not isinstance(text, str) or not text.strip():
                raise self.fail(f"the text in {language!r} is missing", *path)
            try:
                for is_code, piece in pieces(text):
                    if is_code:
                        parse(piece)
            except ExpressionError as error:
                raise self.fail(f"{language}: {error}", *path) from error
        return {language: table[language].strip() for language in LANGUAGES}

    def expression(self, value: Any, *path: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.fail(f"{path[-1]} is an expression in quotes", *path)
        try:
            parse(value)
        except ExpressionError as error:
            raise self.fail(str(error), *path) from error
        return value

    def condition(self, value: Any, *path: object) -> str:
        """Return an expression from a boolean or an expression; an empty text stays empty."""
        if isinstance(value, bool):
            return str(int(value))
        return self.expression(value, *path) if value != "" else ""

    def expressions(self, values: Any, key: str) -> tuple[str, ...]:
        if not isinstance(values, list):
            raise self.fail(f"{key} is a list of expressions", key)
        return tuple(self.expression(value, key) for value in values)

    def shown(self, names: Any) -> tuple[str, ...]:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self.fail("show is a list of figures' names", "show")
        return tuple(names)

    def statements(self, names: Any) -> tuple[str, ...]:
        """Return the statements of the curriculum that an item asks about."""
        known = isinstance(names, list) and all(isinstance(name, str) for name in names)
        if not known or not all(re.fullmatch(r"S\d\d", name) for name in names):
            raise self.fail("asks is a list of statements such as S01", "asks")
        return tuple(names)

    def named(self, table: Any, key: str) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self.fail(f"{key} is a table", key)
        for name in table:
            if not re.fullmatch(_NAME, name) or (name in ("i", "j") and key != "variables"):
                raise self.fail(f"{key}: {name!r} cannot name a value", key)
        return table

    def values(self, table: Any, key: str) -> dict[str, tuple[int, ...]]:
        """Return the values of parameters or variables: a list of numbers, or {from, to, step}."""
        result = {}
        for name, spec in self.named(table, key).items():
            if isinstance(spec, dict) and spec.keys() <= {"from", "to", "step"} >= {"from"}:
                try:
                    values = range(spec["from"], spec["to"] + 1, spec.get("step", 1))
                    spec = list(values[: MAX_VALUES + 1])  # one too many is refused below
                except (KeyError, TypeError, ValueError) as error:
                    raise self.fail(f"{key}.{name}: from, to, step are numbers", key) from error
            if not isinstance(spec, list) or not all(type(value) is int for value in spec):
                raise self.fail(f"{key}.{name} is a list of whole numbers or a range", key)
            if not 0 < len(spec) <= MAX_VALUES or len(set(spec)) != len(spec):
                raise self.fail(f"{key}.{name} needs 1 to {MAX_VALUES} different values", key)
            result[name] = tuple(spec)
        return result

    def option(self, table: Any, *path: object) -> Option:
        if not isinstance(table, dict):
            raise self.fail(f"{path[0]} is a table", *path)
        if unknown := table.keys() - _OPTION_KEYS:
            raise self.fail(f"unknown key {min(unknown)!r}", *path, min(unknown))
        code = table.get("code", "")
        if not isinstance(code, str) or (code and not re.fullmatch(_CODE, code)):
            raise self.fail(f"{code!r} is not a misconception's code", *path, "code")
        order = table.get("order", [])
        if not isinstance(order, list) or not all(type(step) is int for step in order):
            raise self.fail("order is a list of step numbers", *path, "order")
        why = {language: table[language] for language in LANGUAGES if language in table}
        right = table.get("right", "")
        return Option(
            why=self.texts(why, *path),
            value=self.expression(table["value"], *path, "value") if "value" in table else "",
            text=self.texts(table["text"], *path, "text") if "text" in table else {},
            partner=self.texts(table["partner"], *path, "partner") if "partner" in table else {},
            code=code,
            right=self.condition(right, *path, "right"),
            order=tuple(order),
        )

    def options(self, tables: Any, key: str) -> tuple[Option, ...]:
        if not isinstance(tables, list):
            raise self.fail(f"[[item.{key}]] tables are expected", key)
        return tuple(self.option(table, (key, n)) for n, table in enumerate(tables))

    def figure(self, name: str, table: Any) -> Figure:
        if isinstance(table, str):
            return Figure(value=self.expression(table, "figures"))
        if not isinstance(table, dict) or table.keys() != {"rows", "cols", "cell"}:
            raise self.fail(f"figures.{name} is an expression or has rows, cols, cell", "figures")
        return Figure(**{key: self.expression(table[key], "figures") for key in table})


def item_from(table: dict[str, Any], source: BankSource) -> Item:
    """Return the item of a TOML table. Raises ItemError."""
    reader = _Reader(source)
    if unknown := table.keys() - _KEYS:
        raise reader.fail(f"unknown key {min(unknown)!r}", min(unknown))
    for key in ("id", "kind", "stem", "answer"):
        if key not in table:
            raise reader.fail(f"{key} is missing")
    if not isinstance(table["id"], str) or not re.fullmatch(_ID, table["id"]):
        raise reader.fail(f"{table['id']!r} is no id such as Q03-1", "id")
    if table["kind"] not in KINDS:
        raise reader.fail(f"kind is one of {', '.join(KINDS)}", "kind")
    derived = reader.named(table.get("derived", {}), "derived")
    figures = reader.named(table.get("figures", {}), "figures")
    item = Item(
        id=table["id"],
        exercise=source.bank,
        kind=table["kind"],
        stem=reader.texts(table["stem"], "stem"),
        answer=reader.option(table["answer"], "answer"),
        wrong=reader.options(table.get("wrong", []), "wrong"),
        parts=reader.options(table.get("part", []), "part"),
        params=reader.values(table.get("params", {}), "params"),
        default=reader.named(table.get("default", {}), "default"),
        where=reader.expressions(table.get("where", []), "where"),
        derived={name: reader.expression(value, "derived") for name, value in derived.items()},
        figures={name: reader.figure(name, value) for name, value in figures.items()},
        show=reader.shown(table.get("show", [])),
        variables=reader.values(table.get("variables", {}), "variables"),
        domain=reader.expressions(table.get("domain", []), "domain"),
        graded=bool(table.get("graded", not source.bank.startswith(_UNGRADED))),
        asks=reader.statements(table.get("asks", [])),
        file=source.file,
        line=source.line,
    )
    _check(item, reader)
    return item


def _check(item: Item, reader: _Reader) -> None:
    """Raise ItemError unless the parts of an item fit together."""
    if item.default.keys() != item.params.keys():
        raise reader.fail("default gives a value for each parameter and nothing else", "default")
    for name, value in item.default.items():
        if value not in item.params[name]:
            raise reader.fail(f"default.{name} = {value} is not in the range", "default")
    names = [*item.params, *item.derived, *item.figures]
    if twice := {name for name in names if names.count(name) > 1}:
        raise reader.fail(f"{min(twice)!r} is defined twice", "params")
    if unknown := set(item.show) - item.figures.keys():
        raise reader.fail(f"show names no figure {min(unknown)!r}", "show")
    places: list[object] = ["answer", *(("wrong", n) for n in range(len(item.wrong)))]
    for place, option in zip(places, (item.answer, *item.wrong), strict=True):
        if item.kind in TYPED and not option.value:
            raise reader.fail(f"{item.kind}: the answer and every wrong need a value", place)
        if item.kind == "choice" and not (option.value or option.text):
            raise reader.fail("choice: every choice needs a text or a value", place)
    if item.kind in TYPED or item.kind == "choice":
        if len(item.wrong) < (2 if item.kind == "choice" else 1):
            raise reader.fail("too few distractors", "wrong")
        if item.parts:
            raise reader.fail(f"{item.kind} has no parts", "part")
    elif not 2 <= len(item.parts) <= 8:
        raise reader.fail(f"{item.kind} needs two to eight [[item.part]]", "part")
    if item.kind == "multiple" and not all(o.right and (o.text or o.value) for o in item.parts):
        raise reader.fail("multiple: every part needs a text and says whether it is right", "part")
    if item.kind == "order" and not all(o.text for o in item.parts):
        raise reader.fail("order: every part needs a text", "part")
    if item.kind == "match" and not all(o.text and o.partner for o in item.parts):
        raise reader.fail("match: every part needs a text and a partner", "part")
    steps = list(range(1, len(item.parts) + 1))
    for n, option in enumerate(item.wrong):
        if item.kind in ("order", "match") and sorted(option.order) != steps:
            raise reader.fail("order names every step once", ("wrong", n), "order")
        if not option.code:
            raise reader.fail("a distractor without a code", ("wrong", n))
