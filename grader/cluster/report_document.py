"""The typed JSON form of a report, to check one that another machine has made.

`grading.report_writing` writes it. A document that passes `read_report` and `check_report` can be
rendered by every page and counted in every table.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_type_hints

import msgspec

from ..answer_key.key import AnswerKey
from ..course.catalog import ExerciseInfo
from ..course.exercise_texts import exercise_texts
from ..course.promises import Axis
from ..errors import LearncnnError
from ..grading import report as kinds
from ..grading.report import RIGHT_STATUSES, SCALE, State, Status
from ..grading.report_writing import REPORT_FORMAT
from ..sandbox.protocol.outcome import Kind
from ..sandbox.protocol.values import DEFAULT_BOUNDS, DTYPES
from ..sandbox.source.notes import KINDS

#: Maximum size of a report in JSON, in bytes: twenty times that of the largest honest one.
MAX_REPORT = 8 << 20
#: Maximum depth of a value in a report: the deepest plain data that a submission can return, and
#: within it one list for each dimension of an array.
_DEPTH = DEFAULT_BOUNDS.depth + DEFAULT_BOUNDS.dimensions + 2

#: Types of values in a failure, and kinds of notes on how a source was loaded.
_TYPES = DTYPES | {"tuple", "float", "complex"}
_NOTES = KINDS | {"in_markdown", "in_magic"}
#: Maximum number of results of a function to which a finding may refer.
_RESULTS = 64


def _object(kind: Any) -> type[msgspec.Struct]:
    """Return a named tuple as a type that JSON has as an object, not as an array."""
    hints = get_type_hints(kind)
    fields = [
        (name, hints[name], kind._field_defaults[name])
        if name in kind._field_defaults
        else (name, hints[name])
        for name in kind._fields
    ]
    return msgspec.defstruct(kind.__name__, fields)


if TYPE_CHECKING:
    from ..grading.report import Breach, BrokenPromise, Diagnosis, Finding, Provenance, Share
else:
    Breach, BrokenPromise, Diagnosis = map(
        _object, (kinds.Breach, kinds.BrokenPromise, kinds.Diagnosis)
    )
    Finding, Provenance, Share = map(_object, (kinds.Finding, kinds.Provenance, kinds.Share))


class _Raised(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    bases: tuple[str, ...]
    message: str
    line: int | None
    text: str
    function: str
    cell: int


class _RaisedRow(NamedTuple):
    """An exception in a verdict, which is written as a list."""

    type: str
    bases: tuple[str, ...]
    message: str
    line: int | None
    text: str
    function: str
    cell: int


class _Verdict(msgspec.Struct, forbid_unknown_fields=True):
    case: str
    function: str
    title: str
    group: str
    public: bool
    status: Status
    expected: Any
    got: Any
    index: tuple[int, ...] | None
    item: tuple[int | str, ...]
    wrong: int
    total: int
    names: tuple[str, ...]
    error: _RaisedRow | None
    axis: Axis
    broken: tuple[Breach, ...]
    fixed: bool
    right: bool

    @property
    def passed(self) -> bool:
        """Return whether the outcome was right on both axes."""
        return self.status == "passed"


class _LoadError(msgspec.Struct, forbid_unknown_fields=True):
    kind: Kind
    error: _Raised | None
    detail: str


class _Failure(msgspec.Struct, forbid_unknown_fields=True):
    case: str
    arguments: dict[str, Any]
    positional: int
    driver: str
    printed: str | None
    expected: Any
    expected_error: str | None
    got: Any
    got_kind: Kind
    types: list[tuple[tuple[str | int, ...], str]]


class _ForbiddenUse(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    line: int
    cell: int


class _LoadNote(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    name: str
    lines: tuple[int, ...]
    text: str
    cells: tuple[int, ...]


class ReportDocument(msgspec.Struct, forbid_unknown_fields=True):
    """All fields of a report's JSON form."""

    format: Literal[2]
    exercise: str
    filename: str
    source_hash: str
    state: State
    score: float
    max_score: int
    points: dict[str, float]
    possible: dict[str, int]
    scale: Literal[3]
    shares: dict[str, Share]
    verdicts: tuple[_Verdict, ...]
    diagnoses: tuple[Diagnosis, ...]
    findings: tuple[Finding, ...]
    promises: tuple[BrokenPromise, ...]
    codes: tuple[str, ...]
    load_error: _LoadError | None
    failure: _Failure | None
    forbidden: tuple[_ForbiddenUse, ...]
    stdout: str
    stdout_truncated: bool
    notes: dict[str, int]
    loading: tuple[_LoadNote, ...]
    provenance: Provenance


