"""Define the subcommands of `gradebook`: parse, call, render."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..lms_formats.formats import FORMATS
from ..render.pages import need as need_pages
from ..terminal.help import Command, Group
from .command_options import option, place

if TYPE_CHECKING:
    from ..terminal.app import App


#: Commands that record decisions, and the module that defines them.
DECISIONS = dict.fromkeys(
    ("override", "extend", "comment", "rubric", "quiz", "forget"),
    "learncnn.grader.instructor.decision_commands",
)


@click.group(cls=Group, lazy=DECISIONS)
def gradebook() -> None:
    """Show the gradebook, record decisions, export grades."""


@gradebook.command("show", cls=Command)
@click.argument("student", required=False, metavar="[STUDENT]")
@place
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def gradebook_show(
    app: App, student: str | None, book: str | None, course: str, exercises: str, as_json: bool
) -> int:
    """Show the table of grades, or one student's grades with their history."""
    from ..gradebook import need

    need()
    from .gradebook_screen import show_grades

    wanted = (exercises or "").replace(",", " ").split()
    return show_grades(app, book, course, student, wanted, as_json=as_json)


@gradebook.group(
    "students",
    cls=Group,
    invoke_without_command=True,
    lazy=dict.fromkeys(("merge", "split"), "learncnn.grader.instructor.decision_commands"),
)
@place
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_context
def gradebook_students(
    context: click.Context, book: str | None, course: str, as_json: bool
) -> int | None:
    """List the students of the course, and those who may be the same person."""
    if context.invoked_subcommand is not None:
        return None
    from ..gradebook import need

    need()
    from .students_command import run_students

    return run_students(context.obj, book, course, as_json=as_json)


@gradebook.command("exercises", cls=Command)
@click.argument("names", required=False, metavar="[EX,EX…]")
@place
@option("--kit", type=click.Path(), metavar="DIR", help="kit")
@option("--author", metavar="NAME", help="author")
@click.pass_obj
def gradebook_exercises(
    app: App, names: str | None, book: str | None, course: str, kit: str | None, author: str | None
) -> int:
    """Set which exercises count, or print them."""
    from ..gradebook import need

    need()
    from .students_command import run_exercises

    wanted = tuple((names or "").replace(",", " ").split())
    return run_exercises(app, book, course, names=wanted, kit=kit, author=author)


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
@click.argument("out", type=click.Path(path_type=Path), metavar="DIR|ZIP")
@place
@option("--exercises", metavar="EX,EX…", help="exercises")
@option("--pack", type=click.Choice(["canvas", "moodle"]), help="pack")
@click.pass_obj
def gradebook_feedback(
    app: App, out: Path, book: str | None, course: str, exercises: str | None, pack: str | None
) -> int:
    """Write a page for each student."""
    from ..gradebook import need

    need()
    need_pages()
    from .feedback_pages import FeedbackRequest, run_feedback

    names = tuple((exercises or "").replace(",", " ").split())
    return run_feedback(app, book, course, FeedbackRequest(out, names, pack))
