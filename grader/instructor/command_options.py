"""Options that several commands of instructors share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..terminal.help import HelpOption

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """An option with translated help."""
    return click.option(*names, cls=HelpOption, **settings)


def place(function: F) -> F:
    """The options that say which gradebook and which course."""
    from ..gradebook.defaults import COURSE, VARIABLE

    function = option("--course", metavar="NAME", default=COURSE, help="course")(function)
    return option("--gradebook", "book", metavar="FILE|URL", envvar=VARIABLE, help="gradebook")(
        function
    )


def author(function: F) -> F:
    """Who decides, and why."""
    function = option("--author", metavar="NAME", help="author")(function)
    return option("--reason", metavar="TEXT", default="", help="reason")(function)
