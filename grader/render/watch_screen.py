"""Draw the screen of `watch` around a check, with the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..course.catalog import ExerciseInfo, load_catalog
from ..i18n.texts import say
from ..terminal.layout import clipped
from ..workspace.progress import Progress
from ..workspace.workspace import Workspace

if TYPE_CHECKING:
    from ..terminal.app import App

BAR = 24
#: Home, and clear what is below and what was above.
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def frame(lines: Sequence[str], *, clear: bool) -> list[str]:
    """The lines on a screen of their own, or after a blank line where there is no terminal."""
    if not clear:
        return ["", *lines]
    return [_CLEAR + (lines[0] if lines else ""), *lines[1:]]


def foot_lines(info: ExerciseInfo, progress: Progress, workspace: Workspace, app: App) -> list[str]:
    """Progress, which file is watched, and the keys."""
    total = len(load_catalog().exercises)
    passed = len(progress.passed & set(load_catalog().exercises))
    filled = round(BAR * passed / total)
    bar = "#" * filled + "-" * (BAR - filled)
    watching = say("watch", "watching", file=workspace.file_of(info).name)
    keys = say("watch", "keys")
    return [
        clipped(f"{passed}/{total}  [{bar}]  {watching}", app.width),
        app.paint(clipped(keys, app.width), "dim"),
    ]
