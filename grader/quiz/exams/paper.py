"""Read a student's paper, an untrusted file of questions without answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ..items.item import KINDS, LANGUAGES, LETTERS, Item, Option, Texts
from ..items.variants import Choice, Scope, Variant
from .exam import VERSION

#: Maximum size of a paper, in bytes; a hundred questions in both languages take a tenth.
MAX_BYTES = 4 << 20


def read_paper(path: Path) -> dict[str, Any]:
    """Read and check a paper. Raises UsageError."""
    try:
        paper: dict[str, Any] = json.loads(_read(path))
        if paper["learncnn_paper"] > VERSION:
            raise UsageError("exam", "newer", path=path)
        _texts(paper["title"])
        for number, question in enumerate(paper["questions"], 1):
            if question["number"] != number:
                raise ValueError(f"question {number} is missing")
            question_of(question)
        if not isinstance(paper["student"], str) or not re.fullmatch(r"[\w-]+", paper["exam"]):
            raise ValueError("no student or exam")
    except UsageError:
        raise
    except KeyError as error:
        reason = f"{error.args[0]} is missing"
        raise UsageError("exam", "not_paper", path=path, reason=reason) from error
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("exam", "not_paper", path=path, reason=error) from error
    return paper


def _read(path: Path) -> str:
    """Read a file. Raises ValueError if it is longer than `MAX_BYTES` or not UTF-8, and OSError."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MiB")
    return content.decode("utf-8")


def question_of(question: Mapping[str, Any]) -> Variant:
    """Return a question of a paper as a variant without an answer.

    Raises KeyError, ValueError or TypeError if the question is malformed.
    """
    choices = [_texts(choice["text"]) for choice in question.get("choices", ())]
    partners = [_texts(partner["text"]) for partner in question.get("partners", ())]
    if question["kind"] not in KINDS:
        raise ValueError(f"unknown kind {question['kind']!r}")
    if len(choices) > len(LETTERS) or len(partners) != len(choices) * bool(partners):
        raise ValueError("the number of choices")
    if not choices and question["kind"] in ("choice", "multiple", "order", "match"):
        raise ValueError("no choices")
    figures = {name: _figure(rows) for name, rows in question.get("figures", {}).items()}
    item = Item(
        id=str(question["id"]),
        exercise="",
        kind=question["kind"],
        stem=_literal(_texts(question["stem"])),
        answer=Option(why={}),
        parts=tuple(
            Option(why={}, text=_literal(left), partner=_literal(right))
            for left, right in zip(choices, partners, strict=False)
        ),
        show=tuple(figures),
        variables={str(name): (1,) for name in question.get("variables", ())},
    )
    shown = tuple(Choice(texts, item.answer, right=False) for texts in choices)
    return Variant(item, "", 0, {}, Scope(item, figures), shown, tuple(range(len(partners))))


def _texts(table: Mapping[str, Any]) -> Texts:
    """Return a text in both languages. Raises KeyError or TypeError."""
    texts = {lang: table[lang] for lang in LANGUAGES}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a text is no text")
    return texts


def _literal(texts: Texts) -> Texts:
    """Escape the braces of texts, so that they are not placeholders."""
    return {lang: text.replace("{", "{{").replace("}", "}}") for lang, text in texts.items()}


def _figure(rows: list[list[int | str]]) -> tuple[tuple[int | str, ...], ...]:
    """Return a matrix of whole numbers, or of fractions as text.

    Raises ValueError or TypeError.
    """
    matrix = tuple(tuple(row) for row in rows)
    if not matrix or not matrix[0] or len({len(row) for row in matrix}) != 1:
        raise ValueError("a figure is no matrix")
    if not all(isinstance(cell, (int, str)) for row in matrix for cell in row):
        raise TypeError("a figure holds something else than numbers")
    return matrix
