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
    #: Why an existing workspace cannot be used.
    trouble: WorkspaceError | None = None
    #: Language set by the command line or LEARNCNN_LANG, if any.
    asked_lang: str | None = None

    @property
    def workspace(self) -> Workspace | None:
        """The workspace that was found, if any. Raises WorkspaceError if it cannot be used."""
        if self.trouble:
            raise self.trouble
        return self.found

    @property
    def root(self) -> Path | None:
        """The workspace's folder, if any. Raises WorkspaceError if it cannot be used."""
        workspace = self.workspace
        return workspace.root if workspace else None

    def required_workspace(self) -> Workspace:
        """Return the workspace. Raises WorkspaceError, with a way to make one, if there is none."""
        workspace = self.workspace
        if workspace is None:
            raise WorkspaceError("workspace", "none")
        return workspace

    def out(self, lines: Iterable[str]) -> None:
        """Print results to standard output. Raises UsageError if that fails, as on a full disk."""
        text = "".join(f"{line}\n" for line in lines)
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader has closed the pipe
            raise
        except OSError as error:
            raise UsageError("workspace", "full", reason=error.strerror) from error

    def note(self, *lines: str | Message) -> None:
        """Print notes to standard error."""
        sys.stdout.flush()
        for line in lines:
            sys.stderr.write(f"{worded(line)}\n")


def make_app(lang: str | None, root: str | None, no_color: bool) -> App:
    """Return language, colour, width and workspace of a command.

    The language is the first set of the option's, the workspace's and the locale's.
    """
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
        else:  # without this, every Chinese character would become a question mark
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
