"""Convert the result of `similar` to plain data for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .clusters import Cluster, together
from .fingerprints import ComparedSource
from .known_students import Known
from .pairs import Side

if TYPE_CHECKING:
    from .similar_command import Found


def document_of(found: Found, clusters: Sequence[Cluster], threshold: float) -> Mapping[str, Any]:
    """Return all clusters and pairs, and the problems with submissions that cannot be read."""
    return {
        "threshold": threshold,
        "submissions": found.counts,
        "clusters": [
            {
                "exercise": cluster.exercise.id,
                "similarity": [round(cluster.least, 4), round(cluster.most, 4)],
                "identical": cluster.identical,
                "students": [
                    _student(source, found.known, cluster.exercise.id) for source in cluster.members
                ],
            }
            for cluster in clusters
        ],
        "together": [
            {"students": [one.handed.student.id, two.handed.student.id], "exercises": ids}
            for one, two, ids in together(clusters)
        ],
        "pairs": [
            {
                "exercise": pair.exercise.id,
                "similarity": round(pair.similarity, 4),
                "identical": pair.identical,
                "submissions": [_side(side) for side in (pair.left, pair.right)],
            }
            for pair in found.pairs
        ],
        "problems": found.problems,
    }


def _student(source: ComparedSource, known: Known, exercise: str) -> Mapping[str, Any]:
    student = source.handed.student
    return {
        "student": student.id,
        "name": student.name,
        "section": student.section or known.sections.get(student.id, ""),
        "earlier": source.earlier,
        "points": None if source.earlier else known.points.get((student.id, exercise)),
        "origin": source.handed.origin,
    }


def _side(side: Side) -> Mapping[str, Any]:
    handed = side.source.handed
    return {
        "student": handed.student.id,
        "name": handed.student.name,
        "earlier": side.source.earlier,
        "origin": handed.origin,
        "share": round(side.share, 4),
        "lines": _line_ranges(side),
    }


def _line_ranges(side: Side) -> Sequence[tuple[int, int]]:
    """Return the common lines of the submission as shown, as (first, last), counted from 1."""
    text, at, line = side.source.text, 0, 1
    ranges = []
    for a, b in side.spans:
        first = line + text.count("\n", at, a)
        at, line = b, first + text.count("\n", a, b)
        ranges.append((first, line))
    return ranges
