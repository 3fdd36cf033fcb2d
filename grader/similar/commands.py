"""Define the command `similar`: parse, call, render."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..gradebook.defaults import COURSE
from ..terminal.help import Command, HelpOption, Number

if TYPE_CHECKING:
    from ..terminal.app import App

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option whose help text is a key of the translated help."""
    return click.option(*names, cls=HelpOption, **settings)


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=FILE, metavar="[PATH]...")
@option("--against", type=FILE, multiple=True, metavar="PATH", help="against")
@option("--gradebook", "book", metavar="FILE|URL", help="similar_gradebook")
@option("--course", metavar="NAME", default=COURSE, help="course")
@option("--exercises", metavar="EX,EX…", default="", help="exercises")
@option("--roster", type=FILE, metavar="CSV", help="roster")
@option(
    "--threshold",
    type=Number(0, 1),
    default=0.6,
    show_default=True,
    metavar="SHARE",
    help="threshold",
)
@option("-o", "out", type=FILE, metavar="HTML", help="similar_out")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def similar(
    app: App,
    paths: tuple[Path, ...],
    against: tuple[Path, ...],
    book: str | None,
    course: str,
    exercises: str,
    roster: Path | None,
    threshold: float,
    out: Path | None,
    as_json: bool,
) -> int:
    """Find submissions that are suspiciously alike."""
    from . import need

    need()
    from .similar_command import SimilarRequest, run_similar

    names = tuple(exercises.replace(",", " ").split())
    wanted = SimilarRequest(paths, names, roster, threshold, against, book, course)
    return run_similar(app, wanted, out, as_json=as_json)
