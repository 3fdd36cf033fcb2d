"""Phrase a report's statements on a wrong function; terminals and pages lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..answer_key.key import LARGE, PRIVATE
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import ExerciseTexts
from ..grading.diagnosis import NOTHING_RETURNED
from ..grading.report import BrokenPromise, Diagnosis, Finding, Report, Verdict
from ..i18n.texts import family_texts, say
from ..runner.job import Limits
from ..terminal.layout import NO_BREAK, clean, clipped

#: Longest line of the student's that is quoted, and most titles of cases in a sentence.
_LINE, _TITLES = 100, 3
#: Failures that say themselves what they are: no mistake is looked for behind them.
_PLAIN = frozenset(
    [
        "not_started",
        "missing",
        "raised",
        "timeout",
        "memory",
        "crashed",
        "protocol",
        "forbidden",
        "refused",
        "unstable",
        "type",
    ]
)


class Statement(NamedTuple):
    """A heading with what it means."""

    heading: str
    codes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def unfinished_statements(report: Report, info: ExerciseInfo) -> list[Statement]:
    """Functions of which a case ran out of time."""
    made = []
    for function in report.possible:
        late = [
            verdict
            for verdict in report.verdicts
            if verdict.function == function and verdict.status == "timeout" and not verdict.not_run
        ]
        if late:
            heading = say("diagnosis", "unfinished", function=function, limit=limit_text(late[0]))
            more = (say("diagnosis", "more_time"),) if _worth_more_time(late, info) else ()
            made.append(Statement(heading, (), (say("diagnosis", "endless"), *more)))
    return made


def limit_text(verdict: Verdict) -> str:
    """The time that a case was allowed, in words."""
    if not isinstance(verdict.expected, (int, float)):
        return say("diagnosis", "in_time")
    return say("diagnosis", "after", seconds=f"{verdict.expected:g}")


def _worth_more_time(late: Sequence[Verdict], info: ExerciseInfo) -> bool:
    """Whether grading allows more than these cases had."""
    allowed = [v.expected for v in late if isinstance(v.expected, (int, float))]
    return bool(allowed) and max(allowed) < Limits().case_seconds * info.patience


def case_number(report: Report, verdict: Verdict) -> int:
    """The number by which `check --case` runs a case; 0 for a private case or a large one."""
    if report.provenance.seed.startswith(PRIVATE) or verdict.group == LARGE:
        return 0
    return 1 + [each.case for each in report.verdicts].index(verdict.case)


def diagnosis_statements(report: Report, texts: ExerciseTexts) -> list[Statement]:
    """What is proved: whole mistakes first, then those that explain a part."""
    found = sorted(report.diagnoses, key=lambda diagnosis: diagnosis.kind != "exact")
    return [_diagnosis(diagnosis, report, texts) for diagnosis in found]


def _diagnosis(found: Diagnosis, report: Report, texts: ExerciseTexts) -> Statement:
    codes = say("diagnosis", "together").join(found.codes)
    sentences = tuple(texts.misconception(code) or code for code in found.codes)
    if found.kind == "partial":
        values = {"matched": found.matched, "failing": found.failing, "codes": codes}
        rest = found.failing - found.matched
        key = "partial_rest_one" if rest == 1 else "partial_rest"
        other = (say("diagnosis", key, rest=rest),) if rest else ()
        heading = say("diagnosis", "partial", **values)
        return Statement(_named(heading, found, report), found.codes, sentences + other)
    number = "one_case" if found.cases == 1 else "many_cases"
    cases = say("diagnosis", number, count=found.cases)
    if found.result is None:
        heading = say("diagnosis", "exact", codes=codes, cases=cases)
    else:
        result = _result_name(found.functions[0], found.result, texts)
        heading = say("diagnosis", "exact_result", codes=codes, cases=cases, result=result)
    return Statement(_named(heading, found, report), found.codes, sentences)


def _named(heading: str, found: Diagnosis, report: Report) -> str:
    """The heading, with the functions it is about where the exercise has several."""
    return f"{heading}   [{', '.join(found.functions)}]" if len(report.possible) > 1 else heading


def finding_statements(report: Report, texts: ExerciseTexts) -> list[Statement]:
    """Return where the values fail and what stopped them: each sentence once, with its lines."""
    made: dict[str, Statement] = {}
    for finding in report.findings:
        statement = finding_statement(finding, texts)
        if len(report.possible) > 1:
            heading = say(
                "diagnosis", "in_function", function=finding.function, sentence=statement.heading
            )
            statement = statement._replace(heading=heading)
        known = made.get(statement.heading)
        lines = (*known.lines, *statement.lines) if known else statement.lines
        made[statement.heading] = statement._replace(lines=lines)
    return list(made.values())


def finding_statement(finding: Finding, texts: ExerciseTexts) -> Statement:
    """Return what one finding says, without its function."""
    values = {name: clean(value) for name, value in finding.values.items()}
    if finding.kind == "condition":
        condition = say("diagnosis", f"condition.{finding.key}", **values).strip("\n")
        return Statement(say("diagnosis", "where", condition=condition))
    if finding.kind == "library":
        return _stop(finding, values)
    if finding.kind == "result":
        wrong = {int(number) for number in values["wrong"].split(",")}
        names = [_result_name(finding.function, n, texts) for n in range(int(values["of"]))]
        said = {
            "right": ", ".join(name for n, name in enumerate(names) if n not in wrong),
            "wrong": ", ".join(name for n, name in enumerate(names) if n in wrong),
        }
        return Statement(say("diagnosis", "result.result", **said))
    return Statement(say("diagnosis", f"result.{finding.kind}", **values))


def _stop(finding: Finding, values: dict[str, str]) -> Statement:
    line, text = values.pop("line", ""), values.pop("text", "")
    meaning = say("diagnosis", f"library.{finding.key}", **values)
    stem = "nothing" if finding.key == NOTHING_RETURNED else "stops"
    whole = finding.cases == finding.failing
    count = say(
        "diagnosis",
        f"library.{stem}_all" if whole else f"library.{stem}",
        count=finding.cases,
        failing=finding.failing,
    )
    quoted = clipped(text, _LINE)
    place = (say("diagnosis", "library.at", line=line, text=quoted),) if line else ()
    return Statement(meaning, (), (*place, count))


def _result_name(function: str, position: int, texts: ExerciseTexts) -> str:
    names = texts.results(function)
    if position < len(names):
        return names[position]
    return say("diagnosis", "result_name", number=position + 1)


def promise_sentences(report: Report, texts: ExerciseTexts) -> Iterator[str]:
    """One sentence for each broken promise, with the number of cases it touches."""
    for broken in report.promises:
        sentence = promise_sentence(broken, texts)
        if len(report.possible) > 1:
            sentence = say("diagnosis", "in_function", function=broken.function, sentence=sentence)
        key = "in_one" if broken.cases == 1 else "in_many"
        cases = say("diagnosis", key, count=broken.cases).replace(" ", NO_BREAK)
        yield say("diagnosis", "promise_line", sentence=sentence, cases=cases)


def promise_sentence(broken: BrokenPromise, texts: ExerciseTexts) -> str:
    """How a promise is broken."""
    titles = [texts.case_title(title) for title in broken.titles]
    shown = say("diagnosis", "semicolon").join(titles[:_TITLES])
    shown += " …" if len(titles) > _TITLES else ""
    kinds = family_texts("check")["kind"]

    def kind(name: str) -> str:
        known = broken.promise in ("array", "whole") and name in kinds
        return say("check", f"kind.{name}").strip() if known else clean(name)

    return say(
        "diagnosis",
        f"promise.{broken.promise}",
        expected=kind(broken.expected),
        got=kind(broken.got),
        error=clean(broken.got),
        names=", ".join(clean(name) for name in broken.names),
        titles=shown,
    )


def unexplained(report: Report) -> bool:
    """Whether it is worth saying that no known mistake explains the values.

    It is not where most failing cases say themselves what stopped them.
    """
    wrong = [v.status for v in report.verdicts if v.axis == "values" and not v.right]
    plain = sum(status in _PLAIN for status in wrong)
    unsought = report.forbidden or any(verdict.not_run for verdict in report.verdicts)
    return len(wrong) > 2 * plain and not report.diagnoses and not unsought
