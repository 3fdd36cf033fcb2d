"""Convert reports to rows of the gradebook; done in the workers, which run in parallel."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..grading.points import tallies_of

if TYPE_CHECKING:
    from ..grading.report import Report

#: Function → group → (passed, total); the group `contract` counts promises.
Tallies = Mapping[str, Mapping[str, tuple[int, int]]]
_LEVEL = 3


@dataclass(frozen=True)
class Record:
    """A row of `reports`, without its id, limits and times."""

    exercise: str
    source_hash: str
    framework: str
    device: str
    exercise_version: str
    key_digest: str
    seed: str
    learncnn: str
    state: str
    score: float
    max_score: float
    tallies: dict[str, dict[str, list[int]]]
    codes: list[str]
    #: Sandbox layers that were missing, separated by spaces.
    missing_layers: str
    document: bytes

    def row(self) -> dict[str, Any]:
        """Return the record as column values."""
        return dict(vars(self))


def record_of(report: Report) -> Record:
    """Return the record of a report."""
    return record_with(report, encoded_document(report.to_json()))


def record_with(report: Report, document: bytes) -> Record:
    """Return the record of a report whose JSON form is encoded already."""
    provenance = report.provenance
    return Record(
        exercise=report.exercise,
        source_hash=report.source_hash,
        framework=provenance.framework,
        device=provenance.device,
        exercise_version=provenance.exercise_version,
        key_digest=provenance.key_digest,
        seed=provenance.seed,
        learncnn=provenance.learncnn,
        state=report.state,
        score=report.score,
        max_score=float(report.max_score),
        tallies=tallies_of(report),
        codes=list(report.codes),
        missing_layers=" ".join(name for name, _ in provenance.missing_layers),
        document=document,
    )


def encoded_document(document: Mapping[str, Any]) -> bytes:
    """Return a report's JSON form as stored: compressed UTF-8."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    return packed_document(text.encode("utf-8", "replace"))


def packed_document(text: bytes) -> bytes:
    """Return the text of a report's JSON, in UTF-8, compressed as it is stored."""
    return zlib.compress(text, _LEVEL)


def document_of(content: bytes) -> dict[str, Any]:
    """Return a report's JSON form from its stored bytes."""
    document: dict[str, Any] = json.loads(zlib.decompress(content))
    return document


def fingerprint(
    *,
    exercise: str,
    framework: str,
    device: str,
    key_digest: str,
    source_hash: str,
    learncnn: str,
    limits: Mapping[str, float],
) -> str:
    """Return the id of the report with these inputs, made with every layer of the sandbox."""
    parts = [
        exercise, framework, device, key_digest, source_hash, learncnn, sorted(limits.items()),
        "every layer",  # before 0006, one id stood for reports made with or without layers
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def weaker(report: str) -> str:
    """Return the id of the same report made without every layer of the sandbox.

    It differs, so that the report never stands in for one made under a full sandbox.
    """
    return hashlib.sha256(f"{report} without every layer".encode()).hexdigest()