_DECODER = msgspec.json.Decoder(ReportDocument)
assert (REPORT_FORMAT, SCALE) == (2, 3), "the types of ReportDocument name another format"


def unpacked_report(content: bytes) -> bytes:
    """Return the JSON of a report that is compressed by zlib.

    At most MAX_REPORT bytes are unpacked. Raises ValueError, with the reason, if that is not all.
    """
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(content, MAX_REPORT)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("incomplete, or too large")
    return text


def read_report(text: bytes) -> ReportDocument:
    """Decode and check a report's JSON. Raises ValueError with the reason."""
    try:
        report = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    for verdict in report.verdicts:
        if verdict.right != (verdict.axis == "values" and verdict.status in RIGHT_STATUSES):
            raise ValueError("verdicts.right")
        if verdict.expected is not None:
            _check_depth(verdict.expected, _DEPTH)
        if verdict.got is not None:
            _check_depth(verdict.got, _DEPTH)
    if report.failure is not None:
        _check_failure(report.failure, report)
    return report


def check_report(report: ReportDocument, info: ExerciseInfo, key: AnswerKey) -> None:
    """Raise ValueError if the points or cases do not match the exercise and the key."""
    if dict(report.possible) != dict(info.functions):
        raise ValueError("possible")
    if report.points.keys() != report.possible.keys():
        raise ValueError("points")
    for function, points in report.points.items():
        if not 0 <= points <= report.possible[function]:
            raise ValueError(f"points of {function[:80]}")
    total = sum(report.points.values())
    if report.max_score != sum(report.possible.values()) or report.score != total:
        raise ValueError("score")
    cases = [verdict.case for verdict in report.verdicts]
    expected = [] if report.load_error else [case.id for case in key.cases]
    if cases != expected:
        raise ValueError("verdicts")
    if not {verdict.function for verdict in report.verdicts} <= info.functions.keys():
        raise ValueError("functions")
    _check_sentences(report, info)


def _check_sentences(report: ReportDocument, info: ExerciseInfo) -> None:
    """Raise ValueError if there is no sentence for a note, a diagnosis or a finding."""
    from ..render.statements import finding_statement

    for note in report.loading:
        if note.kind not in _NOTES:
            raise ValueError("loading.kind")
    for diagnosis in report.diagnoses:
        if not diagnosis.functions or not diagnosis.codes:
            raise ValueError("diagnoses")
    try:
        for finding in report.findings:
            if finding.kind == "result" and not 0 < int(finding.values["of"]) <= _RESULTS:
                raise ValueError("findings.values")
            finding_statement(finding, exercise_texts(info))
    except (LookupError, TypeError, AttributeError, LearncnnError) as error:
        raise ValueError(f"findings: {error}") from error


def _check_failure(failure: _Failure, report: ReportDocument) -> None:
    if all(verdict.case != failure.case for verdict in report.verdicts):
        raise ValueError("failure.case")
    for value in (*failure.arguments.values(), failure.expected, failure.got):
        _check_depth(value, _DEPTH)
    for _, kind in failure.types:
        if kind not in _TYPES:
            raise ValueError("failure.types")


def _check_depth(value: object, left: int) -> None:
    """Raise ValueError for a value that is nested too deeply to be rendered."""
    if isinstance(value, (dict, list)):
        if not left:
            raise ValueError("too deep")
        for child in value.values() if isinstance(value, dict) else value:
            _check_depth(child, left - 1)
