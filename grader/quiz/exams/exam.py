"""Read an instructor's exam, and draw each student's paper.

A paper is drawn from (private seed, exam, student), so the same student always gets the same
paper, and another student gets other numbers. It holds questions without answers, and a keyed
digest that only the holder of the seed can compute.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...errors import LearncnnError, Message, Messages, UsageError
from ...files.writing import PRIVATE, write_new
from ...i18n.toml_checks import TomlChecks
from ...i18n.tomlio import load_toml
from ..items import bank
from ..items.item import LANGUAGES, Texts
from ..items.number_stream import keyed
from ..items.variants import Variant, draw_variant
from ..play.json_quiz import question_json
from .exam_questions import Question, QuestionReader

VERSION = 1

_KEYS = ("id", "title", "question", "version", "seed_file", "banks", "shuffle")
_ID = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True)
class Exam:
    """An exam as defined by its instructor. `seed` is private."""

    id: str
    title: Texts
    questions: tuple[Question, ...]
    seed: bytes
    shuffle: bool = True
    #: Question banks that belong to this exam, besides the installed ones.
    banks: tuple[Path, ...] = ()
    #: Path of the private seed, if it was just made.
    made: Path | None = None
    #: Ids of items from installed banks, whose answers students have.
    public: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One question of one student's paper."""

    variant: Variant
    digest: str
    points: int


def load_exam(path: Path, *, make_seed: bool = False, root: Path = EXERCISES) -> Exam:
    """Load the exam at `path` with its private seed; `make_seed` creates a missing seed.

    Raises UsageError if the file is invalid or the seed is missing.
    """
    try:
        document = load_toml(path)
    except LearncnnError as error:  # its message names the file
        raise UsageError(error) from error
    version = document.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise UsageError("exam", "newer", path=path)
    checks = TomlChecks()
    checks.unknown("", document, _KEYS)
    exam_id = checks.text("id", document.get("id"))
    if exam_id and not _ID.fullmatch(exam_id):
        checks.note(Message("exam", "bad_id"))
    texts = _title(document.get("title"), checks)
    names = checks.texts("banks", document.get("banks", []))
    seed_name = checks.text("seed_file", document.get("seed_file", f"{exam_id or 'exam'}.seed"))
    shuffle = checks.flag("shuffle", document.get("shuffle", True))
    banks = tuple(path.parent / name for name in names)
    try:
        known = _sources(banks, root)
        questions = QuestionReader(known, checks).read(document.get("question"))
    except LearncnnError as error:  # its message names the bank
        raise UsageError(error) from error
    if checks.problems:
        raise UsageError("exam", "problems", path=path, problems=checks.listed)
    seed_file = path.parent / seed_name
    made = seed_file if make_seed and not seed_file.exists() else None
    seed = _seed(seed_file, make_seed)
    own = {source.id for each in banks for source in bank.sources(each)}
    public = sorted({item for question in questions for item in question.items} - own)
    return Exam(exam_id, texts, tuple(questions), seed, shuffle, banks, made, tuple(public))


def _title(value: Any, checks: TomlChecks) -> Texts:
    """Return a title by language; one text stands for every language."""
    if not isinstance(value, dict):
        return dict.fromkeys(LANGUAGES, checks.text("title", value))
    checks.unknown("title", value, LANGUAGES)
    return {each: checks.text(f"title.{each}", value.get(each)) for each in LANGUAGES}


def _sources(banks: Iterable[Path], root: Path) -> dict[str, bank.BankSource]:
    """Return every item that an exam may ask, unparsed, by id; its own banks' items first."""
    own = [source for path in banks for source in bank.sources(path)]
    found: dict[str, bank.BankSource] = {}
    for source in (*own, *bank.all_sources(root=root)):
        found.setdefault(source.id, source)
    return found


def _seed(path: Path, make: bool) -> bytes:
    try:
        if make and not path.exists():
            write_new(path, secrets.token_hex(32) + "\n", mode=PRIVATE)
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        raise UsageError("exam", "no_seed", path=path) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError("toml", "unreadable", path=path, reason=reason) from error
    if len(text) < 16:
        raise UsageError("exam", "no_seed", path=path)
    return hashlib.sha256(text.encode()).digest()


def draw_questions(exam: Exam, student: str, root: Path = EXERCISES) -> list[Drawn]:
    """Return the questions of a student's paper, in order. Raises ItemError or UsageError."""
    name = hmac.new(exam.seed, f"{exam.id}\0{student}".encode(), hashlib.sha256).hexdigest()
    sources = _sources(exam.banks, root)
    stream = keyed("exam", name)
    drawn: list[Drawn] = []
    for question in exam.questions:
        asked = {each.variant.item.id for each in drawn}
        left = [name for name in question.items if name in sources and name not in asked]
        if not left:
            items = Messages(question.items)
            raise UsageError("exam", "no_item_left", exam=exam.id, items=items)
        source = sources[stream.pick(left)]
        variant = draw_variant(bank.read(source), name, 1)
        drawn.append(Drawn(variant, source.digest, question.points))
    return stream.shuffled(drawn) if exam.shuffle else drawn


def make_paper(exam: Exam, student: str, root: Path = EXERCISES) -> dict[str, Any]:
    """Return a student's paper as plain data: questions with their numbers, without answers."""
    paper: dict[str, Any] = {
        "learncnn_paper": VERSION,
        "exam": exam.id,
        "title": dict(exam.title),
        "student": student,
        "questions": [
            {
                **question_json(drawn.variant),
                "number": number,
                "points": drawn.points,
                "digest": drawn.digest,
            }
            for number, drawn in enumerate(draw_questions(exam, student, root), 1)
        ],
    }
    return {**paper, "mac": mac_of(exam.seed, paper)}


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the bytes over which digests are computed."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def mac_of(seed: bytes, paper: Mapping[str, Any]) -> str:
    """Return the digest of a paper, which only the holder of the seed can compute."""
    body = {key: value for key, value in paper.items() if key != "mac"}
    return hmac.new(seed, canonical(body), hashlib.sha256).hexdigest()


def seal_of(document: Mapping[str, Any]) -> str:
    """Return a checksum over a paper and its answers, which detects damage but not tampering.

    Everyone can compute it, including the student. `mac_of` binds a paper to a student.
    """
    body = {key: value for key, value in document.items() if key != "seal"}
    return hashlib.sha256(b"learncnn-seal-1\0" + canonical(body)).hexdigest()


def sealed_answers(state_dir: Path) -> list[Path]:
    """Return the paths of the sealed answers in a workspace, for the bundle of `submit`."""
    return sorted((state_dir / "exams").glob("*.sealed.json"))
