"""The command `grade-batch`: parse, call, render. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..terminal.help import Command, HelpOption

if TYPE_CHECKING:
    from ..terminal.app import App

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """An option with translated help."""
    return click.option(*names, cls=HelpOption, **settings)


@click.command("grade-batch", cls=Command)
@click.argument("tasks", type=FILE, metavar="[TASKS]", required=False)
@option("-o", "out", type=FILE, metavar="RECORDS", help="batch_out")
@option("--keys", type=FILE, metavar="DIR", help="batch_keys")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
@click.pass_obj
def grade_batch(
    app: App, tasks: Path | None, out: Path | None, keys: Path | None, jobs: int | None
) -> int:
    """Grade a tasks document and write the records."""
    from . import need

    need()
    from .batch_command import run_grade_batch

    return run_grade_batch(app, tasks, out, keys, jobs)
