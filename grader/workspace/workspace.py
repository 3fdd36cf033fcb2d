"""Define the workspace: a student's folder, marked by `learncnn.toml`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import LearncnnError, WorkspaceError
from ..files.writing import write_aside, write_new
from ..i18n.texts import LANGUAGES, say
from ..i18n.tomlio import load_toml

if TYPE_CHECKING:
    from ..course.catalog import ExerciseInfo

MARKER = "learncnn.toml"
#: Maximum size of `learncnn.toml`, in bytes; it has four lines.
MAX_MARKER_BYTES = 4 << 10
VERSION = 1
FRAMEWORKS = ("numpy", "torch")


class FileChoice(NamedTuple):
    """The file that counts for an exercise, and the other one if it also contains work."""

    path: Path
    other: Path | None = None


class Workspace(NamedTuple):
    """A student's folder and its settings."""

    root: Path
    framework: str = "numpy"
    #: `en`, `zh`, or `auto` for the language of the locale.
    lang: str = "auto"
    notebooks: bool = False

    @property
    def state_dir(self) -> Path:
        """The folder of progress, reviews and exams, which students do not edit."""
        return self.root / ".learncnn"

    def file_of(self, info: ExerciseInfo) -> Path:
        """Return the file that counts for an exercise.

        Of a script and a notebook, it is the one with more advanced work, or the one saved last if
        both are at the same stage. If neither exists, it has the workspace's preferred kind.
        """
        return self.choice_of(info).path

    def choice_of(self, info: ExerciseInfo) -> FileChoice:
        """Return the file that counts, and the other file if that also contains work."""
        paths = self.files_of(info)
        there = [path for path in paths if path.is_file()]
        if len(there) < 2:
            return FileChoice((there or paths)[0])
        from .begun import Stage, stage_of_file

        stages = {path: stage_of_file(path, info) for path in there}
        best = max(there, key=lambda path: (stages[path], saved_at(path)))
        others = [path for path in there if path != best and stages[path] >= Stage.BESIDE]
        return FileChoice(best, *others)

    def files_of(self, info: ExerciseInfo) -> list[Path]:
        """Return the two possible files of an exercise, script and notebook, the default first."""
        kinds = (".ipynb", ".py") if self.notebooks else (".py", ".ipynb")
        return [self.root / f"{info.folder}{kind}" for kind in kinds]

    def note_on(self, info: ExerciseInfo) -> list[str]:
        """Return a sentence on which file counts, if script and notebook both contain work."""
        path, other = self.choice_of(info)
        if other is None:
            return []
        return [say("workspace", "both", id=info.id, file=path.name, other=other.name)]


def saved_at(path: Path) -> float:
    """Return a file's modification time, in seconds; -inf if the file does not exist."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("-inf")


def find_workspace(start: Path) -> Workspace | None:
    """Return the innermost workspace that contains `start`, if any. Raises WorkspaceError."""
    start = Path(os.path.realpath(start))
    for folder in (start, *start.parents):
        if os.path.exists(folder / MARKER):
            return read_workspace(folder)
    return None


def read_workspace(root: Path) -> Workspace:
    """Return the workspace at `root`. Raises WorkspaceError if this version cannot use it."""
    marker = root / MARKER
    try:
        document = load_toml(marker, MAX_MARKER_BYTES)
    except LearncnnError as error:
        raise WorkspaceError("workspace", "damaged", error=error) from error
    version = document.get("version", VERSION)
    if type(version) is not int or version < 1:
        raise WorkspaceError("workspace", "version", path=marker, version=version)
    if version > VERSION:
        raise WorkspaceError("workspace", "newer", path=marker, version=version)
    framework, lang = document.get("framework", "numpy"), document.get("lang", "auto")
    if framework not in FRAMEWORKS:
        raise WorkspaceError(
            "workspace", "framework", path=marker, value=framework, known=" | ".join(FRAMEWORKS)
        )
    if lang not in (*LANGUAGES, "auto"):
        lang = "auto"
    return Workspace(root, framework, lang, bool(document.get("notebooks", False)))


class Started(NamedTuple):
    """The result of writing a workspace: new files, and existing files that were kept."""

    workspace: Workspace
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def start_workspace(
    workspace: Workspace, stubs: Iterable[tuple[str, str]], lessons: Iterable[tuple[str, str]]
) -> Started:
    """Write the missing files of a workspace. Raises WorkspaceError if they cannot be written."""
    try:
        return write_workspace(workspace, stubs, lessons)
    except OSError as error:
        path = error.filename or workspace.root
        raise WorkspaceError("workspace", "unwritable", path=path, reason=error.strerror) from error


def write_workspace(
    workspace: Workspace, stubs: Iterable[tuple[str, str]], lessons: Iterable[tuple[str, str]]
) -> Started:
    """Write the marker, stubs and lessons of a workspace, without overwriting existing files.

    `stubs` and `lessons` are pairs of file name and content. Raises OSError.
    """
    wanted: list[tuple[Path, str]] = [(workspace.root / MARKER, _marker(workspace))]
    wanted += [(workspace.root / name, text) for name, text in stubs]
    wanted += [(workspace.root / "lessons" / name, text) for name, text in lessons]
    written: list[Path] = []
    kept: list[Path] = []
    for path, content in wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        (written if write_new(path, content) else kept).append(path)
    return Started(workspace, tuple(written), tuple(kept))


def reset_file(workspace: Workspace, path: Path, content: str, stamp: str) -> Path | None:
    """Write a stub to `path` and return the backup of the previous file, if there was one.

    Raises WorkspaceError.
    """
    try:
        backup = None
        if path.exists():
            backup = back_up(workspace, path, stamp)
        write_aside(path, content)
    except OSError as error:
        raise WorkspaceError(
            "workspace", "unwritable", path=error.filename or path, reason=error.strerror
        ) from error
    return backup


def back_up(workspace: Workspace, path: Path, stamp: str) -> Path:
    """Copy a file into the folder `backups` under a free name, and return the copy's path.

    Mode and times are preserved. Raises OSError.
    """
    backup = workspace.root / "backups" / f"{path.stem}.{stamp}{path.suffix}"
    backup.parent.mkdir(exist_ok=True)
    status, content = path.stat(), path.read_bytes()
    candidate, number = backup, 1
    while not write_new(candidate, content, mode=stat.S_IMODE(status.st_mode)):
        number += 1
        candidate = backup.with_name(f"{backup.stem}-{number}{backup.suffix}")
    os.utime(candidate, ns=(status.st_atime_ns, status.st_mtime_ns))
    return candidate


def settings_lines(workspace: Workspace) -> list[str]:
    """Return the settings of a workspace as lines of learncnn.toml."""
    lines = [f'framework = "{workspace.framework}"', f'lang = "{workspace.lang}"']
    return [*lines, "notebooks = true"] if workspace.notebooks else lines


def _marker(workspace: Workspace) -> str:
    return "\n".join([f"version = {VERSION}", *settings_lines(workspace)]) + "\n"
