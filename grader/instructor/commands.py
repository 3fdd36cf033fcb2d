"""Define the commands `grade`, `regrade` and `report`: parse, call, render."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..render.pages import need as need_pages
from ..terminal.help import Command, Number
from .command_options import author, cluster, option, place

if TYPE_CHECKING:
    from ..terminal.app import App
    from .graders import ClusterOptions


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@place
@option("--roster", type=click.Path(), metavar="CSV", help="roster")
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--rubric", type=click.Path(), metavar="TOML", help="rubric")
@option("--private-seed", type=click.Path(), metavar="FILE", help="private_seed")
@option("--practice", is_flag=True, help="practice")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
@cluster
@option("--framework", type=click.Choice(["numpy", "torch"]), help="grade_framework")
@option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="device")
@option("--timeout", type=Number(0.01, 3600), metavar="S", help="timeout")
@option("--memory", type=click.IntRange(32, 1 << 20), metavar="MB", help="memory")
@option("--require-sandbox", type=click.Choice(["full", "basic"]), default="full", help="sandbox")
@option("--wrap", type=click.Choice(["bwrap"]), help="wrap")
@option("--exam", "exams", type=click.Path(), multiple=True, metavar="TOML", help="mark_exam")
@option("--answer-sheets", type=click.Path(), metavar="DIR", help="answer_sheets")
@option("--feedback", type=click.Path(path_type=Path), metavar="DIR", help="feedback")
@option("--resume", is_flag=True, help="resume")
@option("--author", metavar="NAME", help="author")
@option("--yes", is_flag=True, help="another_class")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def grade(
    app: App,
    /,
    exercises: str | None,
    book: str | None,
    course: str,
    rubric: str | None,
    jobs: int | None,
    cluster: ClusterOptions | None,
    feedback: Path | None,
    resume: bool,
    author: str | None,
    as_json: bool,
    **values: Any,
) -> int:
    """Grade many submissions into the gradebook."""
    from ..gradebook import need

    need()
    if feedback or values["answer_sheets"]:
        need_pages()
    from .grade_command import options_of, run_grade

    values["exercises"] = tuple(filter(None, (exercises or "").replace(",", " ").split()))
    return run_grade(
        app,
        options_of(values),
        place=book,
        course=course,
        rubric=rubric,
        author=author,
        jobs=jobs,
        cluster=cluster,
        feedback=feedback,
        resume=resume,
        as_json=as_json,
    )


@click.command(cls=Command)
@click.argument("exercise", metavar="EX")
@place
@author
@option("--private-seed", type=click.Path(), metavar="FILE", help="private_seed")
@option("--practice", is_flag=True, help="practice")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
@cluster
@option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", help="device")
@option("--timeout", type=Number(0.01, 3600), metavar="S", help="timeout")
@option("--memory", type=click.IntRange(32, 1 << 20), metavar="MB", help="memory")
@option("--require-sandbox", type=click.Choice(["full", "basic"]), default="full", help="sandbox")
@option("--wrap", type=click.Choice(["bwrap"]), help="wrap")
@option("--yes", is_flag=True, help="yes")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def regrade(
    app: App,
    /,
    exercise: str,
    book: str | None,
    course: str,
    author: str | None,
    reason: str,
    jobs: int | None,
    cluster: ClusterOptions | None,
    yes: bool,
    as_json: bool,
    **values: Any,
) -> int:
    """Grade an exercise again under the current key."""
    from ..gradebook import need

    need()
    from .grade_command import options_of
    from .regrade_command import run_regrade

    values["exercises"] = (exercise,)
    return run_regrade(
        app,
        options_of(values),
        place=book,
        course=course,
        author=author,
        reason=reason,
        jobs=jobs,
        cluster=cluster,
        yes=yes,
        as_json=as_json,
    )


@click.command(cls=Command)
@place
@option("--exercises", metavar="EX,EX…", help="exercises")
@option(
    "-o",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("class.html"),
    metavar="FILE",
    help="report_out",
)
@option("--pages", type=click.Path(path_type=Path), metavar="DIR", help="report_pages")
@option("--exam", "exams", type=click.Path(), multiple=True, metavar="TOML", help="report_exam")
@click.pass_obj
def report(
    app: App,
    book: str | None,
    course: str,
    exercises: str | None,
    out: Path,
    pages: Path | None,
    exams: tuple[str, ...],
) -> int:
    """Write the class page."""
    from ..gradebook import need

    need()
    need_pages()
    from .class_page import ClassRequest, run_report

    names = tuple((exercises or "").replace(",", " ").split())
    return run_report(app, book, course, ClassRequest(out, names, pages, exams))
