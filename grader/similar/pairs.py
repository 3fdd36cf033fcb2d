"""Compare all submissions for an exercise in pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from copydetect import compare_files

from ..course.catalog import ExerciseInfo
from .fingerprints import PIECE, ComparedSource

#: Minimum number of characters in common, counted as for `PIECE`; less is no evidence.
LEAST = 3 * PIECE

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Side:
    """One submission of a pair."""

    source: ComparedSource
    #: Share of the student's own code that occurs in the other submission, from 0 to 1.
    share: float
    #: The common passages of the text as (start, end) positions, in order.
    spans: Spans


@dataclass(frozen=True)
class Pair:
    """Two students' submissions for an exercise."""

    exercise: ExerciseInfo
    left: Side
    right: Side
    #: Whether the texts are equal, character for character.
    identical: bool

    @property
    def similarity(self) -> float:
        """Return the larger of the two shares."""
        return max(self.left.share, self.right.share)

    @property
    def order(self) -> tuple[bool, float, float, str, str, str]:
        """Return the sort key that puts identical and then the most similar pairs first."""
        left, right = self.left.source.handed, self.right.source.handed
        least = min(self.left.share, self.right.share)
        return (
            not self.identical,
            -self.similarity,
            -least,
            self.exercise.id,
            left.origin,
            right.origin,
        )


def find_pairs(
    sources: Sequence[ComparedSource], threshold: float, compared: Callable[[], None]
) -> list[Pair]:
    """Return the pairs with at least the similarity `threshold`, the most similar first.

    `sources` belong to one exercise. Two students have one pair, that of their most similar
    submissions. Two submissions of another term, or two of the same student, are not compared.
    `compared` is called after each source has been compared with all before it.
    """
    best: dict[frozenset[tuple[str, bool]], Pair] = {}
    for number, source in enumerate(sources):
        for other in sources[:number]:
            if source.handed.student.id == other.handed.student.id:
                continue
            pair = None if source.earlier and other.earlier else compare(other, source)
            if pair and (pair.identical or pair.similarity >= threshold):
                both = frozenset((other.key, source.key))
                best[both] = min(best.get(both, pair), pair, key=lambda p: p.order)
        compared()
    return sorted(best.values(), key=lambda pair: pair.order)


def compare(left: ComparedSource, right: ComparedSource) -> Pair | None:
    """Return what two sources have in common; None if it is less than `LEAST`."""
    same = left.text == right.text
    one, other = (left.written, right.written) if same else (left.rare, right.rare)
    if one.hashes.isdisjoint(other.hashes):
        return None
    alike, shares, places = compare_files(one, other)
    if alike < LEAST:
        return None
    sides = [
        Side(source, min(float(share), 1.0), _spans(found, source.text))
        for source, share, found in zip((left, right), shares, places, strict=True)
    ]
    return Pair(left.handed.exercise, sides[0], sides[1], same)


def _spans(places: np.ndarray[tuple[int, int], np.dtype[np.int_]], text: str) -> Spans:
    """Return passages as (start, end) in order, without comments at their ends.

    Overlapping and adjacent passages are merged.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(zip(*places.astype(int).tolist(), strict=True)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple((start, start + len(_code(text[start:end]))) for start, end in merged)


def _code(text: str) -> str:
    lines = text.split("\n")
    while lines and (not (last := lines[-1].strip()) or last.startswith("#")):
        lines.pop()
    return "\n".join(lines).rstrip()
