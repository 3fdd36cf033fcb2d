"""Write Gradescope's results.json; all tests are visible, because otherwise no total is shown."""

from __future__ import annotations

from typing import Any

from ..course.catalog import ExerciseInfo
from ..gradebook.grades import Grade
from ..gradebook.rubric import Rubric
from ..grading.points import CONTRACT, parts
from ..i18n.texts import say
from .feedback_line import feedback_line


def results_json(
    info: ExerciseInfo, grade: Grade, rubric: Rubric, seconds: float | None = None
) -> dict[str, Any]:
    """Return the document. Without points, it has no score, and its output states the reason."""
    document: dict[str, Any] = {
        "output": feedback_line(info, grade),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": extra_data(grade),
    }
    if seconds is not None:
        document["execution_time"] = round(seconds, 3)
    if grade.points is not None:
        document["score"] = grade.points
    if grade.attempt is not None and grade.attempt.report:
        document["tests"] = _tests(info, grade, rubric)
    return document


def extra_data(grade: Grade) -> dict[str, Any]:
    """Return the data that a grade is based on, for the record."""
    attempt = grade.attempt
    return {
        "exercise": grade.exercise,
        "status": grade.status,
        "possible": grade.possible,
        "days_late": grade.days_late,
        "penalty": grade.penalty,
        "report": (attempt.report or None) if attempt else None,
        "key_digest": (attempt.key_digest or None) if attempt else None,
        "codes": list(attempt.codes) if attempt else [],
    }


def _tests(info: ExerciseInfo, grade: Grade, rubric: Rubric) -> list[dict[str, Any]]:
    """Return one test for each function and group of cases."""
    assert grade.attempt
    tests: list[dict[str, Any]] = []
    full = {name: {"values": (1, 1)} for name in info.functions}
    possible = rubric.points(info, full)
    for major, (function, most) in enumerate(possible.items(), 1):
        groups = grade.attempt.tallies.get(function, {})
        if not groups:
            tests.append(_test(f"{major}", function, most, 0, 0, ["missing"]))
        earned = parts(groups, rubric.groups)
        for minor, (group, (won, share)) in enumerate(earned.items(), 1):
            name = f"{function}: {say('exchange', f'group.{group}')}"
            passed, of = groups[group]
            test = _test(f"{major}.{minor}", name, most * share, passed, of, [group])
            test["score"] = round(most * won, 6)
            if group == CONTRACT:
                test["output"] = say("exchange", "promises", broken=of - passed)
            tests.append(test)
    return tests


def _test(
    number: str, name: str, most: float, passed: int, of: int, tags: list[str]
) -> dict[str, Any]:
    return {
        "number": number,
        "name": name,
        "name_format": "text",
        "score": round(most * passed / of, 6) if of else 0.0,
        "max_score": round(most, 6),
        "status": "passed" if of and passed == of else "failed",
        "output": say("exchange", "cases", passed=passed, of=of),
        "output_format": "text",
        "tags": tags,
        "visibility": "visible",
    }
