"""Grade a submission on Gradescope, and write results/results.json.

Gradescope's folders:

source/      the unpacked zip: keys, settings.json, an environment with learncnn
submission/  the student's files
submission_metadata.json
results/     results.json goes here
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import VERSION
from ..answer_key.store import load_key
from ..batch.grading_worker import Bench, check_sandbox, check_torch
from ..batch.tasks import GradingSettings
from ..course.catalog import ExerciseInfo, load_catalog, title_of
from ..errors import GraderFault, LearncnnError, SubmissionError
from ..files.writing import write_aside
from ..gradebook.grades import Attempt, Grade, grade_of
from ..gradebook.rubric import Rubric, read_rubric
from ..grading.points import tallies_of
from ..i18n.texts import say, use_language, worded
from ..lms_formats.feedback_line import feedback_line
from ..lms_formats.gradescope_results import results_json
from ..submissions.exercise_names import Exercises
from ..submissions.folder import Folder
from ..submissions.members import SINGLE, Member
from ..submissions.submission import MAX_NOTEBOOK_BYTES, parse_submission
from .autograder import FORMAT, RUBRIC, SETTINGS, AutograderSettings, key_path
from .service_metadata import read_metadata_file

#: Exit code for a submission that could not be graded.
FAULT = 5


@dataclass(frozen=True)
class GradedFile:
    """The grade of one exercise of a submission."""

    info: ExerciseInfo
    grade: Grade


def main(root: Path) -> int:
    """Grade the submission below `root`, write the results and return the exit code.

    The code is `FAULT` if the grader failed, never because of what the submission contains.
    """
    begun = time.monotonic()
    code = 0
    try:
        settings = _settings(root / "source")
        use_language(settings.lang)
        document = _document(root, settings)
    except LearncnnError as error:
        code, document = FAULT, _failure(worded(error))
    except Exception as error:
        traceback.print_exc()
        code, document = FAULT, _failure(f"{type(error).__name__}: {error}")
    document["execution_time"] = round(time.monotonic() - begun, 3)
    results = root / "results"
    results.mkdir(exist_ok=True)
    write_aside(results / "results.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return code


def _settings(source: Path) -> AutograderSettings:
    document = json.loads((source / SETTINGS).read_text("utf-8"))
    if document["format"] != FORMAT or document["learncnn"] != VERSION:
        raise GraderFault("release", "mixed", made=document["learncnn"], here=VERSION)
    return AutograderSettings(**{**document, "exercises": tuple(document["exercises"])})


def _document(root: Path, settings: AutograderSettings) -> dict[str, Any]:
    catalog = load_catalog()
    wanted = [catalog.exercises[id] for id in settings.exercises]
    found = _files(root / "submission", wanted)
    rubric_file = root / "source" / RUBRIC
    rubric = read_rubric(rubric_file) if rubric_file.exists() else Rubric()
    metadata = read_metadata_file(root / "submission_metadata.json")
    check_sandbox(settings.sandbox)
    keys = {}
    for info in wanted:
        framework = info.framework(settings.framework)
        check_torch(framework)
        keys[info.id, framework] = load_key(key_path(root / "source", info.id, framework))
    limits = GradingSettings(
        timeout=settings.timeout, memory_mb=settings.memory, sandbox=settings.sandbox
    )
    graded = []
    with Bench(limits, keys) as bench:
        for info in wanted:
            attempts = []
            if info.id in found:
                framework = info.framework(settings.framework)
                attempts = [_attempt(bench, info, framework, found[info.id], metadata.submitted_at)]
            extension = metadata.extension(info.id, rubric)
            grade = grade_of(rubric, info, "", attempts, extension=extension)
            graded.append(GradedFile(info, grade))
    return document_of(graded, rubric)


def _files(folder: Path, wanted: Sequence[ExerciseInfo]) -> Mapping[str, Member]:
    """Return the file of each exercise, chosen by the surest name and then the fewest folders."""
    exercises = Exercises(load_catalog(), wanted)
    found: dict[str, list[tuple[int, int, str, Member]]] = {}
    for member in Folder(folder, SINGLE).listing.members:
        if named := exercises.of(member.path):
            info, rank = named
            order = (rank, member.path.count("/"), member.path, member)
            found.setdefault(info.id, []).append(order)
    return {id: min(files, key=lambda file: file[:3])[3] for id, files in found.items()}


def _attempt(
    bench: Bench, info: ExerciseInfo, framework: str, member: Member, when: datetime | None
) -> Attempt:
    name = member.path.rpartition("/")[2]
    try:
        submission = parse_submission(member.read(MAX_NOTEBOOK_BYTES), name)
    except SubmissionError as error:
        return Attempt("", name, when, False, problem=error.message)
    report, _ = bench.grade(submission, info.id, framework)
    return Attempt(
        submission=report.source_hash,
        filename=name,
        submitted_at=when,
        late=False,
        report=report.source_hash,
        state=report.state,
        tallies={
            function: {group: (passed, of) for group, (passed, of) in groups.items()}
            for function, groups in tallies_of(report).items()
        },
        codes=report.codes,
        key_digest=report.provenance.key_digest,
        missing_layers=tuple(name for name, _ in report.provenance.missing_layers),
    )


def document_of(graded: Sequence[GradedFile], rubric: Rubric) -> dict[str, Any]:
    """Return results.json for all exercises; without visible tests the service shows no total."""
    tests: list[dict[str, Any]] = []
    lines = []
    extra = []
    for number, each in enumerate(graded, 1):
        single = results_json(each.info, each.grade, rubric)
        extra.append(single["extra_data"])
        line = feedback_line(each.info, each.grade)
        if each.grade.attempt is not None and each.grade.attempt.problem:
            line = f"{line}: {worded(each.grade.attempt.problem)}"
        lines.append(f"{each.info.id} {title_of(each.info)}: {line}")
        for test in single["tests"] or [_without_report(each.grade)]:
            place = f"{number}.{test['number']}" if len(graded) > 1 else test["number"]
            tests.append({**test, "number": place, "name": f"{each.info.id} {test['name']}"})
    document: dict[str, Any] = {
        "output": "\n".join(lines),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"learncnn": VERSION, "exercises": extra},
    }
    points = [each.grade.points for each in graded if each.grade.points is not None]
    if points:
        document["score"] = round(sum(points), 4)
    return document


def _without_report(grade: Grade) -> dict[str, Any]:
    """Return a test with 0 points for an exercise that is missing or cannot be read."""
    return {
        "number": "1",
        "name": say("show", f"status.{grade.status}"),
        "name_format": "text",
        "score": 0.0,
        "max_score": grade.possible,
        "status": "failed",
        "output": worded(grade.attempt.problem) if grade.attempt else say("release", "no_file"),
        "output_format": "text",
        "tags": [grade.status],
        "visibility": "visible",
    }


def _failure(message: str) -> dict[str, Any]:
    """Return results without a score, so that the service marks the run as failed, not as 0."""
    return {
        "output": say("release", "failure", message=message),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": {"learncnn": VERSION, "status": "ungraded"},
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
