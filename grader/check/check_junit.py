"""Reports as JUnit XML, as GitLab, Jenkins and GitHub read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

from ..errors import LearncnnError
from ..grading.report import Report, Verdict
from ..i18n.texts import say, worded
from ..render.failing_case import problem_lines
from ..render.place import line_place
from ..terminal.layout import clean
from .checking import Checked

#: Characters that XML 1.0 has no way to write.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE = 10_000


def junit_xml(checked: Iterable[Checked], when: datetime | None = None) -> str:
    """One test suite for each exercise, one test case for each case."""
    stamp = (when or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%S")
    root = ET.Element("testsuites")
    totals = [_add_suite(root, item, stamp) for item in checked]
    for position, name in enumerate(("tests", "failures", "errors")):
        root.set(name, str(sum(total[position] for total in totals)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _add_suite(root: ET.Element, item: Checked, stamp: str) -> tuple[int, int, int]:
    """Returns (tests, failures, errors)."""
    suite = ET.SubElement(root, "testsuite", name=item.info.id)
    report = item.report
    if report is not None:
        properties = ET.SubElement(suite, "properties")
        values = {
            "score": f"{report.score:g}",
            "max_score": str(report.max_score),
            "state": report.state,
            "values": _shares(report),
            "broken_promises": ", ".join(
                f"{broken.function}: {broken.promise} ({broken.cases})"
                for broken in report.promises
            ),
            "codes": " ".join(report.codes),
            "seed": report.provenance.seed,
            "key_digest": report.provenance.key_digest,
        }
        for name, value in values.items():
            ET.SubElement(properties, "property", name=name, value=_legal(value))
    numbering: dict[str, int] = {}
    failures = errors = tests = skipped = 0
    for verdict in report.verdicts if report else ():
        tests += 1
        failures += _add_case(suite, item.info.id, verdict, numbering)
        skipped += verdict.not_run
    if report is None or report.load_error is not None:
        tests, errors = tests + 1, errors + 1
        case = ET.SubElement(suite, "testcase", classname=item.info.id, name="load", time="0")
        message, kind = _load_message(report, item.error)
        ET.SubElement(case, "error", message=_legal(message), type=kind).text = _legal(message)
    if report is not None and report.stdout:
        ET.SubElement(suite, "system-out").text = _legal(report.stdout)
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    for name, count in counts.items():
        suite.set(name, str(count))
    suite.set("time", f"{item.seconds:.3f}")
    suite.set("timestamp", stamp)
    return tests, failures, errors


def _shares(report: Report) -> str:
    """How many value cases of each function are right."""
    return ", ".join(f"{n}: {s.right}/{s.values}" for n, s in report.shares.items())


def _add_case(suite: ET.Element, exercise: str, verdict: Verdict, numbering: dict[str, int]) -> int:
    title = verdict.title
    if not title:
        numbering[verdict.function] = numbering.get(verdict.function, 0) + 1
        title = f"public example {numbering[verdict.function]}"
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{exercise}.{verdict.function}",
        name=_legal(title),
        time="0",
    )
    if verdict.passed:
        return 0
    message = " ".join(problem_lines(verdict, _LINE))
    if verdict.not_run:
        ET.SubElement(case, "skipped", message=_legal(message))
        return 0
    failure = ET.SubElement(case, "failure", message=_legal(message), type=verdict.status)
    failure.text = _legal(message)
    return 1


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


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
