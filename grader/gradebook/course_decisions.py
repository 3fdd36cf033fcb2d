"""Store the decisions for a whole course: who decided, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from .connection import Gradebook, now
from .term_tables import course_decisions

Kind = Literal["rubric", "exercises", "quiz", "forget"]


@dataclass(frozen=True)
class CourseDecision:
    """A decision for a course; `value` is the rubric's text, exercises, or a quiz's name."""

    kind: str
    value: str
    reason: str
    author: str
    made_at: str


def course_decisions_of(gradebook: Gradebook) -> list[CourseDecision]:
    """Return all decisions for a course, in order. Raises GradebookError."""
    table = course_decisions.c
    query = (
        sa.select(table.kind, table.value, table.reason, table.author, table.made_at)
        .where(table.course == gradebook.course)
        .order_by(table.id)
    )
    with gradebook.reading() as connection:
        return [CourseDecision(*row) for row in connection.execute(query)]


def write_course_decision(
    connection: sa.Connection, course: str, kind: Kind, value: str, *, author: str, reason: str = ""
) -> None:
    """Record a decision for a course."""
    row = {"course": course, "kind": kind, "value": value, "reason": reason}
    row |= {"author": author, "made_at": now()}
    connection.execute(sa.insert(course_decisions), row)
