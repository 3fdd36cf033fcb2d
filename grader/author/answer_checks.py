"""Check that model answers are short, explained in both languages, and right in every form."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ..answer_key.model_answers import (
    PLAIN,
    VECTORISED,
    WHY,
    ModelAnswers,
    definitions_of,
    model_answers,
)
from ..check.checking import Checker, Target
from ..course.catalog import ExerciseInfo
from ..errors import KeyUnavailable, LearncnnError
from ..grading.report import Report
from ..i18n.texts import LANGUAGES, language, use_language, worded
from ..student.guidance import function_lines
from ..terminal.layout import WIDTH

#: Maximum number of lines of a function or class in plain form.
PLAIN_LINES = 25
#: Maximum number of lines that `learncnn solution EX FUNCTION` prints.
SHOWN_LINES = 40


def written_problems(info: ExerciseInfo) -> Iterator[str]:
    """Yield what is wrong with the text of the model answers, without running them."""
    for framework in info.libraries:
        try:
            answers = model_answers(info, framework)
        except KeyUnavailable as error:
            yield worded(error)
            return
        try:
            yield from dict.fromkeys(_form_problems(answers))
        except (SyntaxError, LearncnnError) as error:
            yield f"the model answers are not readable: {error}"
            return


def answer_problems(info: ExerciseInfo, checker: Checker) -> Iterator[str]:
    """Yield forms of the model answers that do not pass a check, in each framework."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{info.folder}.py"
        for framework in info.libraries:
            answers = model_answers(info, framework)
            forms = {PLAIN: answers.plain}
            if answers.vectorised:
                forms[VECTORISED] = answers.both
            for name, source in forms.items():
                path.write_text(source, "utf-8")
                report = checker.check(Target(info, path, None, framework)).report
                if report is not None and report.state != "passed":
                    yield f"{name} ({framework}) does not pass: {_found(report)}"


def _form_problems(answers: ModelAnswers) -> Iterator[str]:
    plain, vectorised = definitions_of(answers.plain), definitions_of(answers.vectorised)
    for name, source in {PLAIN: answers.plain, VECTORISED: answers.vectorised}.items():
        for number, line in enumerate(source.split("\n"), 1):
            if len(line) >= WIDTH:
                yield f"{name} ({answers.framework}): line {number} has {len(line)} columns"
        if _imports_learncnn(source):
            yield f"{name} imports learncnn, which a student's own code would not"
    for name, text in plain.items():
        if len(text.split("\n")) > PLAIN_LINES:
            yield f"{PLAIN}: {name} has more than {PLAIN_LINES} lines"
    for name in answers.info.functions:
        if name not in plain:
            yield f"{PLAIN} lacks {name}"
    if set(plain) >= set(answers.info.functions):
        for spoken in LANGUAGES:
            yield from _shown_problems(answers, spoken)
    for name in vectorised:
        helper = any(name in text for other, text in vectorised.items() if other != name)
        if name not in answers.info.functions and not helper:
            yield f"{VECTORISED}: {name} is no function of the exercise and not used"


def _shown_problems(answers: ModelAnswers, spoken: str) -> Iterator[str]:
    before = language()
    use_language(spoken)
    try:
        for name in answers.info.functions:
            if not answers.why(name):
                yield f"{WHY} lacks {spoken} for {name}"
            lines = len(function_lines(answers, name, WIDTH))
            if lines > SHOWN_LINES:
                yield f"the model answer of {name} ({spoken}) is shown in {lines} lines"
    finally:
        use_language(before)


def _imports_learncnn(source: str) -> bool:
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append("learncnn" if node.level else node.module or "")
    return any(module.startswith("learncnn") for module in modules)


def _found(report: Report) -> str:
    if report.load_error is not None:
        error = report.load_error.error
        return f"{error.type}: {error.message}" if error else report.load_error.kind
    wrong = (verdict for verdict in report.verdicts if not verdict.passed)
    return next(f"{v.function}, {v.title or v.case} is {v.status}" for v in wrong)
