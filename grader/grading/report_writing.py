"""Write a report in its JSON form, as `check --json` prints it and a gradebook keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..sandbox.protocol.outcome import Outcome, Raised, Value
from ..sandbox.protocol.values import walk_arrays
from .report import Failure, Report, Verdict
from .unkept import Unkept

#: Version of the JSON form; increased when a field changes its meaning.
REPORT_FORMAT = 2
#: Maximum number of elements of an array that is written out; larger and empty arrays are given
#: by their shape only.
SHOWN_ELEMENTS = 256


def document_of(report: Report) -> dict[str, Any]:
    """Return plain data without times or paths, identical for the same submission and key."""
    return {
        "format": REPORT_FORMAT,
        "exercise": report.exercise,
        "filename": report.filename,
        "source_hash": report.source_hash,
        "state": report.state,
        "score": report.score,
        "max_score": report.max_score,
        "points": dict(report.points),
        "possible": dict(report.possible),
        "scale": report.scale,
        "shares": {name: share._asdict() for name, share in report.shares.items()},
        "verdicts": [_verdict_json(verdict) for verdict in report.verdicts],
        "diagnoses": [diagnosis._asdict() for diagnosis in report.diagnoses],
        "findings": [finding._asdict() for finding in report.findings],
        "promises": [broken._asdict() for broken in report.promises],
        "codes": list(report.codes),
        "load_error": _load_error_json(report.load_error),
        "failure": _failure_json(report.failure),
        "forbidden": [use._asdict() for use in report.forbidden],
        "stdout": report.stdout,
        "stdout_truncated": report.stdout_truncated,
        "notes": dict(report.notes),
        "loading": [note._asdict() for note in report.loading],
        "provenance": report.provenance._asdict(),
    }


def plain(value: Value) -> Any:
    """Return a value in JSON's types: arrays as nested lists, large ones as shape and dtype."""
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
    """Return NaN and infinity as text, because JSON has neither."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    plainly = {
        "expected": plain(verdict.expected),
        "got": plain(verdict.got),
        "right": verdict.right,
        "broken": [breach._asdict() for breach in verdict.broken],
    }
    return verdict._asdict() | plainly


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
        "printed": failure.printed,
        "expected": plain(failure.expected.value),
        "expected_error": failure.expected.error.type if failure.expected.error else None,
        "got": plain(failure.got.value),
        "got_kind": failure.got.kind,
        "types": [[list(path), kind] for path, kind in _types(parts)],
    }


def _types(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Yield types that JSON loses: of lists that were tuples or arrays, texts that were numbers."""
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
