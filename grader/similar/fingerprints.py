"""Compute fingerprints of a source that ignore its names, spaces and comments.

copydetect replaces each name by one letter and hashes every piece of `PIECE` characters of the
result. Pieces of the stub, and pieces that much of a class has written, are no evidence of copying
and are left out. A submission that copies the model answer also loses the model answer's pieces;
in other submissions they count, because most students write a plain loop in much the same way.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from copydetect import CodeFingerprint
from copydetect.utils import get_token_coverage

from ..answer_key.model_answers import model_answers
from ..course.catalog import ExerciseInfo
from ..course.stubs import stub_source
from ..errors import KeyUnavailable
from ..i18n.texts import LANGUAGES, language, use_language
from ..submissions.collection import Handed
from ..terminal.layout import clean

#: Length of a piece, in characters of a source whose names are one letter and spaces are removed.
PIECE = 20
#: A piece is common, and ignored, if more students have it than this number and this share.
COMMON_STUDENTS = 10
COMMON_SHARE = 0.2
#: Maximum share of pieces from the model answer before a submission counts as a copy of it.
COPIED_SHARE = 0.8


@dataclass(frozen=True)
class ComparedSource:
    """A submission with its text and its fingerprints."""

    handed: Handed
    #: The source without control characters, so that the compared text is the one shown.
    text: str
    #: Pieces without the stub's, and in a copy of the model answer without that one's.
    written: CodeFingerprint
    #: Pieces in `written` that are not common.
    rare: CodeFingerprint
    #: Handed in in another term, whose submissions are not compared with each other.
    earlier: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """Return a key that identifies the student and the term."""
        return self.handed.student.id, self.earlier


def read_sources(
    info: ExerciseInfo, found: Sequence[tuple[Handed, str]], earlier: int = 0
) -> list[ComparedSource]:
    """Return the fingerprints of all submissions for an exercise, given with their source texts.

    The last `earlier` submissions are from another term.
    """
    stub, answer = _pieces(_stubs(info)), _pieces(_answers(info))
    texts = [shown(source) for _, source in found]
    written = [_written(_fingerprint(text), stub, answer) for text in texts]
    students = [handed.student.id for handed, _ in found]
    owners = {
        (student, piece)
        for student, own in zip(students, written, strict=True)
        for piece in own.hashes
    }
    counts = Counter(piece for _, piece in owners)
    usual = max(COMMON_STUDENTS, COMMON_SHARE * len(set(students)))
    common = {piece for piece, count in counts.items() if count > usual}
    this_term = len(found) - earlier
    return [
        ComparedSource(handed, text, own, _without(own, common), number >= this_term)
        for number, ((handed, _), text, own) in enumerate(zip(found, texts, written, strict=True))
    ]


def shown(source: str) -> str:
    """Return a source without control characters, and without blank lines at its ends."""
    return "\n".join(map(clean, source.split("\n"))).strip("\n") + "\n"


def _fingerprint(text: str) -> CodeFingerprint:
    found = CodeFingerprint("source.py", PIECE, 1, fp=io.StringIO(text), language="python")
    # Offsets must not decrease, but copydetect records one that does after a class name.
    found.offsets[:, 1] = np.maximum.accumulate(found.offsets[:, 1])
    found.hash_idx = {int(piece): places for piece, places in found.hash_idx.items()}
    found.hashes = set(found.hash_idx)
    return found


def _without(fingerprint: CodeFingerprint, pieces: set[int]) -> CodeFingerprint:
    """Return a fingerprint without the given pieces."""
    kept = copy(fingerprint)
    kept.hashes = fingerprint.hashes - pieces
    kept.hash_idx = {piece: fingerprint.hash_idx[piece] for piece in kept.hashes}
    kept.token_coverage = get_token_coverage(kept.hash_idx, PIECE, len(kept.filtered_code))
    return kept


def _written(fingerprint: CodeFingerprint, stub: set[int], answer: set[int]) -> CodeFingerprint:
    """Return a fingerprint of the student's own work, without the stub or a copied model answer."""
    own = fingerprint.hashes - stub
    copied = len(own & answer) > COPIED_SHARE * len(own)
    return _without(fingerprint, stub | answer if copied else stub)


def _pieces(texts: Iterator[str]) -> set[int]:
    pieces: set[int] = set()
    for text in texts:
        pieces |= _fingerprint(shown(text)).hashes
    return pieces


def _stubs(info: ExerciseInfo) -> Iterator[str]:
    """Yield the stub in every language and framework."""
    spoken = language()
    try:
        for use in LANGUAGES:
            use_language(use)
            for framework in info.libraries:
                yield stub_source(info, framework)
    finally:
        use_language(spoken)


def _answers(info: ExerciseInfo) -> Iterator[str]:
    """Yield the model answers in every form and framework; none if they are not installed."""
    try:
        for framework in info.libraries:
            answers = model_answers(info, framework)
            yield answers.plain
            yield answers.vectorised
    except KeyUnavailable:
        return
