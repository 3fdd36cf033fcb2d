"""The commands of instructors but `release` and `similar`: parse, call, render. No logic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..lms_formats.formats import FORMATS
from ..render.pages import need as need_pages
from ..terminal.help import Command, Group, HelpOption, Number

if TYPE_CHECKING:
    from ..terminal.app import App

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


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@place
@option("--roster", type=click.Path(), metavar="CSV", help="roster")
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--rubric", type=click.Path(), metavar="TOML", help="rubric")
@option("--private-seed", type=click.Path(), metavar="FILE", help="private_seed")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
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
    feedback: Path | None,
    resume: bool,
    as_json: bool,
    **values: Any,
) -> int:
    """Grade many submissions into the gradebook."""
    from ..gradebook import need

    need()
    if feedback:
        need_pages()
    from .grade_command import options_of, run_grade

    values["exercises"] = tuple(filter(None, (exercises or "").replace(",", " ").split()))
    return run_grade(
        app,
        options_of(values),
        place=book,
        course=course,
        rubric=rubric,
        jobs=jobs,
        feedback=feedback,
        resume=resume,
        as_json=as_json,
    )


@click.command(cls=Command)
@click.argument("exercise", metavar="EX")
@place
@author
@option("--private-seed", type=click.Path(), metavar="FILE", help="private_seed")
@option("--jobs", type=click.IntRange(1, 512), metavar="N", help="jobs")
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
    yes: bool,
    as_json: bool,
    **values: Any,
) -> int:
    """Grade an exercise again under the present key."""
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
        yes=yes,
        as_json=as_json,
    )


@click.group(cls=Group)
def gradebook() -> None:
    """Look into the gradebook, decide, export."""


@gradebook.command("show", cls=Command)
@click.argument("student", required=False, metavar="[STUDENT]")
@place
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def gradebook_show(
    app: App, student: str | None, book: str | None, course: str, exercises: str, as_json: bool
) -> int:
    """The table of grades, or one student's with all they follow from."""
    from ..gradebook import need

    need()
    from .gradebook_screen import show_grades

    wanted = (exercises or "").replace(",", " ").split()
    return show_grades(app, book, course, student, wanted, as_json=as_json)


@gradebook.command("override", cls=Command)
@click.argument("student", metavar="STUDENT")
@click.argument("exercise", metavar="EX")
@click.argument("points", required=False, type=float, metavar="[POINTS]")
@place
@author
@option("--excuse", is_flag=True, help="excuse")
@option("--revoke", is_flag=True, help="revoke")
@option("--bonus", is_flag=True, help="bonus")
@click.pass_obj
def gradebook_override(
    app: App, /, book: str | None, course: str, reason: str, author: str | None, **values: Any
) -> int:
    """Decide points by hand."""
    from ..gradebook import need

    need()
    from .overrides import run_override

    return run_override(app, book, course, reason=reason, author=author, **values)


@gradebook.group("students", cls=Group, invoke_without_command=True)
@place
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_context
def gradebook_students(
    context: click.Context, book: str | None, course: str, as_json: bool
) -> int | None:
    """Who is in the course, and who may be one."""
    if context.invoked_subcommand is not None:
        return None
    from ..gradebook import need

    need()
    from .students_command import run_students

    return run_students(context.obj, book, course, as_json=as_json)


@gradebook_students.command("merge", cls=Command)
@click.argument("student", metavar="STUDENT")
@click.argument("other", metavar="OTHER")
@place
@author
@click.pass_obj
def students_merge(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Let two students count as one."""
    from ..gradebook import need

    need()
    from .students_command import run_merge

    return run_merge(app, book, course, **values)


@gradebook_students.command("split", cls=Command)
@click.argument("student", metavar="STUDENT")
@place
@author
@click.pass_obj
def students_split(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Take students apart."""
    from ..gradebook import need

    need()
    from .students_command import run_split

    return run_split(app, book, course, **values)


@gradebook.command("exercises", cls=Command)
@click.argument("names", required=False, metavar="[EX,EX…]")
@place
@option("--kit", type=click.Path(), metavar="DIR", help="kit")
@click.pass_obj
def gradebook_exercises(
    app: App, names: str | None, book: str | None, course: str, kit: str | None
) -> int:
    """Say which exercises count, or print them."""
    from ..gradebook import need

    need()
    from .students_command import run_exercises

    wanted = tuple((names or "").replace(",", " ").split())
    return run_exercises(app, book, course, names=wanted, kit=kit)


@gradebook.command("rubric", cls=Command)
@click.argument("file", required=False, type=click.Path(), metavar="[TOML]")
@place
@click.pass_obj
def gradebook_rubric(app: App, file: str | None, book: str | None, course: str) -> int:
    """Put a rubric into force, or print the one that is."""
    from ..gradebook import need

    need()
    from .overrides import run_rubric

    return run_rubric(app, book, course, file)


@gradebook.command("quiz", cls=Command)
@click.argument("file", type=click.Path(), metavar="CSV")
@place
@option("--name", metavar="NAME", default="quiz", help="quiz_name")
@click.pass_obj
def gradebook_quiz(app: App, file: str, book: str | None, course: str, name: str) -> int:
    """Take over quiz scores."""
    from ..gradebook import need

    need()
    from .overrides import run_quiz_scores

    return run_quiz_scores(app, book, course, file, name)


@gradebook.command("upgrade", cls=Command)
@place
@click.pass_obj
def gradebook_upgrade(app: App, book: str | None, course: str) -> None:
    """Bring an older gradebook up to date."""
    from ..gradebook import need

    need()
    from ..gradebook.connection import open_gradebook
    from ..i18n.texts import say

    found = open_gradebook(book, course=course, upgrade=True)
    app.out([say("gradebook", "upgraded", place=found.place)])
    found.close()


@gradebook.command("export", cls=Command)
@click.argument("format_", type=click.Choice(FORMATS), metavar=f"{{{'|'.join(FORMATS)}}}")
@place
@option("-o", "out", type=click.Path(path_type=Path), metavar="FILE|DIR", help="grades_out")
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--into", type=click.Path(path_type=Path), metavar="CSV", help="into")
@option("--column", metavar="TITLE", help="column")
@click.pass_obj
def gradebook_export(
    app: App,
    format_: str,
    book: str | None,
    course: str,
    out: Path | None,
    exercises: str | None,
    into: Path | None,
    column: str | None,
) -> int:
    """Write grades for an LMS or another tool."""
    from ..gradebook import need

    need()
    from .export_command import ExportRequest, run_export

    names = tuple((exercises or "").replace(",", " ").split())
    return run_export(app, book, course, ExportRequest(format_, out, names, into, column))


@gradebook.command("feedback", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@place
@option("--exercises", metavar="EX,EX…", help="exercises")
@click.pass_obj
def gradebook_feedback(
    app: App, folder: Path, book: str | None, course: str, exercises: str | None
) -> int:
    """Write a page for each student."""
    from ..gradebook import need

    need()
    need_pages()
    from .feedback_pages import run_feedback

    names = (exercises or "").replace(",", " ").split()
    return run_feedback(app, book, course, folder, names)


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
@click.pass_obj
def report(app: App, book: str | None, course: str, exercises: str | None, out: Path) -> int:
    """Write the class page."""
    from ..gradebook import need

    need()
    need_pages()
    from .class_page import run_report

    names = (exercises or "").replace(",", " ").split()
    return run_report(app, book, course, out, names)
