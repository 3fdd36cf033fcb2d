"""Find items in `exercises/*/quiz.toml`, `exercises/taxonomy.toml`, `exercises/history.toml`.

A file is split at its `[[item]]` lines and only the needed parts are parsed. So a quiz of five
items starts as fast with a hundred installed items as with ten, and every message can name the
line at which an item begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import tomli

from ...course.catalog import EXERCISES
from ...errors import ItemError
from .item import Item

#: Names of the banks that do not belong to an exercise.
EXTRA_BANKS = ("taxonomy", "history")

_ID = r'(?m)^id\s*=\s*"([^"\n]+)"'
_CODE = r'(?m)^code\s*=\s*"([^"\n]+)"'


class BankSource(NamedTuple):
    """The text of one item, not yet parsed."""

    file: str
    line: int
    text: str
    #: `ex03`, or the name of an extra bank.
    bank: str

    @property
    def id(self) -> str:
        """Return the item's id, or an empty string if it has none (parsing then reports it)."""
        found = re.search(_ID, self.text)
        return found[1] if found else ""

    @property
    def digest(self) -> str:
        """Return a hash of the item, which identifies the bank that a paper was made from."""
        import hashlib

        return hashlib.sha256(self.text.strip().encode()).hexdigest()[:16]

    @property
    def codes(self) -> set[str]:
        """Return the misconception codes of its distractors."""
        return set(re.findall(_CODE, self.text))


def bank_files(root: Path = EXERCISES) -> dict[str, Path]:
    """Return every bank's file by name (`ex01` …, `les01` …, `taxonomy`, `history`) in order."""
    folders = (*sorted(root.glob("ex*/quiz.toml")), *sorted(root.glob("les*/quiz.toml")))
    files = {path.parent.name.split("_")[0]: path for path in folders}
    extra = {name: root / f"{name}.toml" for name in EXTRA_BANKS}
    return files | {name: path for name, path in extra.items() if path.exists()}


def sources(path: Path, bank: str = "") -> list[BankSource]:
    """Return the items of one file, unparsed. Raises ItemError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ItemError(f"{path}: cannot be read ({error})") from error
    starts = _headers(text)
    head = text[: starts[0]] if starts else text
    if stray := [n for n, row in enumerate(head.splitlines(), 1) if row.split("#")[0].strip()]:
        raise ItemError(f"{path}:{stray[0]}: only [[item]] tables are expected in a quiz bank")
    return [
        BankSource(str(path), text.count("\n", 0, start) + 1, text[start:end], bank or path.stem)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=False)
    ]


def _headers(text: str) -> list[int]:
    """Return the positions of `[[item]]` at the beginning of a line."""
    starts, position = [], 0
    while (position := text.find("[[item]]", position)) >= 0:
        if position == 0 or text[position - 1] == "\n":
            starts.append(position)
        position += 1
    return starts


def all_sources(banks: list[str] | None = None, root: Path = EXERCISES) -> list[BankSource]:
    """Return the unparsed items of the named banks (all by default), in order."""
    files = bank_files(root)
    return [
        source
        for name in (banks or files)
        if name in files
        for source in sources(files[name], name)
    ]


def read(source: BankSource) -> Item:
    """Parse one item. Raises ItemError that names file, item and line."""
    from .schema import item_from

    try:
        table: dict[str, Any] = tomli.loads(source.text)["item"][0]
    except tomli.TOMLDecodeError as error:
        raise ItemError(
            f"{source.file}:{_toml_line(source, error)}: {source.id}: {error}"
        ) from error
    return item_from(table, source)


def _toml_line(source: BankSource, error: Exception) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return source.line + (int(found[1]) - 1 if found else 0)


def load_items(path: Path, bank: str = "") -> list[Item]:
    """Return every item of one file. Raises ItemError."""
    return [read(source) for source in sources(path, bank)]


def load_bank(banks: list[str] | None = None, root: Path = EXERCISES) -> list[Item]:
    """Return every item of the named banks (all by default).

    Raises ItemError, also if two items have the same id.
    """
    items: dict[str, Item] = {}
    for source in all_sources(banks, root):
        item = read(source)
        if item.id in items:
            raise ItemError(f"{item.where_found}: the id is taken ({items[item.id].where_found})")
        items[item.id] = item
    return list(items.values())


def find_item(item_id: str, root: Path = EXERCISES) -> Item:
    """Return the item with this id. Raises ItemError."""
    for source in all_sources(root=root):
        if source.id == item_id:
            return read(source)
    raise ItemError(f"There is no quiz item {item_id!r}.")


def ids_with(codes: set[str], root: Path = EXERCISES) -> Iterator[str]:
    """Yield the ids of items that can name one of the misconceptions, without parsing them."""
    for source in all_sources(root=root):
        if source.codes & codes:
            yield source.id
