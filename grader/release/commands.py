"""The commands `release` and `gradescope`: parse, call, render. No logic lives here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..render.help import Command, Option

if TYPE_CHECKING:
    from ..app import App
    from ..catalog import ExerciseInfo

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """An option with translated help."""
    return click.option(*names, cls=Option, **settings)


@click.command(cls=Command)
@option("-o", "out", type=FILE, required=True, metavar="DIR", help="kit_out")
@option("--exercises", metavar="EX,EX…", default="", help="kit_exercises")
@option("--framework", type=click.Choice(["numpy", "torch"]), default="numpy", help="framework")
@option("--notebooks", is_flag=True, help="notebooks")
@option("--lang", "own_lang", type=click.Choice(["en", "zh"]), help="start_lang")
@option("--rubric", type=FILE, metavar="TOML", help="kit_rubric")
@option("--exam", "exams", type=FILE, multiple=True, metavar="TOML", help="kit_exam")
@option("--students", type=FILE, metavar="FILE", help="students")
@click.pass_obj
def release(
    app: App,
    /,
    out: Path,
    exercises: str,
    framework: str,
    notebooks: bool,
    own_lang: str | None,
    rubric: Path | None,
    exams: tuple[Path, ...],
    students: Path | None,
) -> None:
    """Write the student kit."""
    from ..errors import UsageError
    from ..gradebook.rubric import read_rubric
    from ..quiz.exam import load_exam
    from ..quiz.sitting import read_students
    from ..texts import say, use_language
    from .kit import Kit, write_kit

    if own_lang:
        use_language(own_lang)
    if exams and students is None:
        raise UsageError(say("release", "students"))
    loaded = [load_exam(path, make_seed=True) for path in exams]
    kit = Kit(
        chosen(exercises),
        framework,
        own_lang or "auto",
        notebooks,
        read_rubric(rubric) if rubric else None,
        loaded,
        read_students(students) if students else (),
    )
    write_kit(kit, out)
    app.out([say("release", "kit", path=out, count=len(kit.exercises))])
    app.note(*(say("exam", "seed_made", path=exam.made) for exam in loaded if exam.made))
    if loaded:
        app.note(say("release", "papers", path=out))


def chosen(names: str) -> list[ExerciseInfo]:
    """The exercises named, in the catalog's order; all of them without a name."""
    from ..catalog import load_catalog

    catalog = load_catalog()
    wanted = {catalog.resolve(name).id for name in names.replace(",", " ").split()}
    known = (info for info in catalog.exercises.values() if (info.path / "stub.py").exists())
    return [info for info in known if not wanted or info.id in wanted]
