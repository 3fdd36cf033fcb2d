"""Render the result of a check for the page: its HTML, and problems for the editor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..check.checking import Checked
from ..errors import GraderFault, Message, SubmissionError
from ..i18n.texts import say, worded
from ..submissions.submission import Submission
from .page_templates import filled

if TYPE_CHECKING:
    from ..render.pages.report_view import ReportView


class CheckResult(NamedTuple):
    """The result of one check."""

    number: int
    checked: Checked
    submission: Submission | None = None
    #: Of the file that was checked.
    hash: str = ""
    #: The number of the attempt, 0 if it was not counted.
    attempt: int = 0
    notes: tuple[Message, ...] = ()
    stopped: bool = False

    def data(self) -> dict[str, Any]:
        """Return the data for pages, in the language in use."""
        from ..render.pages.report_view import report_view

        report = self.checked.report
        view = report_view(report, self.checked.info) if report else None
        return {
            "id": self.checked.info.id,
            "check": self.number,
            "state": self._state(),
            "html": self._html(view),
            "sentence": self._sentence(view),
            "problems": self._problems(),
            "seconds": round(self.checked.seconds, 3),
            "hash": self.hash,
            "attempt": self.attempt,
            "file": report.filename if report else "",
        }

    def _state(self) -> str:
        if self.stopped:
            return "stopped"
        if self.checked.report is not None:
            return self.checked.report.state
        if isinstance(self.checked.error, SubmissionError):
            return "not_loaded"
        return "fault" if isinstance(self.checked.error, GraderFault) else "refused"

    def _sentence(self, view: ReportView | None) -> str:
        """Return the verdict in one line."""
        id = self.checked.info.id
        if view is None:
            return f"{id}: {self._trouble()}"
        points = say("page", "of", points=view.points, possible=view.possible)
        return say("serve", "sentence", id=id, state=say("check", f"state.{view.state}"), of=points)

    def _trouble(self) -> str:
        return say("serve", "stopped") if self.stopped else worded(self.checked.error or "")

    def _html(self, view: ReportView | None) -> str:
        notes = [*self.checked.notes, *map(worded, self.notes)]
        # The page's buttons offer the next steps, so the report shows no commands.
        if view and view.case:
            view = replace(view, case=replace(view.case, option=""))
        return filled(
            "report_fragment.html.j2",
            view=replace(view, next="") if view else None,
            trouble=self._trouble(),
            attempt=self.attempt,
            seconds=self.checked.seconds,
            notes=notes,
        )

    def _problems(self) -> list[dict[str, Any]]:
        """Return the problems for an editor to mark, by line and column from 1."""
        report, submission = self.checked.report, self.submission
        if report is None or submission is None:
            if isinstance(self.checked.error, SubmissionError):
                return [_problem(1, 1, worded(self.checked.error))]
            return []
        from ..render.editor_problems import ProblemFinder

        finder = ProblemFinder(report, self.checked.info, submission.source, submission.cells)
        return [_problem(*problem) for problem in finder.problems()]


def _problem(line: int, column: int, message: str, code: str = "") -> dict[str, Any]:
    return {"line": line, "column": column, "message": message, "code": code}
