"""The workspace: a student's folder, marked by `learncnn.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import LearncnnError, WorkspaceError
from ..i18n.texts import LANGUAGES, language, say
from ..i18n.tomlio import load_toml

if TYPE_CHECKING:
    from ..course.catalog import ExerciseInfo

MARKER = "learncnn.toml"
#: Maximum size of `learncnn.toml`, in bytes; it has four lines.
MAX_MARKER_BYTES = 4 << 10
VERSION = 1
FRAMEWORKS = ("numpy", "torch")


class Workspace(NamedTuple):
    """Where a student works, and how."""

    root: Path
    framework: str = "numpy"
    #: `en`, `zh`, or `auto` for the locale's.
    lang: str = "auto"
    notebooks: bool = False

    @property
    def state_dir(self) -> Path:
        """Where learncnn remembers things; not for the student to edit."""
        return self.root / ".learncnn"

    def file_of(self, info: ExerciseInfo) -> Path:
        """The student's file of an exercise: the one that exists, of two the one saved last.

        If there is none, it is a file of the workspace's kind.
        """
        kinds = (".ipynb", ".py") if self.notebooks else (".py", ".ipynb")
        paths = [self.root / f"{info.folder}{kind}" for kind in kinds]
        return max(paths, key=saved_at)

    def lesson_of(self, info: ExerciseInfo) -> Path:
        """The student's copy of a lesson."""
        return self.root / "lessons" / f"{info.folder}.md"


def saved_at(path: Path) -> float:
    """When a file was saved; before all others if it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("-inf")


def find_workspace(start: Path) -> Workspace | None:
    """The workspace that `start` lies in, if any."""
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if os.path.exists(folder / MARKER):
            return read_workspace(folder)
    return None


def read_workspace(root: Path) -> Workspace:
    """The workspace at `root`. Raises WorkspaceError for one that this version cannot use."""
    marker = root / MARKER
    try:
        document = load_toml(marker, MAX_MARKER_BYTES)
    except LearncnnError as error:
        raise WorkspaceError(say("workspace", "damaged", error=error)) from error
    version = document.get("version", VERSION)
    if type(version) is not int or version < 1:
        raise WorkspaceError(say("workspace", "version", path=marker, version=version))
    if version > VERSION:
        raise WorkspaceError(say("workspace", "newer", path=marker, version=version))
    framework, lang = document.get("framework", "numpy"), document.get("lang", "auto")
    if framework not in FRAMEWORKS:
        raise WorkspaceError(
            say(
                "workspace", "framework", path=marker, value=framework, known=" | ".join(FRAMEWORKS)
            )
        )
    if lang not in (*LANGUAGES, "auto"):
        lang = "auto"
    return Workspace(root, framework, lang, bool(document.get("notebooks", False)))


class Started(NamedTuple):
    """What `start` did: files written, and files that were there and stay as they are."""

    workspace: Workspace
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def start_workspace(workspace: Workspace, infos: Iterable[ExerciseInfo]) -> Started:
    """Write the marker, stubs and lessons of a workspace; nothing that exists is overwritten.

    Raises WorkspaceError if the folder cannot be written.
    """
    from ..course.stubs import stub_notebook, stub_source

    wanted: list[tuple[Path, str]] = [(workspace.root / MARKER, _marker(workspace))]
    for info in infos:
        source = stub_source(info, workspace.framework)
        stub = workspace.root / f"{info.folder}{'.ipynb' if workspace.notebooks else '.py'}"
        wanted.append((stub, stub_notebook(source) if workspace.notebooks else source))
        lesson = info.path / f"lesson.{language()}.md"
        if lesson.exists():
            wanted.append((workspace.lesson_of(info), lesson.read_text("utf-8")))
    written: list[Path] = []
    kept: list[Path] = []
    try:
        for path, content in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            (written if write_new(path, content) else kept).append(path)
    except OSError as error:
        raise WorkspaceError(
            say("workspace", "unwritable", path=error.filename or path, reason=error.strerror)
        ) from error
    return Started(workspace, tuple(written), tuple(kept))


def reset_file(workspace: Workspace, info: ExerciseInfo, stamp: str) -> Path | None:
    """Put the stub of an exercise back; returns the backup of what was there, if anything."""
    import shutil

    from ..course.stubs import stub_notebook, stub_source

    path = workspace.file_of(info)
    source = stub_source(info, workspace.framework)
    content = stub_notebook(source) if path.suffix == ".ipynb" else source
    try:
        backup = None
        if path.exists():
            backup = _free(workspace.root / "backups" / f"{path.stem}.{stamp}{path.suffix}")
            backup.parent.mkdir(exist_ok=True)
            shutil.copy2(path, backup)
        write_aside(path, content)
    except OSError as error:
        raise WorkspaceError(
            say("workspace", "unwritable", path=error.filename or path, reason=error.strerror)
        ) from error
    return backup


def write_aside(path: Path, content: str) -> None:
    """Write a file aside, then rename it, so that a crash leaves the old or the new one."""
    write_bytes_aside(path, content.encode())


def write_bytes_aside(path: Path, content: bytes) -> None:
    """The same for bytes."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: str) -> bool:
    """Write a file that is not there yet; False if it is."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _free(path: Path) -> Path:
    """`path`, or the first numbered variant of it that does not exist."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _marker(workspace: Workspace) -> str:
    lines = [
        f"version = {VERSION}",
        f'framework = "{workspace.framework}"',
        f'lang = "{workspace.lang}"',
    ]
    if workspace.notebooks:
        lines.append("notebooks = true")
    return "\n".join(lines) + "\n"
