"""Check the cells that a notebook has run, as text, and compare them with the saved file."""

from __future__ import annotations

import inspect
import os
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..check.checking import Checked, Target, remember
from ..course.catalog import ExerciseInfo, load_catalog
from ..course.name_resolution import ExerciseNames
from ..errors import EmptySubmission, Message, Messages
from ..grading.report import Report
from ..sandbox.source.cell_parsing import parse
from ..submissions.notebook import NotebookCell
from ..submissions.submission import Submission, cells_submission
from ..terminal.app import App
from ..workspace.workspace import Workspace
from .asked_functions import AskedExercise, asked
from .cell_runs import CellRun, RunningNotebook
from .check_thread import CheckThread
from .drift import Change, drift
from .run_choice import RunChoice, choose_runs, definition_of, same_code
from .saved_notebook import read_saved

#: Maximum number of cells that a sentence lists.
_LISTED = 12


class NotebookResult(NamedTuple):
    """The report on the requested functions, and the messages beside it."""

    #: The exercise, limited to the requested functions.
    info: ExerciseInfo
    report: Report
    #: The report on the whole exercise, which progress counts.
    whole: Report
    seconds: float
    attempt: int
    #: Messages on what may cost points later, then on how the check was made.
    warnings: tuple[Message, ...]
    notes: tuple[Message, ...]


def results(
    notebook: RunningNotebook,
    things: Sequence[object],
    exercise: str | None,
    app: App,
    thread: CheckThread,
) -> Iterator[NotebookResult]:
    """Yield a result for each requested exercise. Raises LearncnnError."""
    catalog = load_catalog()
    own = None
    if notebook.path is not None:
        found = ExerciseNames(catalog.exercises).of_file(notebook.path.as_posix())
        own = found and found[0]
    for each in asked(things, exercise, catalog, own):
        yield _result(notebook, each, app, thread)


def _result(
    notebook: RunningNotebook, wanted: AskedExercise, app: App, thread: CheckThread
) -> NotebookResult:
    info = wanted.info
    names = wanted.functions or tuple(info.functions)
    choice = choose_runs(notebook.runs, tuple(info.functions))
    target = _target(notebook, wanted, choice.runs, app.workspace)
    checked = thread.check(target)
    report, whole = _reports(checked)
    attempt = 0
    remembered: list[Message] = []
    if whole.state != "not_started":
        attempt, remembered = remember(_counted(target, notebook, app.workspace), whole)
    needed = choose_runs(notebook.runs, names)
    warnings = [
        *_strangers(notebook, wanted, names),
        *_differences(notebook, target, report, needed, names, thread),
    ]
    notes = [_used(needed), *_also(wanted, names), *_whole(info, report, whole)]
    if notebook.front == "marimo":
        notes.append(Message("notebook", "marimo", file=f"{info.folder}.py"))
    functions = {name: points for name, points in info.functions.items() if name in names}
    return NotebookResult(
        info._replace(functions=functions),
        _without_cells(report),
        whole,
        checked.seconds,
        attempt,
        tuple(filter(None, warnings)),
        tuple(filter(None, [*notes, *map(Message, checked.notes), *remembered])),
    )


def _target(
    notebook: RunningNotebook,
    wanted: AskedExercise,
    runs: Sequence[CellRun],
    workspace: Workspace | None,
) -> Target:
    return Target(
        wanted.info,
        notebook.path,
        workspace,
        workspace.framework if workspace else None,
        _submission(runs, _name(notebook, wanted.info)),
        wanted.functions,
    )


def _name(notebook: RunningNotebook, info: ExerciseInfo) -> str:
    return notebook.path.name if notebook.path is not None else f"{info.folder}.ipynb"


def _submission(runs: Sequence[CellRun], filename: str) -> Submission:
    """Return runs as a submission; no run at all is a submission without code."""
    cells = [NotebookCell(run.number, "code", run.text) for run in runs]
    try:
        return cells_submission(cells, filename)
    except EmptySubmission:
        return cells_submission([NotebookCell(1, "code", "pass")], filename)


def _reports(checked: Checked) -> tuple[Report, Report]:
    """Return the report that is shown, and the one on the whole exercise."""
    whole = checked.report
    assert whole is not None
    return checked.part or whole, whole


def _counted(target: Target, notebook: RunningNotebook, workspace: Workspace | None) -> Target:
    """Return the workspace file for which progress is recorded.

    A kernel without a known file is assumed to run in the file's folder.
    """
    if notebook.path is None and workspace is not None and Path.cwd() == workspace.root:
        return target._replace(path=workspace.file_of(target.info))
    return target


def _without_cells(report: Report) -> Report:
    """Leave out which statements ran: the cells are named beside the report."""
    return report._replace(loading=tuple(note for note in report.loading if note.kind != "ran"))


