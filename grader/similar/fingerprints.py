"""Compute fingerprints of a source, independent of its names, spaces and comments.

copydetect replaces each name by one letter and hashes all pieces of `PIECE` characters of what is
left. Pieces of the stub say nothing about who copied from whom; they are left out, and so are those
that much of a class has written. Who copied the model answer copied it from there: of such a
submission the model answer's pieces are left out too. In others they count, for a plain loop looks
much the same in everyone's hand.
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

#: Characters of a piece, counted where a name is one character and blanks are none.
PIECE = 20
#: A piece that more students have than both of these is what one writes in this exercise.
COMMON_STUDENTS = 10
COMMON_SHARE = 0.2
#: A submission with more than this share of its pieces in the model answer is a copy of that.
COPIED_SHARE = 0.8


@dataclass(frozen=True)
class ComparedSource:
    """A submission as it is compared and shown."""

    handed: Handed
    #: Lines without controls, so that what is compared is what is seen.
    text: str
    #: Without the stub's pieces, and the model answer's where it is a copy of that.
    written: CodeFingerprint
    #: Of these, those that few have.
    rare: CodeFingerprint
    #: Handed in in another term, which is compared with this one and not with itself.
    earlier: bool = False

    @property
    def key(self) -> tuple[str, bool]:
        """Return what tells whose it is from every other."""
        return self.handed.student.id, self.earlier


def read_sources(
    info: ExerciseInfo, found: Sequence[tuple[Handed, str]], earlier: int = 0
) -> list[ComparedSource]:
    """Return the fingerprints of all submissions for an exercise, from their source texts.

    The last `earlier` of them are of another term.
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
    """A source as it is compared: no blank lines around it, no controls in it."""
    return "\n".join(map(clean, source.split("\n"))).strip("\n") + "\n"


def _fingerprint(text: str) -> CodeFingerprint:
    found = CodeFingerprint("source.py", PIECE, 1, fp=io.StringIO(text), language="python")
    # Offsets only grow; behind the name of a class copydetect notes one that does not.
    found.offsets[:, 1] = np.maximum.accumulate(found.offsets[:, 1])
    found.hash_idx = {int(piece): places for piece, places in found.hash_idx.items()}
    found.hashes = set(found.hash_idx)
    return found


def _without(fingerprint: CodeFingerprint, pieces: set[int]) -> CodeFingerprint:
    """A fingerprint whose pieces are none of these."""
    kept = copy(fingerprint)
    kept.hashes = fingerprint.hashes - pieces
    kept.hash_idx = {piece: fingerprint.hash_idx[piece] for piece in kept.hashes}
    kept.token_coverage = get_token_coverage(kept.hash_idx, PIECE, len(kept.filtered_code))
    return kept


def _written(fingerprint: CodeFingerprint, stub: set[int], answer: set[int]) -> CodeFingerprint:
    """What is a student's own."""
    own = fingerprint.hashes - stub
    copied = len(own & answer) > COPIED_SHARE * len(own)
    return _without(fingerprint, stub | answer if copied else stub)


def _pieces(texts: Iterator[str]) -> set[int]:
    pieces: set[int] = set()
    for text in texts:
        pieces |= _fingerprint(shown(text)).hashes
    return pieces


def _stubs(info: ExerciseInfo) -> Iterator[str]:
    """The stub in all its forms."""
    spoken = language()
    try:
        for use in LANGUAGES:
            use_language(use)
            for framework in info.libraries:
                yield stub_source(info, framework)
    finally:
        use_language(spoken)


def _answers(info: ExerciseInfo) -> Iterator[str]:
    """The model answers in all their forms, where they are installed."""
    try:
        for framework in info.libraries:
            answers = model_answers(info, framework)
            yield answers.plain
            yield answers.vectorised
    except KeyUnavailable:
        return
