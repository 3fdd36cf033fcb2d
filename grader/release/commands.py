"""Define the commands `release` and `gradescope`: parse, call, render."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..i18n.texts import listed
from ..terminal.help import Command, HelpOption, Number

if TYPE_CHECKING:
    from ..batch.tasks import Sandbox
    from ..course.catalog import ExerciseInfo
    from ..terminal.app import App

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option whose help text is a key of the translated help."""
    return click.option(*names, cls=HelpOption, **settings)


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
    from ..i18n.texts import say, use_language
    from ..quiz.exams.exam import load_exam
    from ..quiz.exams.sitting import exam_notes, read_students
    from .kit import Kit, write_kit

    lang = own_lang or app.asked_lang
    if lang:
        use_language(lang)
    if exams and students is None:
        raise UsageError("release", "students")
    loaded = [load_exam(path, make_seed=True) for path in exams]
    app.note(*(note for exam in loaded for note in exam_notes(exam)))
    kit = Kit(
        chosen(exercises),
        framework,
        lang or "auto",
        notebooks,
        read_rubric(rubric) if rubric else None,
        loaded,
        read_students(students) if students else (),
    )
    write_kit(kit, out)
    app.out([say("release", "kit", path=out, count=len(kit.exercises))])
    if loaded:
        app.note(say("release", "papers", path=out))


def chosen(names: str) -> list[ExerciseInfo]:
    """Return the named exercises in the catalog's order; without names, all that have a stub.

    Raises UsageError for a name that is unknown.
    """
    from ..course.catalog import load_catalog

    catalog = load_catalog()
    wanted = {catalog.resolve(name).id for name in names.replace(",", " ").split()}
    known = (info for info in catalog.exercises.values() if (info.path / "stub.py").exists())
    return [info for info in known if not wanted or info.id in wanted]


@click.command(cls=Command)
@option("-o", "out", type=FILE, required=True, metavar="ZIP", help="autograder_out")
@option("--exercises", metavar="EX,EX…", default="", help="kit_exercises")
@option("--private-seed", type=FILE, metavar="FILE", help="private_seed")
@option("--practice", is_flag=True, help="practice")
@option("--framework", type=click.Choice(["numpy", "torch"]), default="numpy", help="framework")
@option("--rubric", type=FILE, metavar="TOML", help="autograder_rubric")
@option("--wheels", type=FILE, metavar="DIR", help="wheels")
@option("--timeout", type=Number(0.01, 3600), metavar="S", help="timeout")
@option("--memory", type=click.IntRange(32, 1 << 20), metavar="MB", help="memory")
@option("--require-sandbox", type=click.Choice(["full", "basic"]), default="full", help="sandbox")
@click.pass_obj
def gradescope(
    app: App,
    /,
    out: Path,
    exercises: str,
    private_seed: Path | None,
    practice: bool,
    framework: str,
    rubric: Path | None,
    wheels: Path | None,
    timeout: float | None,
    memory: int | None,
    require_sandbox: Sandbox,
) -> None:
    """Write an autograder for Gradescope."""
    from ..answer_key.find import solutions_installed
    from ..errors import UsageError
    from ..gradebook.rubric import read_rubric
    from ..gradebook.seed import SEED_FILE, make_seed, seed_in
    from ..i18n.texts import say
    from .autograder import AutograderSettings, write_autograder

    infos = chosen(exercises)
    text = read_rubric(rubric).text if rubric else ""
    if practice and private_seed is not None:
        raise UsageError("grade", "seed_or_practice")
    if not practice and not solutions_installed():
        raise UsageError("grade", "no_solutions")
    seed = None
    if practice:
        app.note(say("release", "practice"))
    else:
        path = (private_seed or Path(SEED_FILE)).absolute()
        if (seed := seed_in(path)) is None:
            seed = make_seed(path)
            app.note(say("grade", "seed_made", path=path))
        elif private_seed is None:
            app.note(say("grade", "seed_used", path=path))
    ids = tuple(info.id for info in infos)
    settings = AutograderSettings(ids, framework, app.lang, timeout, memory, require_sandbox)
    write_autograder(out, settings, infos, seed=seed, rubric=text, wheels=wheels)
    app.out([say("release", "autograder", path=out, count=len(infos))])
    needing = [info.id for info in infos if info.framework(framework) == "torch"]
    if needing and wheels is None:
        app.note(say("release", "torch", ids=listed(needing)))
