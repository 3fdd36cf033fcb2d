"""Remove from a report what a submission could have learnt from hidden cases.

Under a private key, an exception's message may contain hidden inputs: `raise ValueError(X)`. The
report keeps only its type, if it is one of Python's, the student's line from the grader's own copy,
and the grader's sentence without values or shapes.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Iterator

from ..answer_key.key import PRIVATE
from ..runner.cell_places import CellPlaces
from ..sandbox.protocol.outcome import Raised
from ..sandbox.source.notes import KINDS, LoadNote
from ..submissions.submission import Submission
from .report import Failure, Finding, Report, Verdict

_KINDS = frozenset(
    name
    for name, item in vars(builtins).items()
    if isinstance(item, type) and issubclass(item, BaseException)
)
#: Exception types that have a sentence in text/diagnosis.toml → its key after `library.kind_`.
_SAID = {
    "ValueError": "value", "TypeError": "type", "IndexError": "index", "KeyError": "key",
    "AttributeError": "attribute", "AssertionError": "assertion", "RuntimeError": "runtime",
}  # fmt: skip
#: Names of refused result types to keep, besides Python's and those that the source contains.
_TYPES = frozenset(
    [
        "generator", "function", "module", "method", "matrix", "MaskedArray", "recarray", "void",
        "datetime64", "bfloat16", "sparse_coo", "sparse_csr", "quint8", "qint8",
    ]
)  # fmt: skip
#: Findings whose sentence contains a value of a hidden case; each has a variant without it.
_VALUED = frozenset(
    {
        *("broadcast", "broadcast_into", "matmul", "reshape", "unpack", "out_of_bounds"),
        *("cast_in_place", "no_such_attribute"),
    }
)
#: Findings whose sentence contains a name, which must occur in the source.
_NAMED = frozenset(["undefined", "before_assignment", "no_such_function"])


def is_private(report: Report) -> bool:
    """Return whether a report is based on hidden cases that must stay hidden."""
    return report.provenance.seed.startswith(PRIVATE)


def withheld(report: Report, submission: Submission) -> Report:
    """Return a report under a private key without the messages of exceptions."""
    known = _Known(submission)
    report = report._replace(loading=tuple(map(known.note, report.loading)))
    if all(verdict.passed for verdict in report.verdicts):
        return report
    verdicts = tuple(known.verdict(verdict) for verdict in report.verdicts)
    findings = tuple(known.finding(finding) for finding in report.findings)
    return report._replace(
        verdicts=verdicts,
        failure=report.failure and known.failure(report.failure),
        promises=tuple(each._replace(got=known.got(each.got)) for each in report.promises),
        findings=(*findings, *_kinds(verdicts, {f.function for f in findings})),
    )


class _Known:
    """What the grader itself knows about a submission."""

    def __init__(self, submission: Submission) -> None:
        self._places = CellPlaces(submission.source, submission.cells)
        self._lines = submission.source.count("\n") + 1
        self._words = frozenset(re.findall(r"[^\W\d]\w*", submission.source))
        #: Exception types as the submission names them → the names that the report keeps.
        self._types: dict[str, str] = {}

    def error(self, error: Raised) -> Raised:
        names = [name.rpartition(".")[2] for name in (error.type, *error.bases)]
        kinds = [name for name in names if name in _KINDS] or ["Exception"]
        self._types[error.type] = kinds[0]
        text = self._places.text(error.line, error.cell) if error.line is not None else None
        return Raised(
            kinds[0],
            tuple(kinds),
            line=None if text is None else error.line,
            text=(text or "").strip()[:200],
            function=error.function if error.function in self._words else "",
            cell=0 if text is None else error.cell,
        )

    def note(self, note: LoadNote) -> LoadNote:
        """Return a note on loading without words that are neither Python's nor the source's."""
        if note.kind not in KINDS:  # the grader's own
            return note
        text = note.text
        if note.kind == "ran":
            text = text if text.isdecimal() else ""
        elif note.kind == "not_parsed":
            text = "SyntaxError"
        elif not self._holds(text):
            kind = text.partition(":")[0]
            text = kind if kind in _KINDS else "Exception"
        name = note.name if self._holds(note.name) else ""
        lines = tuple(line for line in note.lines if line <= self._lines)
        return note._replace(name=name, lines=lines, cells=note.cells[: len(lines)], text=text)

    def _holds(self, text: str) -> bool:
        """Return whether a text consists of names in the source, joined by dots."""
        return set(text.split(".")) - {""} <= self._words

    def verdict(self, verdict: Verdict) -> Verdict:
        error = verdict.error and self.error(verdict.error)
        names = verdict.names
        if verdict.status == "missing":
            names = self._own(names)
        elif verdict.status == "refused":
            names = tuple(map(self._refused, names))
        broken = tuple(each._replace(got=self.got(each.got)) for each in verdict.broken)
        return verdict._replace(error=error, names=names, broken=broken)

    def got(self, got: str) -> str:
        """Return what broke a promise, with the submission's own exception names replaced."""
        return self._types.get(got, got)

    def failure(self, failure: Failure) -> Failure:
        got = failure.got
        got = got._replace(
            error=got.error and self.error(got.error),
            names=self._own(got.names),
            detail=self._refused(got.detail) if got.kind == "refused" else got.detail,
        )
        printed = None if failure.printed is None else ""
        return failure._replace(verdict=self.verdict(failure.verdict), got=got, printed=printed)

    def finding(self, finding: Finding) -> Finding:
        if finding.kind != "library":
            return finding
        line, text = finding.values.get("line", ""), finding.values.get("text", "")
        if not (line and self._places.holds(int(line), text)):
            line = text = ""
        values = {"line": line, "text": text}
        if finding.key in _VALUED:
            return finding._replace(key=f"{finding.key}_unseen", values=values)
        if finding.key in _NAMED:
            named = {k: v for k, v in finding.values.items() if k in ("name", "module")}
            if not set(re.findall(r"\w+", " ".join(named.values()))) <= self._words:
                return finding._replace(key="undefined_unseen", values=values)
            values |= named
        return finding._replace(values=values)

    def _own(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self._words)

    def _refused(self, detail: str) -> str:
        """Return the detail of a refused result, without its type unless that is a known name."""
        kind, _, name = detail.partition(" ")
        last = name.rpartition(".")[2]
        plain = last in self._words or last in _TYPES or hasattr(builtins, last)
        return detail if kind in ("type", "dtype", "layout") and plain else "type object"


def _kinds(verdicts: tuple[Verdict, ...], said: set[str]) -> Iterator[Finding]:
    """Yield the type of exception that stops each function without another finding."""
    stopped: dict[str, list[Raised]] = {}
    failing: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.passed or verdict.axis != "values":
            continue
        failing[verdict.function] += 1
        if verdict.status == "raised" and verdict.error and verdict.function not in said:
            stopped.setdefault(verdict.function, []).append(verdict.error)
    for function, errors in stopped.items():
        (error, count), *_ = Counter(errors).most_common(1)
        kind = next((_SAID[name] for name in error.bases if name in _SAID), "other")
        values = {"line": "" if error.line is None else str(error.line), "text": error.text}
        yield Finding("library", function, f"kind_{kind}", values, count, failing[function])
