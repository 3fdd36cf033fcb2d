"""Prepare a report for a page: sentences and pictures, ready for layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...answer_key.key import PRIVATE
from ...course.catalog import ExerciseInfo, title_of
from ...course.exercise_texts import ExerciseTexts, exercise_texts
from ...grading.points import Groups, tallies_of
from ...grading.report import Report
from ...i18n.texts import listed, say
from ...terminal.layout import clean, clipped
from ..check_lines import isolation_warning
from ..load_notes import load_note_lines
from ..place import line_place
from ..statements import (
    case_number,
    diagnosis_statements,
    finding_statements,
    promise_sentences,
    unexplained,
    unfinished_statements,
)
from ..value_counts import lost_counts
from .case_pictures import CaseView, case_view
from .code_view import CodeLine
from .mistake import mistake_view
from .points_view import PointsView, points_text, points_view

#: Maximum number of printed lines shown, and of their characters.
PRINTED, LONGEST = 20, 400


@dataclass(frozen=True)
class Code:
    """The code of a misconception, and a sentence on it."""

    code: str
    sentence: str


@dataclass(frozen=True)
class StatementView:
    """A statement on wrong values: a proved mistake with its codes, or where they fail."""

    heading: str
    codes: Sequence[Code]
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class ReportView:
    """One report, as a page shows it."""

    id: str
    title: str
    state: str
    points: str
    possible: str
    #: How the points were computed; None if nothing was judged.
    table: PointsView | None
    warnings: Sequence[str]
    #: Why there are no verdicts: a sentence, the place with its line, the error.
    trouble: Sequence[str]
    forbidden: Sequence[str]
    statements: Sequence[StatementView]
    undiagnosed: bool
    #: A sentence for each broken promise, and the heading above them.
    promises: Sequence[str]
    promises_heading: str
    case: CaseView | None
    printed: Sequence[str]
    printed_heading: str
    printed_more: str
    notes: Sequence[str]
    next: str
    provenance: Sequence[tuple[str, str]]
    #: The code itself, if it is available.
    code: Sequence[CodeLine] = ()


@dataclass(frozen=True)
class Paid:
    """Cases and promises by function, and the resulting points under these weights."""

    tallies: Mapping[str, Groups]
    points: Mapping[str, float]
    possible: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)


def report_view(
    report: Report,
    info: ExerciseInfo,
    paid: Paid | None = None,
    code: Sequence[CodeLine] = (),
) -> ReportView:
    """Return the view of a report, with the report's own points unless `paid` is given.

    It contains no seed of private cases and nothing of a solution.
    """
    texts = exercise_texts(info)
    paid = paid or Paid(tallies_of(report), report.points, report.possible)
    failure = report.failure
    judged = report.load_error is None and report.state not in ("passed", "not_started")
    drawn = judged and failure is not None and failure.verdict.status != "not_started"
    printed, printed_more = _printed(report)
    return ReportView(
        id=info.id,
        title=title_of(info),
        state=report.state,
        points=points_text(sum(paid.points.values())),
        possible=points_text(sum(paid.possible.values())),
        table=_table(report, paid),
        warnings=_warnings(report),
        trouble=_trouble(report, info),
        forbidden=[
            say(
                "check",
                "forbidden_line",
                name=clean(use.name),
                place=line_place(use.line, use.cell),
            )
            for use in report.forbidden
        ],
        statements=_statements(report, info, texts) if judged else [],
        undiagnosed=judged and unexplained(report),
        promises=list(promise_sentences(report, texts)),
        promises_heading=_promises_heading(report),
        case=_case(report, texts) if drawn else None,
        printed=printed,
        printed_heading=_printed_heading(report),
        printed_more=printed_more,
        notes=[
            *(say("check", f"note.{name}", count=count) for name, count in report.notes.items()),
            *load_note_lines(report),
        ],
        next=_next(report, info),
        provenance=_provenance(report),
        code=code,
    )


def _table(report: Report, paid: Paid) -> PointsView | None:
    if not report.verdicts or report.state == "not_started":
        return None
    remarks = {function: _remark(report, function) for function in paid.possible}
    return points_view(paid.tallies, paid.points, paid.possible, remarks, paid.weights)


def _remark(report: Report, function: str) -> str:
    verdicts = [verdict for verdict in report.verdicts if verdict.function == function]
    statuses = {verdict.status for verdict in verdicts}
    if statuses == {"not_started"}:
        return say("check", "untouched")
    if statuses == {"missing"}:
        return say("check", "undefined")
    return listed(lost_counts([v for v in verdicts if v.axis == "values"]))


def _warnings(report: Report) -> list[str]:
    warning = isolation_warning(report)
    return [warning] if warning else []


def _trouble(report: Report, info: ExerciseInfo) -> list[str]:
    """Return why nothing was judged, as sentences, or [] if something was."""
    if report.load_error is None:
        if report.state != "not_started":
            return []
        names = listed(info.functions)
        return [say("check", "not_started", functions=names, file=clean(report.filename))]
    outcome = report.load_error
    lines = [say("check", f"load.{outcome.kind}", detail=outcome.detail)]
    error = outcome.error
    if error is None:
        return lines
    if error.line is not None:
        lines.append(
            say(
                "check",
                "at_file_line",
                file=clean(report.filename),
                place=line_place(error.line, error.cell),
            )
            + f"   {clipped(clean(error.text).strip(), 100)}".rstrip()
        )
    lines.append(clipped(f"{error.type}: {clean(error.message)}".rstrip(": "), 1000))
    if error.type in ("ModuleNotFoundError", "ImportError"):
        lines.append(say("check", "imports"))
    return lines


def _case(report: Report, texts: ExerciseTexts) -> CaseView | None:
    """Return the case shown, with the option that runs it alone if a student can run it."""
    if report.failure is None:
        return None
    view = case_view(report.failure, texts, mistake_view(report, texts))
    number = case_number(report, report.failure.verdict)
    return replace(view, option=f"--case {number}") if number else view


def _statements(report: Report, info: ExerciseInfo, texts: ExerciseTexts) -> list[StatementView]:
    """Return timed-out functions, then proved mistakes, then where the values fail."""
    late = unfinished_statements(report, info)
    found = [StatementView(said.heading, (), said.lines) for said in late]
    for said in diagnosis_statements(report, texts):
        sentences = said.lines[: len(said.codes)]
        codes = [Code(code, text) for code, text in zip(said.codes, sentences, strict=True)]
        found.append(StatementView(said.heading, codes, said.lines[len(codes) :]))
    return found + [
        StatementView(said.heading, (), said.lines) for said in finding_statements(report, texts)
    ]


def _promises_heading(report: Report) -> str:
    return say("page", "broken_heading", count=len(report.promises))


def _printed(report: Report) -> tuple[list[str], str]:
    """Return the printed lines, cut to a limit, and a sentence on what is left out.

    With a private seed no lines are returned, because the code could print private inputs.
    """
    if report.stdout and report.provenance.seed.startswith(PRIVATE):
        return [], say("page", "printed_private")
    stdout = report.stdout
    if report.failure is not None and report.failure.printed is not None:
        stdout = report.failure.printed
    lines = [clean(line) for line in stdout.replace("\r", "\n").split("\n")]
    lines = [clipped(line, LONGEST) for line in lines if line.strip()]
    more = ""
    if report.stdout_truncated and stdout is report.stdout:
        more = say("check", "printed_too_much")
    elif len(lines) > PRINTED:
        more = say("page", "printed_more", count=len(lines) - PRINTED)
    return lines[:PRINTED], more


def _printed_heading(report: Report) -> str:
    of_case = report.failure is not None and report.failure.printed is not None
    return say("check", "printed_in_case" if of_case else "printed")


def _next(report: Report, info: ExerciseInfo) -> str:
    if report.state == "not_loaded":
        return ""
    key = report.state if report.state in ("passed", "not_started") else "failed"
    return say("check", f"next.{key}", id=info.id)


def _provenance(report: Report) -> list[tuple[str, str]]:
    """Return what the verdicts depend on, as pairs (label, value), without the seed."""
    found = report.provenance
    versions = [f"{name} {version}" for name, version in found.versions.items()]
    pairs = {
        "file": clean(report.filename),
        "source": report.source_hash[:16],
        "exercise": found.exercise_version[:16],
        "key": found.key_digest[:16],
        "runs": listed([found.framework, found.device, *versions]),
        "layers": listed(found.layers),
    }
    return [(say("page", f"provenance.{name}"), value) for name, value in pairs.items() if value]
