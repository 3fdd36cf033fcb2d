"""Grade homework whose faults are known, and compare the grader's statements with the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from homework_truth import Homework, Truth, manifest

from learncnn.grader.answer_key.find import practice_key
from learncnn.grader.course.catalog import load_catalog
from learncnn.grader.grading.grading import grade
from learncnn.grader.grading.report import Report
from learncnn.grader.runner.runner import Runner
from learncnn.grader.submissions.submission import Submission

#: Statements that explain a failure without naming a mistake.
EXPLAINING = frozenset({"condition", "library", "factor", "sign", "offset", "modulo"})
#: Codes of broken promises; a grader with one axis names them like mistakes.
OF_PROMISES = frozenset(
    {
        *("CH-BROADCAST", "CH-UNCHECKED", "DTYPE-DROP", "EVEN-K", "FLOAT-COUNT", "FLOAT-OUT"),
        *("IDX-FLOAT", "MUTATE", "NO-CHECK", "ONEHOT-INT-AS-FLOAT", "RELU-INPLACE", "VIEW"),
    }
)
#: Result for a function. Wrong values: the best true statement, or `drawn` if there is none but the
#: main fault acts on the case shown. Right values: `passed` if all cases pass, `right` if only the
#: values are shown as right.
Outcome = Literal["exact", "part", "explained", "drawn", "silent", "passed", "right", "denied"]


@dataclass(frozen=True)
class Finding:
    """The grader's statements about one function of a submission."""

    homework: Homework
    function: str
    truth: Truth
    outcome: Outcome
    #: Statements that the truth contradicts.
    false: tuple[str, ...]
    #: Share of the function's points that it earned.
    share: float
    said: tuple[str, ...]


@dataclass(frozen=True)
class _Named:
    """Codes that were proved, for a whole function, one of its results, or some cases."""

    codes: tuple[str, ...]
    kind: str

    def __str__(self) -> str:
        return "+".join(self.codes) + ("" if self.kind == "exact" else f" ({self.kind})")


def findings(exercises: Sequence[str] = ()) -> Iterator[Finding]:
    """Grade the submissions of some exercises, or of all, and yield a finding for each function."""
    catalog = load_catalog()
    runners: dict[str, Runner] = {}
    try:
        for homework in manifest():
            if exercises and homework.exercise not in exercises:
                continue
            framework = homework.framework
            if framework not in runners:
                runners[framework] = Runner(tuple(dict.fromkeys(("numpy", framework))), warm="full")
            info = catalog.resolve(homework.exercise)
            submission = Submission(homework.source, Path(homework.file).name)
            key = practice_key(info, framework)
            for function, truth in homework.functions.items():
                # A report shows only one case, so each function gets a report of its own.
                alone = replace(key, cases=key.cases_of(function))
                report, _ = grade(submission, info, alone, runners[framework])
                yield _finding(homework, function, truth, report)
    finally:
        for runner in runners.values():
            runner.close()


def _finding(homework: Homework, function: str, truth: Truth, report: Report) -> Finding:
    named, broken = _named(report, function, truth), _broken(report, function)
    explaining = _explaining(report, function)
    false = [str(each) for each in named if not {*each.codes} <= {*truth.faults, *truth.also}]
    false += [f"~{promise}" for promise in broken if promise not in truth.promises]
    if truth.right:
        outcome = _of_right(report, function, bool(named or explaining))
    else:
        outcome = _of_wrong(report, function, truth, named, explaining)
    return Finding(
        homework,
        function,
        truth,
        outcome,
        tuple(false),
        report.points.get(function, 0.0) / report.possible[function],
        (*map(str, named), *explaining, *(f"~{promise}" for promise in broken)),
    )


def _of_right(report: Report, function: str, accused: bool) -> Outcome:
    verdicts = [verdict for verdict in report.verdicts if verdict.function == function]
    if verdicts and all(verdict.passed for verdict in verdicts):
        return "passed"
    of_values = [verdict for verdict in verdicts if getattr(verdict, "axis", "values") == "values"]
    shown = of_values and all(getattr(v, "right", v.passed) for v in of_values)
    return "right" if shown and not accused else "denied"


def _of_wrong(
    report: Report,
    function: str,
    truth: Truth,
    named: Sequence[_Named],
    explaining: Sequence[str],
) -> Outcome:
    """Return the best of the four true statements, or `silent` if none was made."""
    true = [each for each in named if {*each.codes} <= {*truth.faults, *truth.also}]
    proved = {code for each in true if each.kind != "partial" for code in each.codes}
    if proved and len(proved) >= len(truth.faults):
        return "exact"
    if true:
        return "part"
    if explaining:
        return "explained"
    shown = report.failure
    if shown is None or shown.verdict.function != function:
        return "silent"
    verdict: Any = shown.verdict
    wrong = getattr(verdict, "axis", "values") == "values" and not getattr(verdict, "right", False)
    return "drawn" if wrong and truth.acts(shown.arguments) else "silent"


def _named(report: Report, function: str, truth: Truth) -> list[_Named]:
    on_two_axes = hasattr(report, "promises")
    named = []
    for diagnosis in report.diagnoses:
        if function not in diagnosis.functions:
            continue
        codes = diagnosis.codes
        if not on_two_axes:
            codes = tuple(c for c in codes if c in truth.faults or c not in OF_PROMISES)
        kind = getattr(diagnosis, "kind", "exact")
        if getattr(diagnosis, "result", None) is not None:
            kind = "one result"
        if codes:
            named.append(_Named(codes, kind))
    return named


def _explaining(report: Report, function: str) -> list[str]:
    said = [
        f"[{each.kind} {each.key or each.values.get('amount', '')}]"
        for each in getattr(report, "findings", ())
        if each.function == function and each.kind in EXPLAINING
    ]
    if report.load_error is not None and report.load_error.error is not None:
        said.append(f"[load {report.load_error.error.type}]")
    return said


def _broken(report: Report, function: str) -> list[str]:
    broken = getattr(report, "promises", ())
    return [each.promise for each in broken if each.function == function]
