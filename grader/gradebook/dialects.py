"""Handle the differences between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")
#: Maximum number of values in an IN clause; old versions of SQLite allow 999.
_CHUNK = 400


def insert_new(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows whose keys do not exist yet."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))


def chunks(items: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """Yield the items in chunks of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class seconds_now(FunctionElement[float]):  # noqa: N801  as SQLAlchemy's own functions
    """The current time of the database's clock, in seconds since 1970."""

    type = sa.Float()
    inherit_cache = True
    name = "seconds_now"


@compiles(seconds_now, "sqlite")
def _in_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(seconds_now, "postgresql")
def _in_postgresql(*_: Any, **__: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"
