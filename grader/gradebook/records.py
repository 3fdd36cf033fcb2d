"""What the gradebook keeps of a report; made in the worker, so that this costs no time here."""

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

#: Function → group → (right, of), with the promises kept beside the groups.
Tallies = Mapping[str, Mapping[str, tuple[int, int]]]
_LEVEL = 3


@dataclass(frozen=True)
class Record:
    """A row of `reports`, without its id and its time."""

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
    #: Layers of the sandbox that were not in force, parted by spaces.
    missing_layers: str
    document: bytes

    def row(self) -> dict[str, Any]:
        """As column values."""
        return dict(vars(self))


def record_of(report: Report) -> Record:
    """The record of a report."""
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
    """Return a report's JSON form as it is stored."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str)
    return packed_document(text.encode("utf-8", "replace"))


def packed_document(text: bytes) -> bytes:
    """Return a report's JSON as it is stored."""
    return zlib.compress(text, _LEVEL)


def document_of(content: bytes) -> dict[str, Any]:
    """The report's JSON form back from what is stored."""
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
    """Return the id of the report that this gives with every layer of the sandbox in force."""
    parts = [
        exercise, framework, device, key_digest, source_hash, learncnn, sorted(limits.items()),
        "every layer",  # reports of before 0006 were made with or without
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def weaker(report: str) -> str:
    """Return the id of the same report made without every layer of the sandbox.

    It differs, so that the report never stands in for one made under a full sandbox.
    """
    return hashlib.sha256(f"{report} without every layer".encode()).hexdigest()
