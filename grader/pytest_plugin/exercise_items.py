"""Represent a student's file in pytest: one item per function and group of cases."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ..answer_key.find import practice_key
from ..check.checking import Checked, Checker, Target
from ..errors import LearncnnError
from ..i18n.texts import say, use_language, worded
from ..render.check_lines import check_lines
from ..render.failing_case import problem_lines
from ..render.report_screen import Screen
from ..terminal.app import App, make_app
from ..terminal.layout import WIDTH, Paint

if TYPE_CHECKING:
    from ..course.catalog import ExerciseInfo
    from ..grading.report import Verdict

#: Maximum length of a line of a message, in characters; so large that no line is cut.
_LINE = 10_000


class Setting(NamedTuple):
    """Settings shared by all files of a session."""

    checker: Checker
    color: bool = False
    width: int = WIDTH


class _CaseGroupFailed(Exception):
    """Raised for a group of cases that did not pass; its text is the failure that pytest shows."""


class ExerciseFile(pytest.File):
    """A file of a workspace, checked once when the first of its items runs."""

    info: ExerciseInfo
    setting: Setting

    @cached_property
    def app(self) -> App:
        """The workspace around the file, with its language. Raises CollectError."""
        app = make_app(os.environ.get("LEARNCNN_LANG"), str(self.path.parent), True)
        if app.trouble is not None:
            raise self.CollectError(worded(app.trouble))
        return app

    def collect(self) -> Iterable[JudgedFunction]:
        """Yield the functions, in the order of the answer key. Raises CollectError."""
        workspace = self.app.required_workspace()
        try:
            key = practice_key(self.info, self.info.framework(workspace.framework))
        except LearncnnError as error:
            raise self.CollectError(worded(error)) from error
        groups: dict[str, dict[str, None]] = {}
        for case in key.cases:
            groups.setdefault(case.function, {})[case.group] = None
        for name, found in groups.items():
            function = JudgedFunction.from_parent(self, name=name)
            function.groups = tuple(found)
            yield function

    @cached_property
    def checked(self) -> Checked:
        """The result of checking the whole file as `learncnn check` does."""
        workspace = self.app.required_workspace()
        target = Target(self.info, self.path, workspace, workspace.framework)
        try:
            return self.setting.checker.check(target)
        except LearncnnError as error:
            return Checked(self.info, error=error)

    def document(self) -> dict[str, Any]:
        """Return the file's result as plain data, which a worker can send to its controller."""
        checked = self.checked
        report = checked.report
        about = {"exercise": self.info.id, "file": str(self.path), "state": "", "screen": []}
        if report is None:
            return about
        screen = Screen(self.setting.width, Paint(self.setting.color))
        return about | {
            "state": report.state,
            "codes": list(report.codes),
            "points": dict(report.points),
            "screen": check_lines(report, self.info, screen, seconds=checked.seconds),
        }


class JudgedFunction(pytest.Collector):
    """A function or answer of an exercise."""

    parent: ExerciseFile
    groups: tuple[str, ...]

    def collect(self) -> Iterable[CaseGroup]:
        """Yield an item for each group of cases."""
        for group in self.groups:
            yield CaseGroup.from_parent(self, name=group)


class CaseGroup(pytest.Item):
    """The cases of one function in one group, which names the item."""

    parent: JudgedFunction

    @property
    def file(self) -> ExerciseFile:
        """The file that defines the function."""
        return self.parent.parent

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts on these cases; none if the file could not be loaded."""
        report = self.file.checked.report
        verdicts = report.verdicts if report is not None else ()
        place = self.parent.name, self.name
        return tuple(v for v in verdicts if (v.function, v.group) == place)

    def runtest(self) -> None:
        """Check the file unless it is checked already. Raises _CaseGroupFailed."""
        use_language(self.file.app.lang)  # one session may have several workspaces
        problem = self._sentence()
        if problem:
            raise _CaseGroupFailed(problem)

    def _sentence(self) -> str:
        """Return what is wrong as text; empty if all cases passed."""
        checked = self.file.checked
        if checked.report is None:
            return worded(checked.error)
        verdicts = self.verdicts()
        if checked.report.load_error is not None or not verdicts:
            return say("pytest", "not_loaded", file=self.path.name)
        wrong = [verdict for verdict in verdicts if not verdict.passed]
        if not wrong:
            return ""
        told = next((verdict for verdict in wrong if not verdict.not_run), wrong[0])
        problem = "\n".join(problem_lines(told, _LINE))
        if told.status in ("not_started", "missing"):
            return problem
        return say("pytest", "failed", wrong=len(wrong), of=len(verdicts), problem=problem)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Return the text of a failure, without the grader's traceback."""
        if isinstance(excinfo.value, _CaseGroupFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Return the file and the item's name for the heading of a failure."""
        return self.path, None, f"{self.file.info.id} {self.parent.name}: {self.name}"
