"""Exams: what an instructor asks for, and each student's paper.

A paper is drawn from (private seed, exam, student), so the same student gets the same paper
again and another student gets other numbers. It holds questions and no answers, and a keyed
digest that only the holder of the seed can make.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...errors import LearncnnError, UsageError
from ...files.writing import PRIVATE, write_new
from ...i18n.tomlio import load_toml
from ..items import bank
from ..items.item import LANGUAGES, Texts
from ..items.number_stream import keyed
from ..items.variants import Variant, draw_variant
from ..play.json_quiz import question_json

VERSION = 1

#: What an exam and each of its questions may say.
_EXAM = {
    "id": str, "title": (str, dict), "question": list, "version": int, "seed_file": str,
    "banks": list, "shuffle": bool,
}  # fmt: skip
_QUESTION = {"item": str, "one_of": list, "bank": str, "count": int, "points": int}


@dataclass(frozen=True)
class Question:
    """One question of an exam: the items it may be, and what it is worth."""

    items: tuple[str, ...]
    points: int = 1


@dataclass(frozen=True)
class Exam:
    """An exam as its instructor describes it. `seed` is private."""

    id: str
    title: Texts
    questions: tuple[Question, ...]
    seed: bytes
    shuffle: bool = True
    #: Question banks of this exam's own, beside the installed ones.
    banks: tuple[Path, ...] = ()
    #: The private seed's file, if it was made just now.
    made: Path | None = None
    #: Items that may be asked and that students have installed, answers included.
    public: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One question of one student's paper."""

    variant: Variant
    digest: str
    points: int


def load_exam(path: Path, *, make_seed: bool = False, root: Path = EXERCISES) -> Exam:
    """The exam at `path`, with its private seed; `make_seed` makes one that is missing.

    Raises UsageError that says what is wrong with the file, or that the seed is not here.
    """
    try:
        document = load_toml(path)
        if document.get("version", VERSION) > VERSION:
            raise UsageError("exam", "newer", path=path)
        _check(document, _EXAM)
        title = document["title"]
        banks = tuple(path.parent / name for name in document.get("banks", ()))
        known = _sources(banks, root)
        questions = [q for table in document["question"] for q in _questions(table, known)]
        exam_id = document["id"]
        if not exam_id.replace("-", "").isalnum():
            raise ValueError("id is made of letters, digits and -")
        texts = title if isinstance(title, dict) else dict.fromkeys(LANGUAGES, title)
        if not questions or not all(isinstance(texts.get(each), str) for each in LANGUAGES):
            raise ValueError("questions and a title are needed")
        seed_file = path.parent / document.get("seed_file", f"{exam_id}.seed")
        shuffle = document.get("shuffle", True)
    except UsageError:
        raise
    except LearncnnError as error:  # names the file itself
        raise UsageError(error) from error
    except KeyError as error:
        reason = f"{error.args[0]} is missing"
        raise UsageError("exam", "not_paper", path=path, reason=reason) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError("exam", "not_paper", path=path, reason=error) from error
    made = seed_file if make_seed and not seed_file.exists() else None
    seed = _seed(seed_file, make_seed)
    own = {source.id for each in banks for source in bank.sources(each)}
    public = sorted({item for question in questions for item in question.items} - own)
    return Exam(exam_id, texts, tuple(questions), seed, shuffle, banks, made, tuple(public))


def _check(table: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse unknown keys and values of another type. Raises ValueError."""
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"unknown key {key!r}")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is int):
            raise ValueError(f"{key} = {value!r} is of the wrong kind")
        if isinstance(value, list) and key != "question" and not all(map(_is_text, value)):
            raise ValueError(f"{key} is a list of texts")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _sources(banks: Iterable[Path], root: Path) -> dict[str, bank.BankSource]:
    """Every item an exam may ask, unparsed, by id; its own banks' items first."""
    own = [source for path in banks for source in bank.sources(path)]
    found: dict[str, bank.BankSource] = {}
    for source in (*own, *bank.all_sources(root=root)):
        found.setdefault(source.id, source)
    return found


def _questions(table: Mapping[str, Any], known: Mapping[str, bank.BankSource]) -> list[Question]:
    _check(table, _QUESTION)
    if len(table.keys() & {"item", "one_of", "bank"}) != 1:
        raise ValueError("a question names one of item, one_of and bank")
    if "count" in table and "bank" not in table:
        raise ValueError("count belongs to bank")
    points = table.get("points", 1)
    if points < 1:
        raise ValueError("points are whole numbers from 1")
    if "bank" in table:
        items = [bank.read(each) for each in known.values() if each.bank == table["bank"]]
        names = tuple(item.id for item in items if item.graded)
        count = table.get("count", 1)
        if not 1 <= count <= len(names):
            have = f"bank {table['bank']!r} has {len(names)} graded items"
            raise ValueError(f"{have}, and {count} are asked for")
        # Each takes every count-th item, so that no item is asked twice.
        return [Question(names[n::count], points) for n in range(count)]
    names = (table["item"],) if "item" in table else tuple(table["one_of"])
    for name in names:
        if name not in known:
            raise ValueError(f"there is no quiz item {name!r}")
        if not bank.read(known[name]).graded:
            raise ValueError(f"{name} is not for exams")
    if not names:
        raise ValueError("one_of names no item")
    return [Question(names, points)]


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
    """The questions of a student's paper, in their order. Raises ItemError."""
    name = hmac.new(exam.seed, f"{exam.id}\0{student}".encode(), hashlib.sha256).hexdigest()
    sources = _sources(exam.banks, root)
    stream = keyed("exam", name)
    drawn: list[Drawn] = []
    for question in exam.questions:
        asked = {each.variant.item.id for each in drawn}
        left = [name for name in question.items if name in sources and name not in asked]
        if not left:
            items = ", ".join(question.items)
            raise UsageError("exam", "no_item_left", exam=exam.id, items=items)
        source = sources[stream.pick(left)]
        variant = draw_variant(bank.read(source), name, 1)
        drawn.append(Drawn(variant, source.digest, question.points))
    return stream.shuffled(drawn) if exam.shuffle else drawn


def make_paper(exam: Exam, student: str, root: Path = EXERCISES) -> dict[str, Any]:
    """A student's paper as plain data: questions with their numbers, and no answers."""
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
    """The bytes that digests are made of."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def mac_of(seed: bytes, paper: Mapping[str, Any]) -> str:
    """The digest of a paper that only the holder of the seed can make."""
    body = {key: value for key, value in paper.items() if key != "mac"}
    return hmac.new(seed, canonical(body), hashlib.sha256).hexdigest()


def seal_of(document: Mapping[str, Any]) -> str:
    """Return the checksum over a paper and its answers: it shows damage on the way, not intent.

    Everyone can make it, the student too. What binds a paper to a student is `mac_of`.
    """
    body = {key: value for key, value in document.items() if key != "seal"}
    return hashlib.sha256(b"learncnn-seal-1\0" + canonical(body)).hexdigest()


def sealed_answers(state_dir: Path) -> list[Path]:
    """The sealed answers of a workspace, which `submit` puts into its bundle."""
    return sorted((state_dir / "exams").glob("*.sealed.json"))
