"""Rebuild a `Report` from the JSON stored in a gradebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from ..runner.job import ForbiddenUse
from ..sandbox.protocol.outcome import Outcome, Raised
from ..sandbox.source.notes import LoadNote
from .report import (
    Breach,
    BrokenPromise,
    Diagnosis,
    Failure,
    Finding,
    Provenance,
    Report,
    Share,
    Verdict,
)
from .unkept import Unkept

T = TypeVar("T")
#: Path of a value in a failure → its type: `tuple`, `float`, `complex` or an array's dtype.
Types = Mapping[tuple[str | int, ...], str]


def report_of(document: Mapping[str, Any]) -> Report:
    """Return the report whose `to_json` is `document`; large arrays are restored as `Unkept`."""
    verdicts = tuple(_verdict(entry) for entry in document["verdicts"])
    provenance = document["provenance"]
    layers = tuple(provenance["layers"])
    missing = tuple((name, reason) for name, reason in provenance["missing_layers"])
    return Report(
        exercise=document["exercise"],
        filename=document["filename"],
        source_hash=document["source_hash"],
        verdicts=verdicts,
        diagnoses=tuple(_with_tuples(Diagnosis, d) for d in document["diagnoses"]),
        points=document["points"],
        possible=document["possible"],
        provenance=Provenance(**{**provenance, "layers": layers, "missing_layers": missing}),
        load_error=_load_error(document["load_error"]),
        failure=_failure(document["failure"], verdicts),
        forbidden=tuple(ForbiddenUse(**use) for use in document["forbidden"]),
        stdout=document["stdout"],
        stdout_truncated=document["stdout_truncated"],
        notes=document["notes"],
        findings=tuple(_with_tuples(Finding, f) for f in document.get("findings", ())),
        promises=tuple(_with_tuples(BrokenPromise, p) for p in document.get("promises", ())),
        shares={name: Share(**share) for name, share in document.get("shares", {}).items()},
        scale=document.get("scale", 1),
        loading=tuple(_load_note(note) for note in document.get("loading", ())),
    )


def _with_tuples(kind: Callable[..., T], entry: Mapping[str, Any]) -> T:
    """Rebuild a dataclass from its JSON form, in which tuples are lists."""
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()})


def _verdict(entry: Mapping[str, Any]) -> Verdict:
    index = entry["index"]
    known = {name: value for name, value in entry.items() if name != "right"}
    if "axis" not in entry:  # a report of the first format
        known["axis"] = "errors" if entry["group"] == "errors" else "values"
    return Verdict(
        **{
            **known,
            "broken": tuple(_with_tuples(Breach, b) for b in entry.get("broken", ())),
            "index": None if index is None else tuple(index),
            "item": tuple(entry["item"]),
            "names": tuple(entry["names"]),
            "error": _raised(entry["error"]),
        }
    )


def _load_error(entry: Mapping[str, Any] | None) -> Outcome | None:
    if entry is None:
        return None
    return Outcome(entry["kind"], error=_raised(entry["error"]), detail=entry["detail"])


def _load_note(entry: Mapping[str, Any]) -> LoadNote:
    return LoadNote(**{**entry, "lines": tuple(entry["lines"]), "cells": tuple(entry["cells"])})


def _raised(entry: Any) -> Raised | None:
    """Return an exception, which the JSON form of a verdict stores as a list."""
    if entry is None:
        return None
    # Reports written before notebook cells were counted have no cell.
    values = entry if isinstance(entry, Mapping) else dict(zip(Raised._fields, entry, strict=False))
    return Raised(**{**values, "bases": tuple(values["bases"])})


def _failure(entry: Mapping[str, Any] | None, verdicts: tuple[Verdict, ...]) -> Failure | None:
    """Return the smallest failing case; None if an old report lacks the data to draw it."""
    if entry is None or "types" not in entry:
        return None
    types = {tuple(path): kind for path, kind in entry["types"]}
    verdict = next(verdict for verdict in verdicts if verdict.case == entry["case"])
    expected_error = entry["expected_error"]
    expected = (
        Outcome("raised", error=Raised(expected_error))
        if expected_error
        else Outcome("value", _value(entry["expected"], types, ("expected",)))
    )
    got = Outcome(
        entry["got_kind"],
        _value(entry["got"], types, ("got",)),
        error=verdict.error,
    )
    arguments = {
        name: _value(value, types, ("arguments", name))
        for name, value in entry["arguments"].items()
    }
    return Failure(
        verdict,
        arguments,
        entry["positional"],
        expected,
        got,
        entry["driver"],
        entry.get("printed"),
    )


def _value(value: Any, types: Types, path: tuple[str | int, ...]) -> Any:
    kind = types.get(path)
    if kind is not None and kind != "tuple":
        return _number(value, kind) if kind in ("float", "complex") else _array(value, kind)
    if isinstance(value, dict):
        return {key: _value(child, types, (*path, key)) for key, child in value.items()}
    if isinstance(value, list):
        children = [_value(child, types, (*path, n)) for n, child in enumerate(value)]
        return tuple(children) if kind == "tuple" else children
    return value


# Two keys of a hostile dict may be equal as text; then a type may belong to another value.


def _array(value: Any, dtype: str) -> Any:
    try:
        if isinstance(value, dict):
            shape = tuple(value["shape"])
            return np.zeros(shape, dtype) if 0 in shape else Unkept(shape, value["dtype"])
        return np.asarray(value, dtype=dtype)
    except (ValueError, TypeError, OverflowError, KeyError):
        return value


def _number(value: Any, kind: str) -> Any:
    try:
        return float(value) if kind == "float" else complex(value)
    except (ValueError, TypeError):
        return value
