"""Write reports as JUnit XML: one suite per exercise, one test case per case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..errors import LearncnnError
from ..files.junit import JunitFile, JunitSuite
from ..grading.report import Report, Verdict
from ..i18n.texts import say, worded
from ..render.failing_case import problem_lines
from ..render.place import line_place
from ..terminal.layout import clean
from .checking import Checked

#: Maximum length of a message line, in characters; large enough that nothing is cut.
_LINE = 10_000


def junit_xml(checked: Iterable[Checked], when: datetime | None = None) -> str:
    """Return the XML, with one test suite per exercise and one test case per case."""
    document = JunitFile(when=when)
    for item in checked:
        suite = document.suite(item.info.id, _properties(item.report), item.seconds)
        _add_cases(suite, item)
    return document.text()


def _properties(report: Report | None) -> dict[str, str]:
    if report is None:
        return {}
    return {
        "score": f"{report.score:g}",
        "max_score": str(report.max_score),
        "state": report.state,
        "values": ", ".join(f"{n}: {s.right}/{s.values}" for n, s in report.shares.items()),
        "broken_promises": ", ".join(
            f"{broken.function}: {broken.promise} ({broken.cases})" for broken in report.promises
        ),
        "codes": " ".join(report.codes),
        "seed": report.provenance.seed,
        "key_digest": report.provenance.key_digest,
    }


def _add_cases(suite: JunitSuite, item: Checked) -> None:
    report = item.report
    numbering: dict[str, int] = {}
    for verdict in report.verdicts if report else ():
        _add_case(suite, item.info.id, verdict, numbering)
    if report is None or report.load_error is not None:
        message, kind = _load_message(report, item.error)
        suite.case(item.info.id, "load", "error", message, kind)
    if report is not None and report.stdout:
        suite.output(report.stdout)


def _add_case(
    suite: JunitSuite, exercise: str, verdict: Verdict, numbering: dict[str, int]
) -> None:
    title = verdict.title
    if not title:
        numbering[verdict.function] = numbering.get(verdict.function, 0) + 1
        title = f"public example {numbering[verdict.function]}"
    place = f"{exercise}.{verdict.function}"
    if verdict.passed:
        suite.case(place, title, "passed")
        return
    message = " ".join(problem_lines(verdict, _LINE))
    suite.case(place, title, "skipped" if verdict.not_run else "failure", message, verdict.status)


def _load_message(report: Report | None, error: LearncnnError | None) -> tuple[str, str]:
    outcome = report.load_error if report else None
    if outcome is None:
        return worded(error), type(error).__name__
    if outcome.error is None:
        return say("check", f"load.{outcome.kind}", detail=outcome.detail), outcome.kind
    where = ""
    if report and outcome.error.line is not None:
        where = f" ({report.filename}, {line_place(outcome.error.line, outcome.error.cell)})"
    return clean(f"{outcome.error.type}: {outcome.error.message}{where}"), outcome.error.type
