"""Write points for GitHub Classroom's reporter: one test per function, with its score."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..course.catalog import ExerciseInfo, load_catalog

#: Environment variable with the path of the file for the outputs of a GitHub workflow step.
OUTPUT = "GITHUB_OUTPUT"
#: Version of the reporter's format.
_FORMAT = 1
_DIGITS = 2


def exercises_of(names: str) -> list[ExerciseInfo]:
    """Return the exercises of a comma-separated list, without duplicates. Raises UsageError."""
    catalog = load_catalog()
    found = [catalog.resolve(name.strip()) for name in names.split(",") if name.strip()]
    return list({info.id: info for info in found}.values())


def write_result(
    infos: Sequence[ExerciseInfo], documents: Iterable[Mapping[str, Any]], path: Path
) -> None:
    """Append the step output `result`: the points of each function, 0 for a missing file.

    Raises OSError.
    """
    points = {document["exercise"]: document.get("points", {}) for document in documents}
    result = classroom_result(infos, points)
    encoded = base64.b64encode(json.dumps(result).encode()).decode()
    with path.open("a", encoding="utf-8") as file:
        file.write(f"result={encoded}\n")


def classroom_result(
    infos: Sequence[ExerciseInfo], points: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """Return the result in the reporter's format, from points earned by exercise and function."""
    tests = []
    for info in infos:
        for function, possible in info.functions.items():
            won = points.get(info.id, {}).get(function, 0.0)
            tests.append(
                {
                    "name": f"{info.id} {function}",
                    "status": "pass" if won == possible else "fail",
                    "score": round(won, _DIGITS),
                    "message": f"{won:.{_DIGITS}f} / {possible}",
                    "test_code": "",
                    "filename": info.folder,
                    "line_no": 0,
                    "duration": 0,
                }
            )
    passed = all(test["status"] == "pass" for test in tests)
    return {
        "version": _FORMAT,
        "status": "pass" if passed else "fail",
        "max_score": sum(sum(info.functions.values()) for info in infos),
        "tests": tests,
    }
