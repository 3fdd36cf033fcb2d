"""Schedule items by spaced repetition, using the FSRS algorithm.

A confident right answer is rated "good", an unsure one "hard", every other answer "again". The
smallest interval is a day, because a learner may open a terminal once a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

from ...course.catalog import EXERCISES
from ...errors import Message
from .asking import Answered
from .memory import Memory, QuizState, items_for, load_state, now, save_state

#: Desired probability that the learner still knows an item when it is due.
RETENTION = 0.9
#: Maximum interval, in days.
LONGEST = 365


def after_answer(memory: Memory, *, right: bool, sure: bool | None, when: datetime) -> Memory:
    """Return the memory after one more answer.

    An item that was missed, or is in the queue, gets its next date.
    """
    counted = memory._replace(asked=memory.asked + 1, right=memory.right + right)
    if right and not memory.due:
        return counted
    return _scheduled(counted, right=right, sure=sure, when=when)


def _scheduled(memory: Memory, *, right: bool, sure: bool | None, when: datetime) -> Memory:
    from fsrs import Rating, Scheduler

    scheduler = Scheduler(
        desired_retention=RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )
    rating = Rating.Again if not right else Rating.Hard if sure is False else Rating.Good
    card, _ = scheduler.review_card(_card(memory), rating, review_datetime=when)
    earliest = when + timedelta(hours=12)
    return memory._replace(
        due=max(card.due, earliest).isoformat(timespec="seconds"),
        stability=card.stability,
        difficulty=card.difficulty,
        reviewed=when.isoformat(timespec="seconds"),
    )


def _card(memory: Memory) -> Any:
    """Return the FSRS card of an item, or a new one if nothing usable is stored."""
    from fsrs import Card, State

    try:
        reviewed = datetime.fromisoformat(memory.reviewed)
        stability, difficulty = float(memory.stability or 0), float(memory.difficulty or 0)
    except (ValueError, OverflowError):
        return Card(card_id=1)
    if not (0 < abs(stability) < inf and 0 < abs(difficulty) < inf):
        return Card(card_id=1)
    return Card(
        card_id=1,
        state=State.Review,
        stability=max(stability, 0.001),
        difficulty=min(max(difficulty, 1.0), 10.0),
        due=reviewed,
        last_review=reviewed,
    )


def remember(
    state_dir: Path,
    item_id: str,
    exercise: str,
    *,
    right: bool,
    sure: bool | None,
    codes: tuple[str, ...] = (),
    root: Path = EXERCISES,
) -> tuple[QuizState, Message]:
    """Store one answer; return the new state, and a note if it could not be written.

    The file is read again before every answer, so that two quizzes at once keep each other's.
    """
    state, when = load_state(state_dir), now()
    memory = after_answer(state.of(item_id), right=right, sure=sure, when=when)
    state = state.with_item(item_id, memory)
    if not right:
        for code in codes:
            others = [id for id in items_for(code, exercise, root) if id != item_id]
            state = state.queued(others, when)
    return state, save_state(state_dir, state)


def remember_answered(state_dir: Path, answered: Answered) -> Message:
    """Store the answer to a question; return a note if it could not be written."""
    item, judgement = answered.variant.item, answered.judgement
    _, note = remember(
        state_dir,
        item.id,
        item.exercise,
        right=judgement.right,
        sure=answered.sure,
        codes=judgement.codes,
    )
    return note
