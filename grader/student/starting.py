"""Implement `start` and `reset`: write stubs to a workspace, and restore them with a backup."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.lesson_catalog import lessons_before
from ..errors import UsageError, WorkspaceError
from ..files.writing import write_new
from ..i18n.shell import pasted
from ..i18n.texts import listed, say, use_language
from ..lessons.lesson import lesson_files
from ..lessons.lesson_notebook import stub_files, stub_text
from ..terminal.app import App
from ..workspace.editor_tasks import add_task
from ..workspace.workspace import (
    MARKER,
    Workspace,
    read_workspace,
    reset_file,
    settings_lines,
    start_workspace,
)


def start_lines(
    app: App, directory: Path, framework: str, notebooks: bool, lang: str | None
) -> list[str]:
    """Create or complete a workspace, and return lines that tell what was done.

    An existing workspace keeps its settings, and its files are not overwritten.
    """
    root = Path(os.path.abspath(directory))
    lang = lang or app.asked_lang
    wanted = Workspace(root, framework, lang or "auto", notebooks)
    notes = []
    if (root / MARKER).exists():
        existing = read_workspace(root)
        if existing != wanted:
            kept = listed(settings_lines(existing))
            notes.append(say("workspace", "existing", root=directory, settings=kept))
        wanted = existing
    if wanted.lang != "auto" or lang:
        use_language(lang or wanted.lang)
    infos = [info for info in load_catalog().exercises.values() if (info.path / "stub.py").exists()]
    stubs = stub_files(infos, wanted.framework, notebooks=wanted.notebooks)
    done = start_workspace(wanted, stubs, lesson_files(infos))
    app.note(*notes)
    if task := add_task(root):
        app.note(task)
    if wanted.framework == "torch":
        from ..runner.devices import torch_installed

        if not torch_installed():
            app.note(say("workspace", "no_torch"))
    first = infos[0]
    counts = {"written": len(done.written), "kept": len(done.kept)}
    return [
        say("workspace", "started", root=directory, **counts),
        say(
            "workspace",
            "begin",
            cd="" if root == Path.cwd() else f"cd {pasted(directory)}  ·  ",
            first="".join(f"learncnn show {info.id}  ·  " for info in lessons_before(first.id)),
            id=first.id,
            file=wanted.file_of(first).name,
        ),
    ]


def reset_lines(app: App, names: Iterable[str], everything: bool) -> list[str]:
    """Restore stubs and return lines that tell so; a replaced file gets a time-stamped name.

    Raises UsageError if no exercise is named.
    """
    workspace = app.required_workspace()
    catalog = load_catalog()
    infos = [catalog.resolve(name) for name in names]
    if everything:
        infos = [info for info in catalog.exercises.values() if (info.path / "stub.py").exists()]
    if not infos:
        raise UsageError("workspace", "reset_which")
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    lines = []
    for info in infos:
        path = workspace.file_of(info)
        file = path.name
        stub = stub_text(info, workspace.framework, notebook=path.suffix == ".ipynb")
        backup = reset_file(workspace, path, stub, stamp)
        if backup is None:
            lines.append(say("workspace", "reset_new", file=file))
        else:
            kept = backup.relative_to(workspace.root)
            lines.append(say("workspace", "reset", file=file, backup=kept))
        if (counts := workspace.file_of(info).name) != file:
            lines.append(say("workspace", "still", id=info.id, file=counts, other=file))
    return lines


def notebook_line(app: App, info: ExerciseInfo, out: Path | None) -> str:
    """Write the stub of an exercise as a new notebook, and return a line that tells so.

    Raises UsageError if the file exists, and WorkspaceError if it cannot be written.
    """
    workspace = app.workspace
    framework = workspace.framework if workspace else "numpy"
    path = out or (workspace.root if workspace else Path()) / f"{info.folder}.ipynb"
    try:
        written = write_new(path, stub_text(info, framework, notebook=True))
    except OSError as error:
        reason = error.strerror
        raise WorkspaceError("workspace", "unwritable", path=path, reason=reason) from error
    if not written:
        raise UsageError("submit", "there", path=path)
    if workspace and path.absolute() in workspace.files_of(info):
        counts = workspace.file_of(info)
        if counts.name != path.name:
            app.note(say("workspace", "still", id=info.id, file=counts.name, other=path.name))
    return say("submit", "notebook", path=path)
