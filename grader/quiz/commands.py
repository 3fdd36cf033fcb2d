"""The commands `quiz`, `review` and `bank`: parse, call, render, without logic of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ..terminal.help import Command, Group, HelpOption, Number

if TYPE_CHECKING:
    from ..terminal.app import App

FORMATS = ("gift", "moodlexml", "qti", "anki", "jupyterquiz")


@click.command(cls=Command)
@click.argument("targets", nargs=-1, metavar="[EX|UNIT|taxonomy|history]...")
@click.option("-n", "count", type=click.IntRange(1, 500), default=5, cls=HelpOption, help="count")
@click.option("--seed", metavar="TEXT", cls=HelpOption, help="quiz_seed")
@click.option("--pass", "enough", type=Number(0, 1), default=0.8, cls=HelpOption, help="pass")
@click.option("--json", "as_json", is_flag=True, cls=HelpOption, help="quiz_json")
@click.option(
    "--exam", type=click.Path(path_type=Path), metavar="FILE", cls=HelpOption, help="exam"
)
@click.option("--student", metavar="ID", cls=HelpOption, help="student")
@click.option(
    "--students", type=click.Path(path_type=Path), metavar="FILE", cls=HelpOption, help="students"
)
@click.option(
    "-o", "out", type=click.Path(path_type=Path), metavar="DIR", cls=HelpOption, help="out"
)
@click.pass_obj
def quiz(
    app: App,
    targets: tuple[str, ...],
    count: int,
    seed: str | None,
    enough: float,
    as_json: bool,
    exam: Path | None,
    student: str | None,
    students: Path | None,
    out: Path | None,
) -> int:
    """Answer questions."""
    if exam is not None:
        from .exams.sitting import run_exam

        return run_exam(app, exam, student=student, students=students, out=out, as_json=as_json)
    if students or student or out:
        raise UsageError("exam", "without_exam")
    from .play.play_commands import QuizRequest, run_quiz

    return run_quiz(app, QuizRequest(targets, count, seed, enough, as_json))


@click.command(cls=Command)
@click.option("-n", "count", type=click.IntRange(1, 500), default=10, cls=HelpOption, help="count")
@click.option("--json", "as_json", is_flag=True, cls=HelpOption, help="quiz_json")
@click.pass_obj
def review(app: App, count: int, as_json: bool) -> int:
    """Answer what is due."""
    from .play.play_commands import run_review

    return run_review(app, count, as_json=as_json)


@click.group(cls=Group)
def bank() -> None:
    """Export or check the question banks."""


@bank.command("lint", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def bank_lint(app: App, files: tuple[Path, ...]) -> int:
    """Refuse items that are not fit for learners."""
    from .items.lint import lint_bank

    complaints = lint_bank(files or None)
    app.out(complaints)
    return 1 if complaints else 0


@bank.command("export", cls=Command)
@click.argument("format_", type=click.Choice(FORMATS), metavar=f"{{{'|'.join(FORMATS)}}}")
@click.argument("targets", nargs=-1, metavar="[EX|UNIT|taxonomy|history]...")
@click.option(
    "-o", "out", type=click.Path(path_type=Path), metavar="FILE", cls=HelpOption, help="export_out"
)
@click.option("--variants", type=click.IntRange(1, 100), default=1, cls=HelpOption, help="variants")
@click.pass_obj
def bank_export(
    app: App, format_: str, targets: tuple[str, ...], out: Path | None, variants: int
) -> None:
    """Write banks in another system's format."""
    from .export import export_banks

    export_banks(app, format_, targets, out, variants)
