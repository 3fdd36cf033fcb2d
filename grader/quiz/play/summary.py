"""Summarise a run of questions, and suggest what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...i18n.texts import language, listed, say
from ...terminal.layout import NO_BREAK, indented, wrapped
from ..items import bank
from ..items.codes import home_of, sentence
from .asking import Answered, QuizRun
from .screen import Page, plain


@dataclass(frozen=True)
class Step:
    """An exercise to go to, and the code that leads there (empty if no code was proved)."""

    exercise: str
    code: str = ""


@dataclass(frozen=True)
class Summary:
    """The counts of a run, the answers whose confidence was wrong, and the next steps."""

    right: int
    total: int
    answered: int
    stopped: bool
    sure_wrong: tuple[str, ...]
    unsure_right: tuple[str, ...]
    steps: tuple[Step, ...]


def summarise(run: QuizRun, root: Path = EXERCISES) -> Summary:
    """Return the summary of a run."""
    missed = [answered for answered in run.answered if answered.missed]
    steps = [step for answered in missed for step in _steps(answered, root)]
    return Summary(
        right=run.right,
        total=run.asked,
        answered=len(run.answered),
        stopped=run.stopped,
        sure_wrong=_ids(a for a in missed if a.sure is True),
        unsure_right=_ids(a for a in run.answered if a.sure is False and not a.missed),
        steps=tuple(dict.fromkeys(steps)),
    )


def _ids(answered: Any) -> tuple[str, ...]:
    return tuple(each.variant.item.id for each in answered)


def _steps(answered: Answered, root: Path) -> list[Step]:
    item = answered.variant.item
    homes = [(code, home_of(code, item.exercise, root)) for code in answered.judgement.codes]
    steps = [Step(home.exercise, code) for code, home in homes if home]
    return steps or [Step(item.exercise)]


def summary_lines(summary: Summary, page: Page, *, kept: bool) -> list[str]:
    """Return the summary as lines; `kept` says whether the answers were stored."""
    score = say("summary", "score", right=summary.right, total=summary.total)
    lines = [page.paint(score, "bold")]
    if summary.stopped:
        lines.insert(0, say("summary", "stopped" if kept else "stopped_plain"))
    for key in ("sure_wrong", "unsure_right"):
        if ids := getattr(summary, key):
            lines += wrapped(say("summary", key, ids=listed(ids)), page.width)
    if summary.steps:
        lines.append(say("summary", "missed"))
        for step in summary.steps:
            lines += indented(_step_lines(step, page), 2)
        if kept:
            lines += wrapped(_whole(say("summary", "review")), page.width)
    elif summary.right and summary.right == summary.total:
        lines += wrapped(_whole(say("summary", "perfect")), page.width)
    return lines


def _step_lines(step: Step, page: Page) -> list[str]:
    """Return the meaning of a step's code, and the exercise or subject to go to."""
    subject = step.exercise in bank.EXTRA_BANKS
    where = _whole(say("summary", "subject" if subject else "exercise", exercise=step.exercise))
    home = home_of(step.code, step.exercise) if step.code else None
    if home is None:
        return wrapped(where, page.width - 2)
    meaning = plain(sentence(home)[language()])
    lines = wrapped(f"{step.code}  {meaning}", page.width - 2)
    return [*lines, *indented(wrapped(f"→ {where}", page.width - 4), 2)]


def _whole(text: str) -> str:
    """Return a text whose commands are not broken between lines."""
    return re.sub(r"learncnn( \w+)+", lambda found: found[0].replace(" ", NO_BREAK), text)


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return the summary as plain data."""
    return asdict(summary)


def answered_json(answered: Sequence[Answered]) -> list[dict[str, Any]]:
    """Return answers with their verdicts and explanations as plain data, in both languages."""
    return [
        {
            "id": each.variant.item.id,
            "right": each.judgement.right,
            "dont_know": each.judgement.dont_know,
            "sure": each.sure,
            "given": each.judgement.given,
            "answer": each.judgement.answer,
            "codes": list(each.judgement.codes),
            "explanation": [
                {"label": n.label, "text": dict(n.text), "right": n.right, "code": n.code}
                for n in each.judgement.notes
            ],
        }
        for each in answered
    ]
