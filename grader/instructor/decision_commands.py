"""Define the `gradebook` commands that record decisions: parse, call, render."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..terminal.help import Command
from .command_options import author, option, place

if TYPE_CHECKING:
    from ..terminal.app import App


@click.command("override", cls=Command)
@click.argument("student", required=False, metavar="[STUDENT]")
@click.argument("exercise", required=False, metavar="[EX]")
@click.argument("points", required=False, type=float, metavar="[POINTS]")
@place
@option("--from", "file", type=click.Path(), metavar="CSV", help="override_from")
@author
@option("--excuse", is_flag=True, help="excuse")
@option("--revoke", is_flag=True, help="revoke")
@option("--bonus", is_flag=True, help="bonus")
@click.pass_obj
def override(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Set points by hand."""
    from ..gradebook import need

    need()
    from .overrides import run_override

    return run_override(app, book, course, **values)


@click.command("extend", cls=Command)
@click.argument("student", required=False, metavar="[STUDENT]")
@click.argument("exercise", required=False, metavar="[EX|all]")
@click.argument("when", required=False, metavar="[TIME|+DAYS]")
@place
@option("--from", "file", type=click.Path(), metavar="CSV", help="extend_from")
@author
@option("--revoke", is_flag=True, help="revoke")
@click.pass_obj
def extend(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Give students their own due times."""
    from ..gradebook import need

    need()
    from .extensions_command import run_extend

    return run_extend(app, book, course, **values)


@click.command("comment", cls=Command)
@click.argument("student", required=False, metavar="[STUDENT]")
@click.argument("exercise", required=False, metavar="[EX]")
@click.argument("text", required=False, metavar="[TEXT]")
@place
@option("--from", "file", type=click.Path(), metavar="CSV", help="comment_from")
@option("--author", metavar="NAME", help="author")
@option("--line", type=click.IntRange(1), metavar="N", help="comment_line")
@option("--cell", type=click.IntRange(1), metavar="N", help="comment_cell")
@option("--attempt", type=click.IntRange(1), metavar="N", help="comment_attempt")
@option("--withdraw", type=click.IntRange(1), metavar="NUMBER", help="withdraw")
@click.pass_obj
def comment(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Comment on a student's exercise."""
    from ..gradebook import need

    need()
    from .comments_command import run_comment

    return run_comment(app, book, course, **values)


@click.command("rubric", cls=Command)
@click.argument("file", required=False, type=click.Path(), metavar="[TOML]")
@place
@author
@click.pass_obj
def rubric(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Put a rubric into force, or print the current one."""
    from ..gradebook import need

    need()
    from .course_settings import run_rubric

    return run_rubric(app, book, course, **values)


@click.command("quiz", cls=Command)
@click.argument("file", type=click.Path(), metavar="CSV")
@place
@option("--name", metavar="NAME", default="quiz", help="quiz_name")
@option("--author", metavar="NAME", help="author")
@click.pass_obj
def quiz(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Import quiz scores."""
    from ..gradebook import need

    need()
    from .course_settings import run_quiz_scores

    return run_quiz_scores(app, book, course, **values)


@click.command("forget", cls=Command)
@click.argument("student", metavar="STUDENT")
@place
@author
@option("--yes", is_flag=True, help="yes")
@click.pass_obj
def forget(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Erase a student's name, code and reports."""
    from ..gradebook import need

    need()
    from .forget_command import run_forget

    return run_forget(app, book, course, **values)


@click.command("merge", cls=Command)
@click.argument("student", metavar="STUDENT")
@click.argument("other", metavar="OTHER")
@place
@author
@click.pass_obj
def merge(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Merge two students into one."""
    from ..gradebook import need

    need()
    from .students_command import run_merge

    return run_merge(app, book, course, **values)


@click.command("split", cls=Command)
@click.argument("student", metavar="STUDENT")
@place
@author
@click.pass_obj
def split(app: App, /, book: str | None, course: str, **values: Any) -> int:
    """Separate merged students."""
    from ..gradebook import need

    need()
    from .students_command import run_split

    return run_split(app, book, course, **values)
