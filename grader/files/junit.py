"""Write JUnit XML in the form that GitLab, Jenkins and GitHub read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Literal
from xml.etree import ElementTree as ET

#: Characters that XML 1.0 cannot represent.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Results of a test case, each with the attribute of the suite that counts it.
_COUNTED = {"passed": None, "failure": "failures", "error": "errors", "skipped": "skipped"}

Result = Literal["passed", "failure", "error", "skipped"]


class JunitFile:
    """A document of test suites; `when` is their timestamp, by default the current time."""

    def __init__(self, name: str = "", when: datetime | None = None) -> None:
        self._root = ET.Element("testsuites", _legal({"name": name} if name else {}))
        self._when = when or datetime.now(timezone.utc)
        self._suites: list[JunitSuite] = []

    def suite(self, name: str, properties: Mapping[str, str], seconds: float = 0.0) -> JunitSuite:
        """Add and return an empty test suite."""
        element = ET.SubElement(self._root, "testsuite", _legal({"name": name}))
        element.set("time", _seconds(seconds))
        element.set("timestamp", self._when.strftime("%Y-%m-%dT%H:%M:%S"))
        _add_properties(element, properties)
        self._suites.append(JunitSuite(element))
        return self._suites[-1]

    def text(self) -> str:
        """Return the document as XML, with the counts of all suites."""
        totals: dict[str, int] = {}
        for suite in self._suites:
            for name, count in suite.counts.items():
                suite.element.set(name, str(count))
                totals[name] = totals.get(name, 0) + count
        for name, count in totals.items():
            self._root.set(name, str(count))
        ET.indent(self._root)
        body = ET.tostring(self._root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


class JunitSuite:
    """A test suite, and the number of its cases by result."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element
        self.counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}

    def case(
        self,
        class_name: str,
        name: str,
        result: Result,
        message: str = "",
        kind: str = "",
        properties: Mapping[str, str] | None = None,
        output: str = "",
    ) -> None:
        """Add a test case; `kind` is the type of a failure or an error."""
        attributes = {"classname": class_name, "name": name, "time": "0"}
        case = ET.SubElement(self.element, "testcase", _legal(attributes))
        _add_properties(case, properties or {})
        self.counts["tests"] += 1
        counted = _COUNTED[result]
        if counted:
            self.counts[counted] += 1
            about = {"message": message} | ({} if result == "skipped" else {"type": kind})
            element = ET.SubElement(case, result, _legal(about))
            element.text = None if result == "skipped" else legal(message)
        if output:
            ET.SubElement(case, "system-out").text = legal(output)

    def output(self, text: str) -> None:
        """Add the output of the whole suite."""
        ET.SubElement(self.element, "system-out").text = legal(text)


def legal(text: str) -> str:
    """Return `text` without the characters that XML cannot represent."""
    return _ILLEGAL.sub("", text)


def _legal(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: legal(value) for name, value in attributes.items()}


def _add_properties(parent: ET.Element, properties: Mapping[str, str]) -> None:
    if properties:
        element = ET.SubElement(parent, "properties")
        for name, value in properties.items():
            ET.SubElement(element, "property", _legal({"name": name, "value": value}))


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds else "0"
