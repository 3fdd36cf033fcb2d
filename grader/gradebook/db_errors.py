"""Translate database errors to one sentence each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError

from ..errors import GradebookError
from .defaults import options

#: Part of a message of SQLite or PostgreSQL → a key of gradebook.toml.
_SAID = (
    ("not a database", "foreign"),
    ("malformed", "damaged"),
    ("locked", "locked"),
    ("busy", "locked"),
    ("disk is full", "disk_full"),
    ("disk full", "disk_full"),
    ("No space left", "disk_full"),
    ("disk i/o error", "disk_full"),
    ("readonly", "readonly"),
    ("read-only", "readonly"),
    ("permission denied", "readonly"),
    ("unable to open", "unopened"),
    ("password authentication", "login"),
    ("no password supplied", "login"),
    ('role "', "login"),
    ("does not exist", "unopened"),
)
#: Messages for a PostgreSQL server that went away or was never reachable.
_GONE = (
    "server closed the connection",
    "connection is lost",
    "connection is closed",
    "connection is bad",
    "consuming input failed",
    "terminating connection",
    "connection refused",
    "connection failed",
    "could not connect",
    "could not receive",
    "could not send",
    "timed out",
    "failed to resolve",
    "the database system is",
    "timeout expired",
    "SSL connection has been closed",
)


@contextmanager
def translated(url: sa.URL, course: str) -> Iterator[None]:
    """Convert a database's exceptions to GradebookError; committed data stays."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _error(error, url, course) from error


def _error(error: Exception, url: sa.URL, course: str) -> GradebookError:
    said = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    place = place_of(url)
    lower = said.lower()
    for part, key in _SAID:
        if part.lower() in lower:
            return GradebookError("gradebook", key, place=place, options=options(place, course))
    gone = isinstance(error, DBAPIError) and error.connection_invalidated
    gone = gone or isinstance(error, InterfaceError) or any(p.lower() in lower for p in _GONE)
    if gone and url.get_backend_name() != "sqlite":
        return GradebookError("gradebook", "gone", place=place, options=options(place, course))
    reason = said.strip().partition("\n")[0][:300]
    return GradebookError("gradebook", "failed", place=place, reason=reason)


def place_of(url: sa.URL) -> str:
    """Return a gradebook's address without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.render_as_string(hide_password=True).replace("+psycopg", "")
