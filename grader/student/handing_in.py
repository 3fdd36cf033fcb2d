"""Implement `submit`: pack a student's files and sealed answers into one zip to upload."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import VERSION
from ..course.catalog import load_catalog
from ..errors import UsageError, WorkspaceError
from ..files.writing import write_aside
from ..i18n.texts import listed, say
from ..workspace.workspace import Workspace

if TYPE_CHECKING:
    from ..terminal.app import App

FORMAT = 1
MANIFEST = "manifest.json"


def submit_lines(app: App, out: Path) -> list[str]:
    """Write the bundle and return lines that list it. Raises UsageError, WorkspaceError."""
    workspace = app.required_workspace()
    if out.suffix.lower() != ".zip" or out.is_dir():
        raise UsageError("submit", "not_zip", path=out)
    stubs = dict(_untouched(workspace))
    try:
        wanted = [(name, path) for name, path in _wanted(workspace) if path not in stubs.values()]
        files = {name: path.read_bytes() for name, path in wanted}
    except OSError as error:
        path, reason = error.filename, error.strerror
        raise WorkspaceError("submit", "unreadable", path=path, reason=reason) from error
    if not files:
        key = "only_stubs" if stubs else "nothing"
        raise UsageError("submit", key, root=workspace.root)
    try:
        write_aside(out, _bundle(workspace, files))
    except OSError as error:
        reason = error.strerror
        raise WorkspaceError("workspace", "unwritable", path=out, reason=reason) from error
    for info in load_catalog().exercises.values():
        app.note(*workspace.note_on(info))
    app.note(*(say("submit", "open", exam=name) for name in _unfinished(workspace)))
    lines = [f"  {name}" for name in files]
    if stubs:
        lines.append(say("submit", "stubs", names=listed(stubs)))
    return [say("submit", "written", path=out, count=len(files)), *lines]


def _wanted(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Yield (name in the bundle, path): exercises in order, then sealed answers."""
    from ..quiz.exams.exam import sealed_answers

    for info in load_catalog().exercises.values():
        path = workspace.file_of(info)
        if path.is_file():
            yield path.name, path
    for path in sealed_answers(workspace.state_dir):
        yield f"exams/{path.name}", path


def _untouched(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Yield the id and file of each exercise whose file is empty or an untouched stub."""
    from ..workspace.begun import Stage, stage_of_file

    for info in load_catalog().exercises.values():
        path = workspace.file_of(info)
        if path.is_file() and stage_of_file(path, info) <= Stage.UNTOUCHED:
            yield info.id, path


def _unfinished(workspace: Workspace) -> list[str]:
    folder = workspace.state_dir / "exams"
    return sorted(path.name.removesuffix(".open.json") for path in folder.glob("*.open.json"))


def _bundle(workspace: Workspace, files: dict[str, bytes]) -> bytes:
    """Return the zip with a manifest; the same files give the same bytes."""
    manifest: dict[str, Any] = {
        "learncnn_bundle": FORMAT,
        "learncnn": VERSION,
        "framework": workspace.framework,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    text = json.dumps(manifest, indent=1) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**files, MANIFEST: text.encode()}.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
