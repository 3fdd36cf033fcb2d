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
    "Item": "items.item",
    "ItemError": "items.item",
    "load_bank": "items.bank",
    "load_items": "items.bank",
    "find_item": "items.bank",
    "Variant": "items.variants",
    "draw_variant": "items.variants",
    "parse_answer": "answers.parse",
    "Parsed": "answers.parse",
    "Refused": "answers.parse",
    "Judgement": "answers.judge",
    "judge": "answers.judge",
    "due_exercises": "play.memory",
    "load_exam": "exams.exam",
    "make_paper": "exams.exam",
    "sealed_answers": "exams.exam",
    "mark_exam": "exams.marking",
    "answer_sheet": "exams.marking",
    "lint_bank": "items.lint",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
