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

#: Width of the progress bar, in columns.
BAR = 24
#: Escape sequences: cursor to the top left, clear the screen, clear the scrollback.
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def frame(lines: Sequence[str], *, clear: bool) -> list[str]:
    """Return the lines on a cleared screen, or after a blank line if not `clear`."""
    if not clear:
        return ["", *lines]
    return [_CLEAR + (lines[0] if lines else ""), *lines[1:]]


def foot_lines(info: ExerciseInfo, progress: Progress, workspace: Workspace, app: App) -> list[str]:
    """Return the lines with the progress, the watched file, and the keys."""
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