def _used(choice: RunChoice) -> Message | None:
    """Return a message on which runs were judged."""
    numbers = list(dict.fromkeys(run.number for run in choice.used))
    if not numbers:
        return None
    return Message("notebook", "used_one" if len(numbers) == 1 else "used", cells=_listed(numbers))


def _listed(numbers: Sequence[int]) -> Messages:
    shown = [f"[{number}]" for number in numbers[:_LISTED]]
    shown += ["…"] if len(numbers) > _LISTED else []
    return Messages(shown)


def _also(wanted: AskedExercise, names: Sequence[str]) -> Iterator[Message]:
    if wanted.also:
        ids = Messages(wanted.also)
        yield Message(
            "notebook", "also", name=names[0], id=wanted.info.id, ids=ids, first=wanted.also[0]
        )


def _whole(info: ExerciseInfo, report: Report, whole: Report) -> Iterator[Message]:
    """Say what else the exercise asks for, once the functions asked about pass."""
    if len(info.functions) == 1 or report is whole or report.state != "passed":
        return
    if whole.state == "passed":
        yield Message("notebook", "all_pass", id=info.id)
        return
    right = {v.function for v in whole.verdicts} - {
        v.function for v in whole.verdicts if not v.passed
    }
    left = [name for name in info.functions if name not in right]
    yield Message("notebook", "left", id=info.id, names=Messages(left))


def _strangers(
    notebook: RunningNotebook, wanted: AskedExercise, names: Sequence[str]
) -> Iterator[Message]:
    """Say which objects are not what the cells define: only the cells are judged."""
    for name in names:
        thing = wanted.given.get(name, notebook.objects.get(name))
        if thing is None or not callable(thing):
            continue
        defined = definition_of(notebook.runs, name)
        if defined is None:
            module = str(getattr(thing, "__module__", None) or "")
            if module in ("__main__", ""):
                yield Message("notebook", "no_cell", name=name)
            else:
                yield Message("notebook", "from_module", name=name, module=module)
        elif not _is_of(thing, defined[1]):
            yield Message("notebook", "other_object", name=name, cell=defined[0].number)


def _is_of(thing: object, definition: object) -> bool:
    """Whether an object was made by a definition, as far as its source tells."""
    try:
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))  # type: ignore[arg-type]
    except (OSError, TypeError, ValueError):
        # Classes of a notebook have no source to be found, and functions of exec none at all.
        return isinstance(thing, type)
    found = parse(source).statements
    return len(found) == 1 and same_code(found[0], definition)  # type: ignore[arg-type]


def _differences(
    notebook: RunningNotebook,
    target: Target,
    report: Report,
    needed: RunChoice,
    names: Sequence[str],
    thread: CheckThread,
) -> Iterator[Message]:
    """Say that the saved notebook would be judged differently, and because of which cells.

    It is judged, too, where it holds other statements that the functions need.
    """
    if notebook.front != "ipython":
        return
    found = drift(notebook.runs, read_saved(notebook.path))
    saved = choose_runs(found.cells, names)
    if saved.needed == needed.needed:
        return
    later = choose_runs(found.cells, tuple(target.info.functions))
    submission = _submission(later.runs, target.info.folder + ".ipynb")
    other, _ = _reports(thread.check(target._replace(submission=submission)))
    if _verdicts(other) == _verdicts(report):
        return
    state = Message("check", f"state.{other.state}")
    yield Message(
        "notebook", "differs", state=state, points=f"{other.score:.3g}", of=f"{other.max_score:g}"
    )
    changes = found.about(needed.names | saved.names)
    if not changes:
        yield Message("notebook", "order")
    for kind in ("edited", "replaced", "gone", "not_run"):
        yield from _change(kind, [change for change in changes if change.kind == kind])


def _change(kind: str, changes: Sequence[Change]) -> Iterator[Message]:
    if not changes:
        return
    if kind == "not_run":
        first = next(line for line in changes[0].texts[0].split("\n") if line.strip())
        yield Message("notebook", "not_run", text=first.strip()[:60])
        return
    numbers = list(dict.fromkeys(change.number for change in changes))
    one = "_one" if len(numbers) == 1 and kind != "gone" else ""
    yield Message("notebook", f"{kind}{one}", cells=_listed(numbers))


def _verdicts(report: Report) -> tuple[object, ...]:
    return report.state, [(verdict.case, verdict.status) for verdict in report.verdicts]


def folder_of(notebook: RunningNotebook) -> str:
    """Return the folder in which the workspace is looked for."""
    if notebook.path is not None and notebook.path.parent.is_dir():
        return str(notebook.path.parent)
    return os.getcwd()
