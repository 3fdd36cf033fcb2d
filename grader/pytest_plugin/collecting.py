"""Collect the files of workspaces in `pytest --learncnn`, and report the results.

pytest imports none of the files: a student's code runs only in the sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from ..check.checking import Checker, CheckSettings, exercise_at, remember_attempt
from ..course.catalog import ExerciseInfo
from ..course.name_resolution import kind_of
from ..errors import LearncnnError, UsageError
from ..i18n.texts import language_of_locale, say, use_language, worded
from ..terminal.layout import MAX_WIDTH
from ..workspace.workspace import Workspace, find_workspace
from .classroom_result import OUTPUT, exercises_of, write_result
from .exercise_items import CaseGroup, ExerciseFile, Setting

#: States of a file for which only the items are shown, without a screen.
_NO_SCREEN = ("", "not_started")
#: Keys of the colour and width sent to a pytest-xdist worker, and attribute of the report it sends.
_COLOR, _WIDTH, _DOCUMENT = "learncnn_color", "learncnn_width", "learncnn_document"


def register(config: pytest.Config) -> None:
    """Activate the plugin.

    Raises pytest.UsageError if `--learncnn-classroom` names an unknown exercise, or is given
    without the variable GITHUB_OUTPUT.
    """
    lang = os.environ.get("LEARNCNN_LANG")
    use_language(lang if lang in ("en", "zh") else language_of_locale())
    wanted = config.getoption("--learncnn-classroom")
    worker = hasattr(config, "workerinput")
    try:
        chosen = exercises_of(wanted) if wanted else None
        if wanted and not worker and not os.environ.get(OUTPUT):
            raise UsageError("pytest", "no_output")
    except LearncnnError as error:
        raise pytest.UsageError(worded(error)) from error
    if getattr(config.option, "dist", None) == "load":
        config.option.dist = "loadfile"  # a file is checked as a whole
    config.pluginmanager.register(CheckSession(config, chosen), "learncnn-check")


class CheckSession:
    """The hooks of one session; each process of pytest-xdist has its own."""

    def __init__(self, config: pytest.Config, chosen: list[ExerciseInfo] | None) -> None:
        self._config = config
        self._chosen = chosen
        self._checker = Checker(CheckSettings())
        self._documents: dict[str, dict[str, Any]] = {}
        self._notes: list[str] = []

    @cached_property
    def _setting(self) -> Setting:
        """The checker, colour and width; a pytest-xdist worker is sent the last two."""
        config: Any = self._config
        if hasattr(config, "workerinput"):
            known = config.workerinput
            return Setting(self._checker, bool(known[_COLOR]), int(known[_WIDTH]))
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None:
            return Setting(self._checker)
        width = max(40, min(config.get_terminal_writer().fullwidth, MAX_WIDTH))
        return Setting(self._checker, bool(reporter.hasmarkup), width)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the colour and the width of the terminal to a worker of pytest-xdist."""
        node.workerinput[_COLOR] = self._setting.color
        node.workerinput[_WIDTH] = self._setting.width

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector:
        """Collect every folder as `pytest.Dir`: a `Package` would import its `__init__.py`."""
        return pytest.Dir.from_parent(parent, path=path)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[Any], list[Any]]:
        """Collect only the files of a workspace that belong to an exercise."""
        yield
        info = self._exercise_of(file_path)
        if info is None:
            return []
        file = ExerciseFile.from_parent(parent, path=file_path)
        file.info, file.setting = info, self._setting
        return [file]

    def _exercise_of(self, path: Path) -> ExerciseInfo | None:
        """Return the chosen exercise for which `path` is the file that counts, if any."""
        if not kind_of(path.name):
            return None
        try:
            workspace = find_workspace(path.parent)
        except LearncnnError as error:
            raise pytest.UsageError(worded(error)) from error
        info = exercise_at(path, workspace) if workspace is not None else None
        chosen = self._chosen is None or info in self._chosen
        return info if chosen else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach the file's document to the report of the first of its items that was run."""
        report = yield
        if isinstance(item, CaseGroup) and report.when == "call":
            name = str(item.path)
            if name not in self._documents:
                self._documents[name] = item.file.document()
                setattr(report, _DOCUMENT, self._documents[name])
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember the document that a worker attached to a report."""
        document = getattr(report, _DOCUMENT, None)
        if document is not None:
            self._documents[document["file"]] = document

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the screen of each file that did not pass, or of every checked one with `-v`."""
        for document in self._documents.values():
            shown = document["state"] != "passed" or self._config.get_verbosity() > 0
            if shown and document["state"] not in _NO_SCREEN:
                terminalreporter.section(Path(document["file"]).name)
                for line in document["screen"]:
                    terminalreporter.write_line(line)
        for note in self._notes:
            terminalreporter.write_line(note)

    def pytest_sessionfinish(self) -> None:
        """Count the attempts and write the points, in the controller, which has all documents."""
        if hasattr(self._config, "workerinput"):
            return
        self._notes = self._count_attempts()
        if self._chosen is not None:
            path = Path(os.environ[OUTPUT])
            try:
                write_result(self._chosen, self._documents.values(), path)
            except OSError as error:
                said = say("workspace", "unwritable", path=path, reason=error.strerror)
                self._notes.append(said)

    def pytest_unconfigure(self) -> None:
        """Stop the workers of the checker."""
        self._checker.close()

    def _count_attempts(self) -> list[str]:
        """Record an attempt for each checked file, as `learncnn check` does, and return notes."""
        notes = []
        for document in self._documents.values():
            if document["state"] in _NO_SCREEN:
                continue
            workspace = find_workspace(Path(document["file"]).parent)
            assert isinstance(workspace, Workspace)
            _, said = remember_attempt(
                workspace,
                document["exercise"],
                passed=document["state"] == "passed",
                codes=tuple(document["codes"]),
            )
            notes += [worded(note) for note in said]
        return notes
