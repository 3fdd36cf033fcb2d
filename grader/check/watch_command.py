"""Implement `watch`: check an exercise on every save, with a worker that stays warm."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import LearncnnError
from ..i18n.texts import say, worded
from ..render.check_lines import check_lines
from ..render.report_screen import Screen
from ..render.watch_screen import foot_lines, frame
from ..student.guidance import give_hint
from ..student.overview import list_lines, next_exercise, progress_of
from ..student.starting import reset_lines
from ..terminal.app import App
from ..terminal.keypress import Inbox, single_keys
from ..terminal.layout import wrapped
from ..workspace.workspace import Workspace
from .checking import Checked, Checker, CheckSettings, exercise_at, remember
from .saved_files import Watcher, await_content, states

#: Keys, in the order in which the bottom of the screen explains them.
KEYS = "nhdlxq"


class Watching(Protocol):
    """The reaction to a save and to a key: a screen, or problems for an editor."""

    keys: bool

    def check(self, path: Path | None = None) -> None:
        """Check at the start, or after a file was saved, and show the result."""

    def key(self, key: str) -> bool:
        """Do what a key says; False to end."""

    def close(self) -> None:
        """End the workers."""


class Watch:
    """The screen of one workspace: the watched exercise and its result."""

    def __init__(self, app: App, workspace: Workspace, info: ExerciseInfo, *, keys: bool) -> None:
        self.app = app
        self.workspace = workspace
        self.info = info
        self.keys = keys
        self.details = False
        self._reset_asked = False
        self._checker = Checker(CheckSettings())
        self._last: Checked | None = None
        self._attempt = 0

    def close(self) -> None:
        """End the workers."""
        self._checker.close()

    def check(self, path: Path | None = None) -> None:
        """Check the watched exercise, or that of a saved file, and show the result."""
        if path is not None and not self._turn_to(path):
            return
        target, self._last = self._checker.check_saved(self.info, self.workspace)
        report = self._last.report
        self._attempt = 0
        if report is not None and report.state != "not_started" and path is not None:
            self._attempt, notes = remember(target, report)
            self.app.note(*notes)
        if path is not None and report is not None and report.state == "passed":
            self.info = next_exercise(progress_of(self.workspace)) or self.info
        self.show()
        self._checker.prepare()  # after drawing, so that the screen does not wait for it

    def key(self, key: str) -> bool:
        """Do what a key says; False to end."""
        asked, self._reset_asked = self._reset_asked, False
        if key == "q":
            return False
        if key == "n":
            self._next()
        elif key == "d":
            self.details = not self.details
            self.show()
        elif key == "h":
            self.show(self._hint())
        elif key == "l":
            infos = load_catalog().exercises.values()
            self.show(list_lines(infos, progress_of(self.workspace), self.app.paint))
        elif key == "x":
            self._reset_asked = not asked
            if asked:
                self.show(reset_lines(self.app, [self.info.id], False))
            else:
                self.show(wrapped(say("watch", "reset_sure", id=self.info.id), self.app.width))
        return True

    def show(self, instead: Sequence[str] | None = None) -> None:
        """Draw the last result, or other lines instead."""
        body = list(instead) if instead is not None else self._result()
        if instead is None and self._last and self._last.info != self.info:
            file = self.workspace.file_of(self.info).name
            going = say("watch", "goes_on", id=self.info.id, file=file)
            body += ["", self.app.paint(going, "bold")]
        foot = foot_lines(self.info, progress_of(self.workspace), self.workspace, self.app)
        self.app.out(frame([*body, "", *foot], clear=self.keys))

    def _result(self) -> list[str]:
        checked = self._last
        if checked is None:
            return []
        if checked.report is None:
            return [f"{checked.info.id}: {worded(checked.error)}"]
        screen = Screen(self.app.width, self.app.paint, self.details)
        lines = check_lines(
            checked.report, checked.info, screen, attempt=self._attempt, seconds=checked.seconds
        )
        notes = self.workspace.note_on(checked.info)
        return [*lines, *(line for note in notes for line in wrapped(note, self.app.width))]

    def _turn_to(self, path: Path) -> bool:
        """Watch the exercise of this file; return False if it is not in the workspace."""
        info = exercise_at(path, self.workspace)
        self.info = info or self.info
        return info is not None

    def _hint(self) -> list[str]:
        try:
            return give_hint(self.app, self.info)
        except LearncnnError as error:
            return [worded(error)]

    def _next(self) -> None:
        infos = list(load_catalog().exercises.values())
        self.info = infos[(infos.index(self.info) + 1) % len(infos)]
        self.check()


def run_watch(app: App, name: str | None, *, poll: bool = False, problems: bool = False) -> int:
    """Watch until `q`, Ctrl-C or the end of input. Raises LearncnnError before it starts."""
    workspace = app.required_workspace()
    if problems:
        from .watch_problems import ProblemWatch

        named = load_catalog().resolve(name) if name else None
        return _run(app, workspace, ProblemWatch(app, workspace, named), Inbox(None), poll)
    info = load_catalog().resolve(name) if name else next_exercise(progress_of(workspace))
    if info is None:
        app.out([say("progress", "all_done")])
        return 0
    with single_keys() as terminal:
        watch = Watch(app, workspace, info, keys=terminal is not None)
        return _run(app, workspace, watch, Inbox(terminal), poll)


def _run(app: App, workspace: Workspace, watch: Watching, inbox: Inbox, poll: bool) -> int:
    """Check once, and at every save until the end."""
    try:
        before = states(workspace.root)
        watch.check()
        watcher = Watcher(workspace.root, workspace.state_dir, inbox.put, since=before, poll=poll)
        if watcher.polling and not poll:
            app.note(say("watch", "polling"))
        try:
            _loop(app, watch, inbox)
        finally:
            watcher.close()
    except KeyboardInterrupt:
        app.out([""])
    finally:
        watch.close()
    return 0


def _loop(app: App, watch: Watching, inbox: Inbox) -> None:
    while True:
        word = inbox.get()
        if isinstance(word, Path):
            await_content(word)
            started = time.monotonic()
            watch.check(word)
            if not watch.keys:
                milliseconds = round((time.monotonic() - started) * 1000)
                app.note(say("watch", "checked", file=word.name, milliseconds=milliseconds))
        elif isinstance(word, str) and not watch.key(word):
            return
