"""Write learncnn's own formats: a CSV row per student and exercise, JSON, scores for LTI."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ..gradebook.grades import Attempt, Grade
from .cells import csv_text, number, safe, safe_id
from .export_data import Class, Written
from .feedback_line import feedback_line
from .gradebook_json import document_of_class

HEADER = (
    "student", "name", "email", "section", "exercise", "status", "points", "possible", "dropped",
    "won", "days_late", "penalty", "attempt", "attempts", "submitted_at", "state", "codes",
    "override_reason", "override_author", "report", "key_digest", "sandbox",
)  # fmt: skip
#: Status → (activityProgress, gradingProgress) of LTI AGS 2.0.
_PROGRESS = {
    "graded": ("Completed", "FullyGraded"),
    "missing": ("Initialized", "NotReady"),
    "ungraded": ("Submitted", "Pending"),
    "unreadable": ("Submitted", "Failed"),
    "excused": ("Initialized", "NotReady"),
}


def plain_csv(found: Class) -> Written:
    """Return one row per student and exercise, with all data that fits into cells."""
    rows: list[list[str]] = [list(HEADER)]
    for student in found.students:
        who = [safe_id(student.id), *map(safe, (student.name, student.email, student.section))]
        for info in found.exercises:
            grade = student.grades[info.id]
            dropped = info.id in student.dropped
            rows.append([*who, info.id, *_cells(grade, dropped=dropped)])
    return Written(csv_text(rows))


def plain_json(found: Class) -> Written:
    """Return the grades as JSON, as described by gradebook.schema.json."""
    document = document_of_class(found.course, found.rubric, found.students)
    return Written(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def lti_scores(found: Class, when: datetime | None = None) -> Written:
    """Return JSON lines, each with a line item and the score to post to it.

    Excused work has no score in LTI and is left out. Sending the scores is up to the caller.
    """
    stamp = (when or datetime.now(timezone.utc)).isoformat(timespec="milliseconds")
    lines = []
    for student in found.students:
        for info in found.exercises:
            grade = student.grades[info.id]
            if grade.status == "excused":
                continue
            activity, grading = _PROGRESS[grade.status]
            score: dict[str, object] = {
                "userId": student.ids.get("lti") or student.id,
                "timestamp": stamp.replace("+00:00", "Z"),
                "activityProgress": activity,
                "gradingProgress": grading,
                "comment": feedback_line(info, grade),
            }
            if grade.points is not None:
                score |= {"scoreGiven": grade.points, "scoreMaximum": grade.possible}
            lines.append(json.dumps({"lineitem": info.id, "score": score}, ensure_ascii=False))
    return Written("".join(f"{line}\n" for line in lines))


def _cells(grade: Grade, *, dropped: bool) -> list[str]:
    attempt, override = grade.attempt, grade.override
    at = attempt.submitted_at if attempt else None
    return [
        grade.status,
        number(grade.points),
        number(grade.possible),
        "yes" if dropped else "",
        number(grade.won),
        str(grade.days_late),
        number(grade.penalty),
        str(grade.number),
        str(grade.attempts),
        at.isoformat() if at else "",
        attempt.state if attempt else "",
        " ".join(attempt.codes) if attempt else "",
        safe(override.reason) if override else "",
        safe(override.author) if override else "",
        attempt.report if attempt else "",
        attempt.key_digest if attempt else "",
        _sandbox(attempt) if attempt and attempt.report else "",
    ]


def _sandbox(attempt: Attempt) -> str:
    """Return `full`, or which layers the sandbox lacked when the report was made."""
    if not attempt.missing_layers:
        return "full"
    return f"WITHOUT {' '.join(attempt.missing_layers)}"
