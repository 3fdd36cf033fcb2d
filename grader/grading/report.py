"""The report on one submission: verdicts, diagnosis, score, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..runner.job import ForbiddenUse
from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.protocol.values import walk_arrays
from ..sandbox.source.notes import LoadNote

#: Changes when a field of the JSON form changes meaning.
REPORT_FORMAT = 1
#: Arrays of more elements than this, or of none, are given by shape alone in JSON.
SHOWN_ELEMENTS = 256

State = Literal["passed", "failed", "forbidden", "not_started", "not_loaded", "limit"]


#: In the order of the ladder: the first that applies is the verdict.
Status = Literal[
    "passed",
    "missing",
    "not_started",
    "forbidden",
    "raised",
    "not_raised",
    "timeout",
    "memory",
    "crashed",
    "protocol",
    "refused",
    "type",
    "shape",
    "dtype",
    "device",
    "nonfinite",
    "values",
    "mutated",
    "aliased",
    "unstable",
]

#: Verdicts that a limit gave: exit code 4.
LIMITS = frozenset({"timeout", "memory"})


@dataclass(frozen=True)
class Verdict:
    """A judged outcome of one case."""

    case: str
    function: str
    title: str
    group: str
    public: bool
    status: Status
    #: What was expected and what came, as short plain data (a shape, a dtype, one number).
    expected: Any = None
    got: Any = None
    #: First differing index, and the path to the differing item of a tuple.
    index: tuple[int, ...] | None = None
    item: tuple[int | str, ...] = ()
    wrong: int = 0
    total: int = 0
    #: Names of inputs changed or returned, of forbidden operators, or of a refused type.
    names: tuple[str, ...] = ()
    error: Raised | None = None

    @property
    def passed(self) -> bool:
        """Whether the outcome was right."""
        return self.status == "passed"


@dataclass(frozen=True)
class Diagnosis:
    """One misconception, or two together, proved on every case of these functions."""

    codes: tuple[str, ...]
    functions: tuple[str, ...]
    cases: int


@dataclass(frozen=True)
class Unkept:
    """An array too large to be kept with a report: its shape and dtype."""

    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


@dataclass(frozen=True)
class Failure:
    """The smallest failing case, with all that is needed to draw it."""

    verdict: Verdict
    arguments: Mapping[str, Value]
    positional: int
    #: The right outcome and the submission's.
    expected: Outcome
    got: Outcome
    driver: str = ""


@dataclass(frozen=True)
class Provenance:
    """All that a verdict depends on, so that a grade can be defended and repeated."""

    learncnn: str
    exercise_version: str
    key_digest: str
    seed: str
    framework: str
    device: str
    versions: Mapping[str, str]
    layers: tuple[str, ...]
    missing_layers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Report:
    """All verdicts of a submission."""

    exercise: str
    filename: str
    #: sha256 of the submission's source as it was run.
    source_hash: str
    verdicts: tuple[Verdict, ...]
    diagnoses: tuple[Diagnosis, ...]
    #: Points by function, as won and as possible.
    points: Mapping[str, float]
    possible: Mapping[str, int]
    provenance: Provenance
    #: Why the source could not be loaded.
    load_error: Outcome | None = None
    failure: Failure | None = None
    forbidden: tuple[ForbiddenUse, ...] = ()
    stdout: str = ""
    stdout_truncated: bool = False
    #: Names of remarks on the submission itself (`magics_dropped` …) with their counts.
    notes: Mapping[str, int] = field(default_factory=dict)
    #: What a person should know of how the source was loaded.
    loading: tuple[LoadNote, ...] = ()

    @property
    def score(self) -> float:
        """Points won."""
        return sum(self.points.values())

    @property
    def max_score(self) -> int:
        """Points possible."""
        return sum(self.possible.values())

    @property
    def state(self) -> State:
        """The report in one word."""
        if self.load_error is not None:
            return "limit" if self.load_error.kind in LIMITS else "not_loaded"
        statuses = {verdict.status for verdict in self.verdicts}
        if statuses <= {"not_started"}:
            return "not_started"
        if self.forbidden or "forbidden" in statuses:
            return "forbidden"
        if statuses == {"passed"}:
            return "passed"
        return "limit" if statuses & LIMITS else "failed"

    def of_group(self, *, public: bool) -> tuple[Verdict, ...]:
        """The verdicts on public examples, or on hidden cases."""
        return tuple(verdict for verdict in self.verdicts if verdict.public is public)

    def to_json(self) -> dict[str, Any]:
        """Plain data, the same bytes for the same submission and key: no times, no paths."""
        return {
            "format": REPORT_FORMAT,
            "exercise": self.exercise,
            "filename": self.filename,
            "source_hash": self.source_hash,
            "state": self.state,
            "score": self.score,
            "max_score": self.max_score,
            "points": dict(self.points),
            "possible": dict(self.possible),
            "verdicts": [_verdict_json(verdict) for verdict in self.verdicts],
            "diagnoses": [vars(diagnosis) for diagnosis in self.diagnoses],
            "load_error": _load_error_json(self.load_error),
            "failure": _failure_json(self.failure),
            "forbidden": [use._asdict() for use in self.forbidden],
            "stdout": self.stdout,
            "stdout_truncated": self.stdout_truncated,
            "notes": dict(self.notes),
            "loading": [note._asdict() for note in self.loading],
            "provenance": dict(vars(self.provenance)),
        }


def plain(value: Value) -> Any:
    """A value as JSON can say it: arrays as nested lists, big ones as their shape and dtype."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return _finite(value)
    if isinstance(value, dict):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(child) for child in value]
    if isinstance(value, Unkept):
        return {"shape": list(value.shape), "dtype": value.dtype}
    for array in walk_arrays([value]):
        if not 0 < array.size <= SHOWN_ELEMENTS:
            return {"shape": list(array.shape), "dtype": array.dtype.name}
        return plain(array.tolist())
    scalar = getattr(value, "item", lambda: str(value))()
    return plain(scalar) if not isinstance(scalar, complex) else str(scalar)


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity; they are said as text."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    plainly = {"expected": plain(verdict.expected), "got": plain(verdict.got)}
    return {**vars(verdict), **plainly}


def _load_error_json(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    return {
        "kind": outcome.kind,
        "error": _raised_json(outcome.error),
        "detail": outcome.detail,
    }


def _raised_json(error: Raised | None) -> dict[str, Any] | None:
    return error._asdict() if error else None


def _failure_json(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    parts = {
        "arguments": dict(failure.arguments),
        "expected": failure.expected.value,
        "got": failure.got.value,
    }
    return {
        "case": failure.verdict.case,
        "arguments": {name: plain(value) for name, value in failure.arguments.items()},
        "positional": failure.positional,
        "driver": failure.driver,
        "expected": plain(failure.expected.value),
        "expected_error": failure.expected.error.type if failure.expected.error else None,
        "got": plain(failure.got.value),
        "got_kind": failure.got.kind,
        "types": [[list(path), kind] for path, kind in _types(parts)],
    }


def _types(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """What JSON cannot tell: which lists were tuples or arrays, and which texts were numbers."""
    if isinstance(value, Unkept):
        yield path, value.dtype
    elif isinstance(value, tuple):
        yield path, "tuple"
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _types(child, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for number, child in enumerate(value):
            yield from _types(child, (*path, number))
    else:
        yield from ((path, array.dtype.name) for array in walk_arrays([value]))
        if not isinstance(value, str) and isinstance(said := plain(value), str):
            yield path, "complex" if "j" in said else "float"
