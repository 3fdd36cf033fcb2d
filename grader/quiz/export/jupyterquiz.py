"""Export jupyterquiz JSON: https://github.com/jmshea/jupyterquiz"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .drawn_questions import Plain, PlainOption, decimal, spellings
from .question_html import inline, stem_html, why_html


def jupyterquiz(questions: Iterable[Plain]) -> str:
    """Return the questions as a JSON list.

    Orders and matches become a choice among whole arrangements.
    """
    return json.dumps([_question(each) for each in questions], ensure_ascii=False, indent=1) + "\n"


def _question(question: Plain) -> dict[str, Any]:
    document: dict[str, Any] = {"question": stem_html(question)}
    if question.form == "number":
        answers = [_number(option) for option in question.options]
        return document | {"type": "numeric", "answers": [*answers, _otherwise(question)]}
    if question.form == "text":
        answers = [
            {"answer": spelling, "correct": option.right, "feedback": _why(option)}
            for option in question.options
            for spelling in spellings(option.value)
        ]
        return document | {"type": "string", "answers": [*answers, _otherwise(question)]}
    kind = "many_choice" if question.form == "multi" else "multiple_choice"
    return document | {
        "type": kind,
        "answers": [
            {"answer": inline(option.text), "correct": option.right, "feedback": _why(option)}
            for option in question.options
        ],
    }


def _number(option: PlainOption) -> dict[str, Any]:
    answer: dict[str, Any] = {"correct": option.right, "feedback": _why(option)}
    value, tolerance = decimal(option.value)
    if tolerance != "0":
        middle, room = float(option.value), float(tolerance)
        return {"type": "range", "range": [middle - room, middle + room], **answer}
    number = option.value if isinstance(option.value, int) else float(value)
    return {"type": "value", "value": number, **answer}


def _otherwise(question: Plain) -> dict[str, Any]:
    return {"type": "default", "feedback": f"✗ {inline(question.why)}"}


def _why(option: PlainOption) -> str:
    return why_html(option.why, option.code)
