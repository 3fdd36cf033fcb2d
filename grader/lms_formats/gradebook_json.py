"""Write the gradebook as JSON, as described by gradebook.schema.json."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from ..course.catalog import load_catalog
from ..gradebook.grades import Grade, StudentGrades
from ..gradebook.rubric import Rubric
from ..i18n.texts import language, worded

FORMAT = "learncnn-gradebook"
#: Changes when a field changes meaning.
VERSION = 1


def document_of_class(
    course: str, rubric: Rubric, everyone: Sequence[StudentGrades]
) -> dict[str, Any]:
    """Return the JSON document of a class: all students with all their grades."""
    catalog = load_catalog()
    ids = list(everyone[0].grades) if everyone else []
    return {
        "format": FORMAT,
        "version": VERSION,
        "course": course,
        "rubric": rubric.digest,
        "quiz_weight": rubric.quiz_weight,
        "exercises": [
            {
                "id": id,
                "title": catalog.exercises[id].title[language()],
                "possible": rubric.possible(catalog.exercises[id]),
                "due": _in_utc(rubric.due.get(id)),
            }
            for id in ids
        ],
        "students": [document_of_student(student, rubric) for student in everyone],
    }


def document_of_student(student: StudentGrades, rubric: Rubric) -> dict[str, Any]:
    """Return the JSON document of one student, with all grades."""
    share = student.share(rubric.quiz_weight)
    return {
        "id": student.id,
        "name": student.name,
        "email": student.email,
        "section": student.section,
        "ids": dict(student.ids),
        "listed": student.listed,
        "points": round(student.points, 4),
        "possible": round(student.possible, 4),
        "quiz": student.quiz,
        "quizzes": {name: [score, of] for name, (score, of) in student.quizzes.items()},
        "share": None if share is None else round(share, 6),
        "grades": {
            id: _grade(grade, dropped=id in student.dropped) for id, grade in student.grades.items()
        },
    }


def _in_utc(at: datetime | None) -> str | None:
    return at.astimezone(timezone.utc).isoformat() if at else None


def _grade(grade: Grade, *, dropped: bool) -> dict[str, Any]:
    attempt, override = grade.attempt, grade.override
    at = attempt.submitted_at if attempt else None
    return {
        "status": grade.status,
        "points": grade.points,
        "possible": grade.possible,
        "dropped": dropped,
        "won": grade.won,
        "days_late": grade.days_late,
        "penalty": grade.penalty,
        "functions": dict(grade.functions),
        "attempt": grade.number,
        "attempts": grade.attempts,
        "order_guessed": grade.guessed,
        "submission": attempt.submission if attempt else None,
        "filename": attempt.filename if attempt else None,
        "submitted_at": at.isoformat() if at else None,
        "state": (attempt.state or None) if attempt else None,
        "codes": list(attempt.codes) if attempt else [],
        "report": (attempt.report or None) if attempt else None,
        "key_digest": (attempt.key_digest or None) if attempt else None,
        "missing_layers": list(attempt.missing_layers) if attempt else [],
        "problem": (worded(attempt.problem or attempt.fault) or None) if attempt else None,
        "due": _in_utc(grade.due),
        "open": grade.is_open,
        "extension": None
        if (extension := grade.extension) is None
        else {
            "exercise": extension.exercise,
            "due": _in_utc(extension.due_at),
            "days": extension.days,
            "reason": extension.reason,
            "author": extension.author,
            "made_at": extension.made_at,
        },
        "comments": [
            {
                "text": comment.text,
                "line": comment.line,
                "cell": comment.cell,
                "submission": comment.submission,
                "author": comment.author,
                "made_at": comment.made_at,
            }
            for comment in grade.comments
        ],
        "override": None
        if override is None
        else {
            "points": override.points,
            "excused": override.excused,
            "reason": override.reason,
            "author": override.author,
            "made_at": override.made_at,
        },
    }
