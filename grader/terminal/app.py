"""Define what every command uses: language, colour, workspace, and the two output streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import Message, UsageError, WorkspaceError
from ..i18n.texts import language_of_locale, use_language, worded
from ..workspace.workspace import Workspace, find_workspace
from .layout import MAX_WIDTH, WIDTH, Paint
from .streams import streams_know, write_utf8


class App(NamedTuple):
    """The settings of one invocation."""

    lang: str
    paint: Paint
    width: int
    found: Workspace | None = None
    #: Why the workspace that is there cannot be used.
    trouble: WorkspaceError | None = None
    #: The language that the command line or LEARNCNN_LANG asks for, if any.
    asked_lang: str | None = None

    @property
    def workspace(self) -> Workspace | None:
        """The workspace around the current folder, if any. Raises WorkspaceError if unusable."""
        if self.trouble:
            raise self.trouble
        return self.found

    @property
    def root(self) -> Path | None:
        """The workspace's folder, if any."""
        workspace = self.workspace
        return workspace.root if workspace else None

    def required_workspace(self) -> Workspace:
        """The workspace. Raises WorkspaceError that says how to make one."""
        workspace = self.workspace
        if workspace is None:
            raise WorkspaceError("workspace", "none")
        return workspace

    def out(self, lines: Iterable[str]) -> None:
        """Results: to standard output. Raises UsageError where that is full."""
        text = "".join(f"{line}\n" for line in lines)
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has read enough
            raise
        except OSError as error:
            raise UsageError("workspace", "full", reason=error.strerror) from error

    def note(self, *lines: str | Message) -> None:
        """Progress and notes: to standard error."""
        sys.stdout.flush()
        for line in lines:
            sys.stderr.write(f"{worded(line)}\n")


def make_app(lang: str | None, root: str | None, no_color: bool) -> App:
    """Return language, colour, width and workspace of a command.

    The language is the option's, the workspace's or the locale's."""
    explicit = asked = lang if lang not in (None, "", "auto") else None
    use_language(explicit or language_of_locale())
    found, trouble = None, None
    try:
        found = find_workspace(Path(root) if root else Path.cwd())
    except WorkspaceError as error:
        trouble = error
    except OSError:
        trouble = WorkspaceError("workspace", "gone")
    if explicit is None and lang is None and found and found.lang != "auto":
        explicit = found.lang
    chosen = explicit or language_of_locale()
    if chosen == "zh" and not streams_know("中文"):
        if explicit:
            write_utf8()
        else:  # a question mark for every character would tell nothing
            chosen = "en"
    use_language(chosen)
    return App(chosen, Paint(_color(no_color)), _width(), found, trouble, asked)


def _color(no_color: bool) -> bool:
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    if not sys.stdout.isatty():
        return WIDTH
    import shutil

    return max(40, min(shutil.get_terminal_size((WIDTH, 24)).columns, MAX_WIDTH))
