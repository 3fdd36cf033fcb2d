"""Phrase a report's statements on a wrong function; terminals and pages lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..answer_key.key import LARGE, PRIVATE
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import ExerciseTexts
from ..errors import SEMICOLON
from ..grading.diagnosis import NOTHING_RETURNED
from ..grading.report import BrokenPromise, Diagnosis, Finding, Report, Verdict
from ..i18n.texts import family_texts, listed, say
from ..runner.job import Limits
from ..terminal.layout import NO_BREAK, clean, clipped

#: Maximum length of a quoted line of code, in characters, and of case titles in a sentence.
_LINE, _TITLES = 100, 3
#: Statuses that explain themselves, so that no mistake is searched for.
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
    """A heading, the codes of misconceptions, and explaining lines."""

    heading: str
    codes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def unfinished_statements(report: Report, info: ExerciseInfo) -> list[Statement]:
    """Return a statement for each function that has a timed-out case."""
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
    """Return the time limit of a timed-out case as a phrase."""
    if not isinstance(verdict.expected, (int, float)):
        return say("diagnosis", "in_time")
    return say("diagnosis", "after", seconds=f"{verdict.expected:g}")


def _worth_more_time(late: Sequence[Verdict], info: ExerciseInfo) -> bool:
    """Return whether grading allows more time than these cases had."""
    allowed = [v.expected for v in late if isinstance(v.expected, (int, float))]
    return bool(allowed) and max(allowed) < Limits().case_seconds * info.patience


def case_number(report: Report, verdict: Verdict) -> int:
    """Return the number by which `check --case` runs a case, 0 for a private or large case."""
    if report.provenance.seed.startswith(PRIVATE) or verdict.group == LARGE:
        return 0
    return 1 + [each.case for each in report.verdicts].index(verdict.case)


def diagnosis_statements(report: Report, texts: ExerciseTexts) -> list[Statement]:
    """Return the proved misconceptions: exact ones first, then those that explain a part."""
    found = sorted(report.diagnoses, key=lambda diagnosis: diagnosis.kind != "exact")
    return [_diagnosis(diagnosis, report, texts) for diagnosis in found]


def _diagnosis(found: Diagnosis, report: Report, texts: ExerciseTexts) -> Statement:
    codes = _listed(found.codes)
    sentences = tuple(texts.misconception(code) or code for code in found.codes)
    rest = found.failing - found.matched
    if found.kind == "partial":
        values = {"matched": found.matched, "failing": found.failing, "codes": codes}
        several = len(found.codes) > 1
        key = "partial_rest_one" if rest == 1 else "partial_rest"
        other = (say("diagnosis", "partial_pairs" if several else key, rest=rest),) if rest else ()
        heading = say("diagnosis", "partial_together" if several else "partial", **values)
        return Statement(_named(heading, found, report), found.codes, sentences + other)
    number = "one_case" if found.cases == 1 else "many_cases"
    cases = say("diagnosis", number, count=found.cases)
    if found.result is None:
        heading = say("diagnosis", "exact", codes=codes, cases=cases)
    else:
        result = _result_name(found.functions[0], found.result, texts)
        heading = say("diagnosis", "exact_result", codes=codes, cases=cases, result=result)
    if rest and len(found.codes) > 2:
        key = "exact_rest_one" if rest == 1 else "exact_rest"
        sentences += (say("diagnosis", key, rest=rest),)
    return Statement(_named(heading, found, report), found.codes, sentences)


def _listed(codes: Sequence[str]) -> str:
    """Return a list in words, such as `A, B and C`."""
    *others, last = codes
    listed = say("lists", "comma").join(others)
    return say("diagnosis", "together").join((listed, last)) if others else last


def _named(heading: str, found: Diagnosis, report: Report) -> str:
    """Return the heading, with the functions concerned if the exercise has several."""
    return f"{heading}   [{listed(found.functions)}]" if len(report.possible) > 1 else heading


def finding_statements(report: Report, texts: ExerciseTexts) -> list[Statement]:
    """Return the findings as statements; those with the same heading are merged."""
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
    """Return the statement of one finding, without its function."""
    values = {name: clean(value) for name, value in finding.values.items()}
    if finding.kind == "condition":
        condition = say("diagnosis", f"condition.{finding.key}", **values).strip("\n")
        key = "where" if finding.cases == finding.failing else "where_ints"
        return Statement(say("diagnosis", key, condition=condition))
    if finding.kind == "library":
        return _stop(finding, values)
    if finding.kind == "result":
        wrong = {int(number) for number in values["wrong"].split(",")}
        names = [_result_name(finding.function, n, texts) for n in range(int(values["of"]))]
        said = {
            "right": listed(name for n, name in enumerate(names) if n not in wrong),
            "wrong": listed(name for n, name in enumerate(names) if n in wrong),
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
    """Yield a sentence for each broken promise, with the number of cases that break it."""
    for broken in report.promises:
        sentence = promise_sentence(broken, texts)
        if len(report.possible) > 1:
            sentence = say("diagnosis", "in_function", function=broken.function, sentence=sentence)
        key = "in_one" if broken.cases == 1 else "in_many"
        cases = say("diagnosis", key, count=broken.cases).replace(" ", NO_BREAK)
        yield say("diagnosis", "promise_line", sentence=sentence, cases=cases)


def promise_sentence(broken: BrokenPromise, texts: ExerciseTexts) -> str:
    """Return a sentence on how a promise is broken."""
    titles = [texts.case_title(title) for title in broken.titles]
    shown = listed(titles[:_TITLES], SEMICOLON)
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
        names=listed(clean(name) for name in broken.names),
        titles=shown,
    )


def unexplained(report: Report) -> bool:
    """Return whether to say that no known mistake explains the values.

    This is left out if at least half of the failing cases explain themselves.
    """
    wrong = [v.status for v in report.verdicts if v.axis == "values" and not v.right]
    plain = sum(status in _PLAIN for status in wrong)
    unsought = report.forbidden or any(verdict.not_run for verdict in report.verdicts)
    return len(wrong) > 2 * plain and not report.diagnoses and not unsought
