"""Read and write a quiz as JSON, for `quiz --json`.

    {"paper": [{"id", "student", "attempt"}], "questions": […]}         output without input
    {"paper": …, "answers": [{"id", "answer", "sure"}]}                 input
    {"results": […], "refused": […], "summary": {…}}                    output for that input

The input returns `paper` unchanged; it may be omitted if `--seed` selects the same questions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...errors import UsageError
from ..answers.parse import Refused
from ..items import bank
from ..items.item import LETTERS
from ..items.variants import Variant, draw_variant
from .asking import Answered, judged

#: Maximum size of the input, in bytes; far more than a quiz needs.
MAX_INPUT = 1_000_000


def question_json(variant: Variant) -> dict[str, Any]:
    """Return a question as plain data: all that is shown, in both languages, without the answer."""
    item = variant.item
    document: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "stem": {language: variant.stem(language) for language in item.stem},
    }
    if variant.figures:
        document["figures"] = {
            name: [[_plain(cell) for cell in row] for row in matrix]
            for name, matrix in variant.figures.items()
        }
    if item.variables:
        document["variables"] = list(item.variables)
    if variant.choices:
        labels = range(1, len(variant.choices) + 1) if item.kind == "match" else LETTERS
        document["choices"] = [
            {"label": str(label), "text": dict(choice.text)}
            for label, choice in zip(labels, variant.choices, strict=False)
        ]
    if variant.partners:
        document["partners"] = [
            {
                "label": LETTERS[at],
                "text": {
                    language: variant.text(item.parts[n].partner, language)
                    for language in item.stem
                },
            }
            for at, n in enumerate(variant.partners)
        ]
    return document


def _plain(cell: Any) -> int | str:
    return cell if isinstance(cell, int) else str(cell)


def paper_json(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """Return the data from which the same questions can be drawn again."""
    return [{"id": v.item.id, "student": v.student, "attempt": v.attempt} for v in variants]


def read_input() -> str:
    """Read the document on standard input as UTF-8; return "" if that is a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read(MAX_INPUT + 1).decode("utf-8-sig", "replace")


def read_answers(text: str) -> dict[str, Any]:
    """Parse and check the document from standard input. Raises UsageError."""
    try:
        if len(text.encode()) > MAX_INPUT:
            raise ValueError("too long")
        # Decimals stay text, because a float would round them.
        document = json.loads(text, parse_float=str)
        answers = document["answers"]
        for entry in answers:
            if not isinstance(entry["id"], str) or not _is_answer(entry["answer"]):
                raise TypeError("an answer needs an id and an answer")
            if entry.get("sure") not in (None, True, False):
                raise TypeError("sure is true, false or left out")
        for entry in document.get("paper", ()):
            if [type(entry[key]) for key in ("id", "student", "attempt")] != [str, str, int]:
                raise TypeError("paper is to be given back as it came")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("quiz", "json.input", reason=error) from error
    found: dict[str, Any] = document
    return found


def _is_answer(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(isinstance(part, (str, int)) and not isinstance(part, bool) for part in parts)


def typed_of(entry: dict[str, Any]) -> str:
    """Return an answer as it could have been typed; `[4, 102]` and `["A", "C"]` are joined."""
    answer = entry["answer"]
    return ", ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def variants_of(paper: Sequence[dict[str, Any]], root: Path = EXERCISES) -> list[Variant]:
    """Return the variants that a paper names. Raises ItemError."""
    items = {entry["id"]: bank.find_item(entry["id"], root) for entry in paper}
    return [
        draw_variant(items[entry["id"]], entry["student"], max(0, entry["attempt"]))
        for entry in paper
    ]


def judge_all(
    variants: Sequence[Variant], answers: Sequence[dict[str, Any]]
) -> tuple[list[Answered], list[dict[str, Any]]]:
    """Return the judged answers, and the refused ones with the reason.

    Raises UsageError for an answer to a question that was not asked.
    """
    by_id = {entry["id"]: entry for entry in answers}
    if unknown := by_id.keys() - {variant.item.id for variant in variants}:
        raise UsageError("quiz", "json.input", reason=f"unasked {min(unknown)}")
    answered, refused = [], []
    for variant in variants:
        entry = by_id.get(variant.item.id)
        if entry is None:
            continue
        judgement = judged(variant, typed_of(entry))
        if isinstance(judgement, Refused):
            refused.append(
                {"id": variant.item.id, "why": judgement.key, "message": judgement.message()}
            )
        else:
            sure = None if judgement.dont_know else entry.get("sure")
            answered.append(Answered(variant, judgement, sure))
    return answered, refused
