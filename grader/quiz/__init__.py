"""Quizzes that know why an answer is wrong: items as data, variants, answers, review and exams.

Every name is imported from its module when it is first used, so that a command pays only for
what it needs:

    bank       items from TOML           variants   an item with drawn parameters
    answers    what a person typed       judging    an answer against a variant
    session    one run of questions      state      what is remembered between runs
    review     spaced repetition         exam       papers, sealed answers
    lint       what a bank must hold     marking    points and answer sheets
    export     other systems' formats
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Item": "model",
    "ItemError": "model",
    "load_bank": "bank",
    "load_items": "bank",
    "find_item": "bank",
    "Variant": "variants",
    "draw_variant": "variants",
    "parse_answer": "answers",
    "Parsed": "answers",
    "Refused": "answers",
    "Judgement": "judging",
    "judge": "judging",
    "due_exercises": "state",
    "load_exam": "exam",
    "make_paper": "exam",
    "sealed_answers": "exam",
    "mark_exam": "marking",
    "answer_sheet": "marking",
    "lint_bank": "lint",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
