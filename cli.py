"""Define the command line: parse, call, render. Each command imports only what it uses."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .grader import VERSION, errors
from .grader.runner import prestart
from .grader.terminal.help import Group, HelpOption, MainGroup, Number

if TYPE_CHECKING:
    from .grader.course.catalog import ExerciseInfo
    from .grader.course.lesson_catalog import LessonInfo
    from .grader.terminal.app import App

F = TypeVar("F", bound=Callable[..., Any])
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
QUIZ = "learncnn.grader.quiz.commands"
INSTRUCTOR = "learncnn.grader.instructor.commands"
GRADEBOOK = "learncnn.grader.instructor.gradebook_commands"
RELEASE = "learncnn.grader.release.commands"
SIMILAR = "learncnn.grader.similar.commands"
CLUSTER = "learncnn.grader.cluster.commands"


def exit_code_of(error: errors.LearncnnError) -> int:
    """Return the exit code of an error.

    2 is wrong usage, the workspace, a missing key or the gradebook; 3 the student's file; 5 a
    fault of the grader.
    """
    usage = (
        errors.UsageError,
        errors.WorkspaceError,
        errors.KeyUnavailable,
        errors.GradebookError,
    )
    if isinstance(error, errors.SubmissionError):
        return 3
    return 2 if isinstance(error, usage) else 5


def app_from(params: Any) -> App:
    """Make the `App` with the language, colour and workspace of the options parsed so far."""
    from .grader.terminal.app import make_app

    lang = params.get("lang") or os.environ.get("LEARNCNN_LANG")
    return make_app(
        lang if lang in ("en", "zh", "auto") else None,
        params.get("root"),
        bool(params.get("no_color")),
    )


def choose_language(params: Any) -> None:
    """Choose the language of a help page; read the workspace only if no option sets the language.

    `--lang` and LEARNCNN_LANG come before the workspace, and the locale is the default.
    """
    from .grader.i18n.texts import language_of_locale, use_language

    lang = params.get("lang") or os.environ.get("LEARNCNN_LANG")
    if lang is None and _in_workspace(params.get("root") or os.curdir):
        app_from(params)
    else:
        use_language(lang if lang in ("en", "zh") else language_of_locale())


def _in_workspace(folder: str) -> bool:
    try:
        here = Path(os.path.realpath(folder))
    except OSError:  # the current folder is gone
        return False
    return any(os.path.exists(each / "learncnn.toml") for each in (here, *here.parents))


class ExerciseName(click.ParamType):  # type: ignore[type-arg]
    """An exercise named by id, title or file; shell completion offers the ids."""

    name = "exercise"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Return the ids that begin with `incomplete`, with titles; if none does, file names."""
        from click.shell_completion import CompletionItem

        from .grader.course.catalog import load_catalog, title_of
        from .grader.course.lesson_catalog import load_lessons

        choose_language(ctx.find_root().params)
        infos: list[ExerciseInfo | LessonInfo] = [*load_catalog().exercises.values()]
        if ctx.command.name == "show":
            infos += load_lessons().values()
        found = [
            CompletionItem(i.id, help=title_of(i)) for i in infos if i.id.startswith(incomplete)
        ]
        return found or [CompletionItem(incomplete, type="file")]


class FunctionName(click.ParamType):  # type: ignore[type-arg]
    """A function of the exercise given by the preceding argument; completion offers its names."""

    name = "function"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Return the functions that begin with `incomplete`; none if the exercise is unknown."""
        from click.shell_completion import CompletionItem

        from .grader.course.catalog import load_catalog
        from .grader.errors import UsageError

        try:
            functions = load_catalog().resolve(ctx.params.get("exercise") or "").functions
        except UsageError:
            return []
        return [CompletionItem(name) for name in functions if name.startswith(incomplete)]


EXERCISE = ExerciseName()
FUNCTION = FunctionName()


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option whose help text is a key of the translated help."""
    return click.option(*names, cls=HelpOption, **settings)


@click.group(
    "learncnn",
    cls=MainGroup,
    context_settings=CONTEXT,
    lazy={
        **dict.fromkeys(("quiz", "review", "bank"), QUIZ),
        **dict.fromkeys(("grade", "regrade", "report"), INSTRUCTOR),
        "gradebook": GRADEBOOK,
        **dict.fromkeys(("release", "gradescope"), RELEASE),
        "similar": SIMILAR,
        **dict.fromkeys(("grade-batch", "cluster"), CLUSTER),
    },
)
@option(
    "--lang",
    type=click.Choice(["en", "zh", "auto"]),
    envvar="LEARNCNN_LANG",
    is_eager=True,
    help="lang",
)
@option("--root", type=click.Path(), metavar="DIR", is_eager=True, help="root")
@option("--no-color", is_flag=True, is_eager=True, help="no_color")
@click.version_option(VERSION, prog_name="learncnn")
@click.pass_context
def main(ctx: click.Context, /, **params: Any) -> None:
    """Learn, and grade, how convolutional networks work."""
    ctx.obj = app_from(params)


