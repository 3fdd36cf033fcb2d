"""Hints and solutions: the next nudge, and the reference for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..errors import KeyUnavailable, UsageError
from ..i18n.texts import say
from ..terminal.layout import indented, wrapped
from ..workspace.progress import Entry

if TYPE_CHECKING:
    import ast

    from ..terminal.app import App


@dataclass(frozen=True)
class Hint:
    """A hint and what to remember of having shown it."""

    heading: str
    text: str
    footer: str
    entry: Entry


def next_hint(info: ExerciseInfo, entry: Entry) -> Hint:
    """After a diagnosis the hint of its misconception, once; else the next level."""
    texts = exercise_texts(info)
    more = say("guidance", "more", id=info.id)
    for code in entry.codes:
        if code not in entry.hinted and not entry.passed and texts.hint_for(code):
            shown = entry._replace(hinted=(*entry.hinted, code))
            heading = say("guidance", "for_code", id=info.id, code=code)
            return Hint(heading, texts.hint_for(code), more, shown)
    hints = texts.hints
    if not hints:
        raise UsageError(say("guidance", "none", id=info.id))
    number = min(entry.hints + 1, len(hints))
    heading = say("guidance", "level", id=info.id, number=number, total=len(hints))
    footer = say("guidance", "last", id=info.id) if number == len(hints) else more
    return Hint(heading, hints[number - 1], footer, entry._replace(hints=number))


def may_see_solution(info: ExerciseInfo, entry: Entry, *, give_up: bool, today: str) -> Entry:
    """The entry after the solution was shown. Raises UsageError before a pass."""
    if entry.passed:
        return entry
    if not give_up and not entry.given_up:
        raise UsageError(say("guidance", "not_passed", id=info.id))
    return entry._replace(given_up=entry.given_up or today)


def solution_source(info: ExerciseInfo) -> str:
    """The references of an exercise with the helpers they use, as Python source.

    Raises KeyUnavailable where the solutions are not installed.
    """
    import inspect

    from ..answer_key.find import load_exercise

    try:
        exercise = load_exercise(info)
    except KeyUnavailable as error:
        raise KeyUnavailable(say("guidance", "no_solutions")) from error
    answers = {name: question() for name, question in exercise.questions.items()}
    references = [r for name, r in exercise.references.items() if name not in answers]
    helpers: dict[str, Callable[..., Any]] = {}
    for reference in references:
        _collect_helpers(reference, helpers)
    for name in exercise.references:
        helpers.pop(name, None)
    items = [*helpers.values(), *references]
    parts = [_imports(items), *(inspect.getsource(item) for item in items)]
    shown = [part.replace("@exercise.function\n", "").rstrip() + "\n" for part in parts if part]
    if answers:
        shown.append("".join(f"{name} = {answer!r}\n" for name, answer in answers.items()))
    return "\n\n".join(shown)


def _imports(items: list[Callable[..., Any]]) -> str:
    """The import lines of the items' modules that their code and annotations need."""
    import ast
    import inspect

    used = set().union(*map(_names, items))
    lines = set()
    for module in {inspect.getmodule(item) for item in items}:
        assert module is not None
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.Import):
                lines |= {ast.unparse(ast.Import([n])) for n in node.names if _bound(n) in used}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [
                    ast.ImportFrom(node.module, [n], 0) for n in node.names if _bound(n) in used
                ]
                lines |= {ast.unparse(name) for name in names}
    return "\n".join(sorted(line for line in lines if " learncnn" not in line))


def _bound(name: ast.alias) -> str:
    return (name.asname or name.name).partition(".")[0]


def solutions_installed() -> bool:
    """Whether any solutions are installed, without loading them."""
    from importlib.metadata import entry_points

    from ..answer_key.find import ENTRY_POINTS

    return bool(entry_points(group=ENTRY_POINTS))


def _collect_helpers(item: Any, found: dict[str, Callable[..., Any]]) -> None:
    """Functions and classes of the solutions that `item` names, theirs first."""
    import inspect

    known = vars(inspect.getmodule(item))
    for name in _names(item):
        helper = known.get(name)
        module = getattr(helper, "__module__", "") or ""
        if callable(helper) and module.startswith("learncnn_solutions") and name not in found:
            found[name] = helper  # so that one that calls itself is not asked again
            _collect_helpers(helper, found)
            found[name] = found.pop(name)


def _names(item: Callable[..., Any]) -> list[str]:
    """The names that a function or class takes from outside."""
    import ast
    import inspect

    nodes = list(ast.walk(ast.parse(dedent(inspect.getsource(item)))))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return [id for id in dict.fromkeys(name.id for name in names) if id not in own]


def give_hint(app: App, info: ExerciseInfo) -> list[str]:
    """The next hint as lines; remembered where there is a workspace."""
    from ..workspace.progress import Progress, load_progress, save_progress

    workspace = app.workspace
    progress = load_progress(workspace) if workspace else Progress()
    hint = next_hint(info, progress.of(info.id))
    if workspace:
        note = save_progress(workspace, progress.with_entry(info.id, hint.entry))
        app.note(*progress.notes, *([note] if note else []))
    body = indented(wrapped(hint.text, app.width - 2), 2)
    footer = [app.paint(line, "dim") for line in wrapped(hint.footer, app.width)]
    return [app.paint(hint.heading, "bold"), *body, "", *footer]


def give_solution(app: App, info: ExerciseInfo, *, give_up: bool) -> list[str]:
    """The reference as lines. Raises UsageError before a pass, unless given up."""
    from datetime import date

    from ..workspace.progress import load_progress, save_progress

    workspace = app.required_workspace()
    progress = load_progress(workspace)
    today = date.today().isoformat()
    entry = may_see_solution(info, progress.of(info.id), give_up=give_up, today=today)
    source = solution_source(info)
    if entry != progress.of(info.id):
        note = save_progress(workspace, progress.with_entry(info.id, entry))
        app.note(*progress.notes, *([note] if note else []))
    key = "solution" if len(info.libraries) > 1 else f"solution_{info.libraries[0]}"
    app.note(app.paint(say("guidance", key, id=info.id), "bold"))
    return source.rstrip("\n").split("\n")
