"""Convert a report to problems of an editor: a position in the file, a sentence, a code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import ExerciseTexts, exercise_texts
from ..grading.report import Report, Verdict
from ..i18n.texts import say
from ..runner.cell_places import CellPlaces
from ..sandbox.source.scan import LineScanner
from ..terminal.layout import clean
from .failing_case import call_text, error_text, problem_lines
from .place import line_place
from .statements import finding_statement, limit_text, promise_sentence

#: Maximum length of a sentence, in characters, so large that nothing is wrapped or cut.
_LINE = 10_000
#: Statuses whose problem is shown at the line that stopped the code.
_STOPPED = frozenset({"raised", "timeout", "memory", "crashed", "protocol"})


class EditorProblem(NamedTuple):
    """One entry of an editor's list of problems; for a notebook the text names the place."""

    line: int
    column: int
    text: str
    code: str = ""


def problem_line(problem: EditorProblem, file: str) -> str:
    """Return `FILE:LINE:COL: error: TEXT [CODE]`."""
    code = f" [{problem.code}]" if problem.code else ""
    text = " ".join(clean(problem.text).split())
    return f"{file}:{problem.line}:{problem.column}: error: {text}{code}"


class ProblemFinder:
    """Finds the problems of one report; functions that are still the stub have none."""

    def __init__(
        self, report: Report, info: ExerciseInfo, source: str, cells: Sequence[int] = ()
    ) -> None:
        self._report = report
        self._info = info
        self._texts: ExerciseTexts = exercise_texts(info)
        self._lines = source.split("\n")
        self._cells = cells
        self._places = CellPlaces(source, cells)
        self._defined = _definitions(self._lines, tuple(report.possible))

    def problems(self) -> list[EditorProblem]:
        """Return the problems, each once: of the file, of functions, of their promises."""
        if self._report.load_error is not None:
            return [self._load_problem()]
        found = [
            self._at(use.line, use.cell, self._forbidden(use.name, use.line, use.cell))
            for use in self._report.forbidden
        ]
        for function in self._report.possible:
            found += self._of_function(function)
        return list(dict.fromkeys(found))

    def _load_problem(self) -> EditorProblem:
        outcome = self._report.load_error
        assert outcome is not None
        error = outcome.error
        if error is None:
            return self._at(1, 0, say("check", f"load.{outcome.kind}", detail=outcome.detail))
        return self._at(error.line or 1, error.cell, error_text(error))

    def _forbidden(self, name: str, line: int, cell: int) -> str:
        return say("check", "forbidden_line", name=clean(name), place=line_place(line, cell))

    def _of_function(self, function: str) -> Iterator[EditorProblem]:
        failed = [v for v in self._report.verdicts if v.function == function and not v.passed]
        if all(verdict.status == "not_started" for verdict in failed):
            return
        wrong = [v for v in failed if v.axis == "values" and not v.right]
        proved = [found for found in self._report.diagnoses if function in found.functions]
        for code in dict.fromkeys(code for found in proved for code in found.codes):
            yield self._in(function, self._texts.misconception(code) or code, code)
        broken = [broken for broken in self._report.promises if broken.function == function]
        exact = any(found.kind == "exact" for found in proved)
        if (wrong and not exact) or not (wrong or broken):
            yield self._shown(function, wrong or failed)
        for promise in broken:
            yield self._in(function, promise_sentence(promise, self._texts), promise.code)

    def _shown(self, function: str, wrong: Sequence[Verdict]) -> EditorProblem:
        """Return a problem that no known mistake explains: an error, or the case shown."""
        failure = self._report.failure
        shown = next((v for v in wrong if not v.not_run), wrong[0])
        if failure is not None and failure.verdict.function == function:
            shown = failure.verdict
        sentences = [
            finding_statement(finding, self._texts).heading
            for finding in self._report.findings
            if finding.function == function
        ]
        if shown.status == "timeout":
            limit = limit_text(shown)
            sentences = [say("diagnosis", "unfinished", function=function, limit=limit)]
        elif shown.error is not None:
            sentences.append(" ".join(problem_lines(shown, _LINE)))
        else:
            if failure is not None and failure.verdict is shown and shown.status != "missing":
                sentences.append(f"{call_text(failure)}:")
            sentences.append(" ".join(problem_lines(shown, _LINE)))
        text = " ".join(sentences)
        error = shown.error
        if shown.status in _STOPPED and error is not None and error.line is not None:
            return self._at(error.line, error.cell, text)
        return self._in(function, text)

    def _in(self, function: str, text: str, code: str = "") -> EditorProblem:
        """Return a problem at a function's definition, or at the start of the file."""
        cell, line = self._places.of(self._defined.get(function, 1))
        return self._at(line, cell, text, code)

    def _at(self, line: int, cell: int, text: str, code: str = "") -> EditorProblem:
        if self._cells:
            place = f"{line_place(line, cell)}: " if cell else ""
            return EditorProblem(1, 1, place + text, code)
        at = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return EditorProblem(line, len(at) - len(at.lstrip()) + 1, text, code)


def _definitions(lines: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """Return name → number of the line (from 1) that defines it last."""
    words = "|".join(map(re.escape, names))
    pattern = re.compile(rf"(?:(?:async\s+)?def|class)\s+({words})\b|({words})\s*(?::[^=]*)?=(?!=)")
    scanner = LineScanner()
    found: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        within = scanner.goes_on
        scanner.read(line)
        if not within and (match := pattern.match(line)):
            found[match[1] or match[2]] = number
    return found