assert isinstance(main, MainGroup)
main.choose_language = choose_language
main.exit_codes = exit_code_of
main.after = prestart.discard


@main.command()
@click.argument("directory", default=".", type=click.Path(), metavar="[DIR]")
@option("--framework", type=click.Choice(["numpy", "torch"]), default="numpy", help="framework")
@option("--notebooks", is_flag=True, help="notebooks")
@option("--lang", "own_lang", type=click.Choice(["en", "zh"]), help="start_lang")
@click.pass_obj
def start(app: App, directory: str, framework: str, notebooks: bool, own_lang: str | None) -> None:
    """Write stubs and lessons."""
    from .grader.student.starting import start_lines

    app.out(start_lines(app, Path(directory), framework, notebooks, own_lang))


@main.command("list")
@option("--unit", metavar="A", help="unit")
@option("--todo", "wanted", flag_value="todo", default=None, help="todo")
@option("--done", "wanted", flag_value="done", help="done")
@option("--due", "wanted", flag_value="due", help="due")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def list_command(app: App, unit: str | None, wanted: str | None, as_json: bool) -> None:
    """List the exercises."""
    from .grader.student import overview

    progress = overview.progress_of(app.workspace)
    app.note(*progress.notes)
    due = overview.due_exercises(app.workspace) if wanted == "due" else frozenset()
    infos = overview.chosen(progress, unit=unit, wanted=wanted, due=due)
    if as_json:
        _print_json(app, overview.list_json(infos, progress, lessons=wanted is None))
    else:
        app.out(overview.list_lines(infos, progress, app.paint, lessons=wanted is None))


@main.command("next")
@click.pass_obj
def next_command(app: App) -> None:
    """Show what to do next."""
    from .grader.student import overview

    progress = overview.progress_of(app.workspace)
    app.note(*progress.notes)
    if (info := overview.next_exercise(progress)) is not None:
        app.note(*overview.two_files(app.workspace, [info]))
    app.out(overview.next_lines(progress, app.workspace, app.paint))


@main.command()
@click.argument("exercise", type=EXERCISE)
@option("--html", is_flag=True, help="html")
@option("--answers", is_flag=True, help="show_answers")
@click.pass_obj
def show(app: App, exercise: str, html: bool, answers: bool) -> None:
    """Show a lesson."""
    from .grader.course.catalog import load_catalog
    from .grader.course.lesson_catalog import lesson_named
    from .grader.lessons import lesson

    info = lesson_named(exercise) or load_catalog().resolve(exercise)
    if html:
        app.out([lesson.lesson_html(info).rstrip("\n")])
    else:
        paint = app.paint
        app.out(lesson.lesson_lines(info, app.width, color=paint.color, answers=answers))


@main.command()
@click.argument("names", nargs=-1, type=EXERCISE, metavar="[EX|FILE|-]...")
@option("--all", "everything", is_flag=True, help="all")
@option("--exercise", metavar="EX", help="exercise")
@option("--json", "as_json", is_flag=True, help="json")
@option("--junit", type=click.Path(dir_okay=False), metavar="FILE", help="junit")
@option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="check_html")
@option("--seed", metavar="TEXT", help="seed")
@option("--timeout", type=Number(0.01, 3600), metavar="S", help="check_timeout")
@option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="device")
@option("-x", "--stop", is_flag=True, help="stop")
@option("-v", "--verbose", is_flag=True, help="verbose")
@option("--case", type=click.IntRange(min=1), metavar="N", help="case")
@option("--show-input", is_flag=True, help="show_input")
@click.pass_obj
def check(app: App, /, **options: Any) -> int:
    """Check a student's files."""
    from .grader.check.check_command import CheckRequest, run_check

    return run_check(app, CheckRequest(**options))


@main.command()
@click.argument("exercise", type=EXERCISE, required=False)
@option("--poll", is_flag=True, help="poll")
@option("--problems", is_flag=True, help="problems")
@click.pass_obj
def watch(app: App, exercise: str | None, poll: bool, problems: bool) -> int:
    """Check on every save."""
    from .grader.check.watch_command import run_watch

    return run_watch(app, exercise, poll=poll, problems=problems)


@main.command()
@option("--port", type=click.IntRange(1, 65535), metavar="N", help="port")
@option("--no-browser", is_flag=True, help="no_browser")
@click.pass_obj
def serve(app: App, port: int | None, no_browser: bool) -> int:
    """Serve the study page."""
    from .grader.serve import need

    need()
    from .grader.serve.serve_command import run_serve

    return run_serve(app, port, browser=not no_browser)


@main.command()
@click.argument("exercise", type=EXERCISE)
@click.pass_obj
def hint(app: App, exercise: str) -> None:
    """Show the next hint."""
    from .grader.course.catalog import load_catalog
    from .grader.student.guidance import give_hint

    app.out(give_hint(app, load_catalog().resolve(exercise)))


@main.command()
@click.argument("code", metavar="CODE")
@option("--json", "as_json", is_flag=True, help="json")
@click.pass_obj
def explain(app: App, code: str, as_json: bool) -> None:
    """Explain a misconception."""
    from .grader.student import explaining

    found = explaining.explain(code)
    if as_json:
        _print_json(app, explaining.explain_json(found))
    else:
        app.out(explaining.explain_lines(app, found))


