"""JUnit XML of a whole class: a suite for each student, a test case for each exercise."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

from ..course.catalog import ExerciseInfo
from ..gradebook.grades import Grade
from ..i18n.texts import worded
from .export_data import Class, Written
from .feedback_line import feedback_line

#: Characters that XML 1.0 has no way to write.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTS = ("tests", "failures", "errors", "skipped")


def gradebook_junit(found: Class, when: datetime | None = None) -> Written:
    """Failed is a failure, what cannot be loaded an error, what has no number is skipped."""
    stamp = (when or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%S")
    root = ET.Element("testsuites", name=_legal(found.course))
    totals = dict.fromkeys(_COUNTS, 0)
    for student in found.students:
        suite = ET.SubElement(root, "testsuite", name=_legal(student.id))
        counts = dict.fromkeys(_COUNTS, 0)
        properties = ET.SubElement(suite, "properties")
        share = student.share(found.rubric.quiz_weight)
        _property(properties, "name", student.name)
        _property(properties, "points", f"{student.points:g}")
        _property(properties, "possible", f"{student.possible:g}")
        _property(properties, "share", "" if share is None else f"{share:.4f}")
        for info in found.exercises:
            counts["tests"] += 1
            kind = _add(suite, student.id, info, student.grades[info.id])
            if kind:
                counts[kind] += 1
        for name, count in counts.items():
            suite.set(name, str(count))
            totals[name] += count
        suite.set("time", "0")
        suite.set("timestamp", stamp)
    for name, count in totals.items():
        root.set(name, str(count))
    root.set("time", "0")
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return Written(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


def _add(suite: ET.Element, student: str, info: ExerciseInfo, grade: Grade) -> str:
    """Returns what to count it as, nothing for a pass."""
    case = ET.SubElement(
        suite, "testcase", classname=_legal(student), name=f"{info.folder}", time="0"
    )
    properties = ET.SubElement(case, "properties")
    _property(properties, "points", "" if grade.points is None else f"{grade.points:g}")
    _property(properties, "possible", f"{grade.possible:g}")
    _property(properties, "status", grade.status)
    message = _legal(feedback_line(info, grade))
    state = grade.attempt.state if grade.attempt else ""
    if grade.points is None:
        element, kind = ("error", "errors") if grade.status == "unreadable" else ("skipped",) * 2
    elif state == "not_loaded":
        element, kind = "error", "errors"
    elif (state == "passed") if not grade.override else grade.points >= grade.possible:
        return ""
    else:
        element, kind = "failure", "failures"
    attributes = {"message": message}
    if element != "skipped":
        attributes["type"] = state or grade.status
    ET.SubElement(case, element, attributes).text = None if element == "skipped" else message
    if grade.attempt and grade.attempt.problem:
        ET.SubElement(case, "system-out").text = _legal(worded(grade.attempt.problem))
    return kind


def _property(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "property", name=name, value=_legal(value))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
