"""Implement `watch --problems`: print each file's problems as lines for an editor."""

from __future__ import annotations

import os
from pathlib import Path

from ..course.catalog import ExerciseInfo, load_catalog
from ..errors import SubmissionError
from ..i18n.texts import worded
from ..render.editor_problems import EditorProblem, ProblemFinder, problem_line
from ..submissions.submission import read_submission
from ..terminal.app import App
from ..workspace.begun import Stage, stage_of_file
from ..workspace.editor_tasks import BEGIN, END
from ..workspace.workspace import Workspace
from .checking import Checker, CheckSettings, exercise_at, remember


class ProblemWatch:
    """Prints all known problems after every save, between a begin and an end line.

    At the begin line an editor drops all earlier problems, those of other files too.
    """

    keys = False

    def __init__(self, app: App, workspace: Workspace, info: ExerciseInfo | None) -> None:
        """`info` is the exercise to start with; without it, all begun exercises."""
        self._app = app
        self._workspace = workspace
        self._info = info
        self._checker = Checker(CheckSettings())
        #: Exercise → lines of its problems.
        self._known: dict[str, list[str]] = {}

    def close(self) -> None:
        """End the workers."""
        self._checker.close()

    def key(self, key: str) -> bool:
        """Do nothing, because an editor sends no keys."""
        return True

    def check(self, path: Path | None = None) -> None:
        """Check all begun exercises, or a saved file, and print all problems."""
        infos = self._begun() if path is None else [exercise_at(path, self._workspace)]
        if infos == [None]:
            return
        self._forget_deleted()
        self._app.out([BEGIN])
        try:
            for info in infos:
                if info is not None:
                    self._known[info.id] = self._lines(info, counts=path is not None)
            self._app.out(line for lines in self._known.values() for line in lines)
        finally:
            self._app.out([END])
        self._checker.prepare()  # after printing, so that the editor does not wait for it

    def _forget_deleted(self) -> None:
        """Drop the problems of deleted files."""
        for id in list(self._known):
            if not self._workspace.file_of(load_catalog().exercises[id]).is_file():
                del self._known[id]

    def _begun(self) -> list[ExerciseInfo | None]:
        if self._info is not None:
            return [self._info]
        return [
            info
            for info in load_catalog().exercises.values()
            if stage_of_file(self._workspace.file_of(info), info) > Stage.UNTOUCHED
        ]

    def _lines(self, info: ExerciseInfo, *, counts: bool) -> list[str]:
        """Check one file; return a line for each of its problems."""
        target, checked = self._checker.check_saved(info, self._workspace)
        assert target.path is not None
        file = _shown(target.path)
        report = checked.report
        if report is None:
            if isinstance(checked.error, SubmissionError):
                return [problem_line(EditorProblem(1, 1, worded(checked.error)), file)]
            self._app.note(f"{info.id}: {worded(checked.error)}")
            return []
        if counts and report.state != "not_started":
            _, notes = remember(target, report)
            self._app.note(*notes)
        self._app.note(*self._workspace.note_on(info))
        try:
            submission = read_submission(target.path)
        except SubmissionError as error:  # deleted since it was checked
            return [problem_line(EditorProblem(1, 1, worded(error)), file)]
        found = ProblemFinder(report, info, submission.source, submission.cells).problems()
        return [problem_line(problem, file) for problem in found]


def _shown(path: Path) -> str:
    """Return a path relative to the current folder if it is below it, else in full."""
    real, here = os.path.realpath(path), os.path.realpath(os.curdir)
    return os.path.relpath(real, here) if real.startswith(here + os.sep) else real