@main.command()
@click.argument("exercise", type=EXERCISE)
@click.argument("function", type=FUNCTION, required=False)
@option("--give-up", is_flag=True, help="give_up")
@click.pass_obj
def solution(app: App, exercise: str, function: str | None, give_up: bool) -> None:
    """Show the model answers after a pass."""
    from .grader.course.catalog import load_catalog
    from .grader.student.guidance import give_solution

    app.out(give_solution(app, load_catalog().resolve(exercise), function, give_up=give_up))


@main.command()
@click.argument("exercises", nargs=-1, type=EXERCISE, metavar="[EX]...")
@option("--all", "everything", is_flag=True, help="reset_all")
@click.pass_obj
def reset(app: App, exercises: tuple[str, ...], everything: bool) -> None:
    """Restore stubs, and back up the files they replace."""
    from .grader.student.starting import reset_lines

    app.out(reset_lines(app, exercises, everything))


@main.command()
@click.argument("exercise", type=EXERCISE)
@option("-o", "out", type=click.Path(path_type=Path), metavar="FILE", help="notebook_out")
@click.pass_obj
def notebook(app: App, exercise: str, out: Path | None) -> None:
    """Write a stub as a notebook."""
    from .grader.course.catalog import load_catalog
    from .grader.student.starting import notebook_line

    app.out([notebook_line(app, load_catalog().resolve(exercise), out)])


@main.command()
@option(
    "-o",
    "out",
    type=click.Path(path_type=Path),
    default=Path("bundle.zip"),
    metavar="ZIP",
    help="submit_out",
)
@click.pass_obj
def submit(app: App, out: Path) -> None:
    """Pack the student's files and sealed answers into one zip."""
    from .grader.student.handing_in import submit_lines

    app.out(submit_lines(app, out))


@main.command()
@click.argument("exercise", metavar="EX", type=ExerciseName())
@option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="see_html")
@click.pass_obj
def see(app: App, exercise: str, html: str | None) -> None:
    """Show what the student's own code does to a picture."""
    from .grader.course.catalog import load_catalog
    from .grader.own_code.see_command import run_see

    run_see(app, load_catalog().resolve(exercise), html)


@main.command()
@option("--json", "as_json", is_flag=True, help="json")
@option("--html", type=click.Path(dir_okay=False), metavar="FILE", help="progress_html")
@click.pass_obj
def progress(app: App, as_json: bool, html: str | None) -> None:
    """Show the student's progress."""
    from .grader.student.progress_command import run_progress

    run_progress(app, as_json=as_json, html=html)


@main.command()
@option("--json", "as_json", is_flag=True, help="json")
@option("--trace-syscalls", "traced", metavar="EX|FILE", help="trace_syscalls")
@click.pass_obj
def doctor(app: App, as_json: bool, traced: str | None) -> None:
    """Report versions, devices and isolation, or trace a check's system calls."""
    from .grader.student.doctor import doctor_lines, examine

    if traced:
        from .grader.check.trace_syscalls import trace_lines

        app.out(trace_lines(app.found, traced))
        return
    if app.trouble:
        from .grader.i18n.texts import worded

        app.note(f"learncnn: {worded(app.trouble)}")
    found = examine(app.found)
    if as_json:
        _print_json(app, found)
    else:
        app.out(doctor_lines(found, app.width, app.paint))


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def completion(app: App, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    app.out([found(main, {}, "learncnn", "_LEARNCNN_COMPLETE").source()])


@main.group(cls=Group)
def author() -> None:
    """Group the commands for authors of exercises."""


@author.command("new")
@click.argument("name", metavar="exNN_slug")
@option("--function", required=True, metavar="NAME", help="function")
@option("--title", metavar="TEXT", help="title")
@click.pass_obj
def author_new(app: App, name: str, function: str, title: str | None) -> None:
    """Create an exercise from the template."""
    from .grader.author.new import new_exercise

    made = new_exercise(
        name, function=function, title=title or function.replace("_", " ").capitalize()
    )
    app.out(str(path) for path in made)


@author.command("check")
@click.argument("exercises", nargs=-1, type=EXERCISE, metavar="[EX]...")
@option(
    "--table",
    "tables",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="table",
)
@click.pass_obj
def author_check(app: App, exercises: tuple[str, ...], tables: tuple[Path, ...]) -> int:
    """Check that exercises and lessons are fit for students."""
    from .grader.author.author_command import check_lines

    return check_lines(app, exercises, tables)


@author.command("key")
@click.argument("exercises", nargs=-1, type=EXERCISE, metavar="[EX]...")
@click.pass_obj
def author_key(app: App, exercises: tuple[str, ...]) -> None:
    """Rebuild the practice keys."""
    from .grader.author.author_command import key_lines

    app.out(key_lines(exercises))


def _print_json(app: App, document: Any) -> None:
    import json

    app.out([json.dumps(document, ensure_ascii=False, indent=1)])
