"""Choose the seed of a class's cases: a private one, unless practice cases are requested.

Practice keys are public, so students graded on practice cases may have memorised them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ..answer_key.find import solutions_installed
from ..answer_key.key import PRIVATE, private_name
from ..errors import UsageError
from ..gradebook.connection import Gradebook
from ..gradebook.grade_request import GradeRequest, read_seed
from ..gradebook.seed import SEED_FILE, seed_in
from ..gradebook.tables import reports, submissions
from ..i18n.texts import say

if TYPE_CHECKING:
    from ..terminal.app import App


def check_words(request: GradeRequest) -> None:
    """Raise UsageError if the options conflict, or if the solutions are missing.

    `practice` excludes a private seed. Without `practice`, the solutions must be installed.
    """
    if request.practice and request.private_seed is not None:
        raise UsageError("grade", "seed_or_practice")
    if not request.practice and not solutions_installed():
        raise UsageError("grade", "no_solutions")


def seed_for_class(
    app: App, request: GradeRequest, gradebook: Gradebook
) -> tuple[GradeRequest, str | None]:
    """Return the request with its seed file named, and the seed; None for the practice cases.

    Prints a note on the choice, unless the seed file was named and exists. Raises UsageError if the
    default seed file does not hold the seed of the course.
    """
    if request.practice:
        app.note(say("grade", "practice"))
        return request, None
    path = Path(request.private_seed or default_path(gradebook))
    named = request.private_seed is not None
    seed, made = read_seed(path, gradebook)
    if not named and not made:
        _check_known(gradebook, seed, path)
    if made:
        app.note(say("grade", "seed_made", path=path))
    elif not named:
        app.note(say("grade", "seed_used", path=path))
    return replace(request, private_seed=str(path)), seed


def seed_for_regrade(request: GradeRequest, gradebook: Gradebook, exercise: str) -> str | None:
    """Return the seed for grading an exercise again; None for the practice cases.

    Raises UsageError if the grades were made with a private seed that is missing or different.
    """
    if request.private_seed is not None:
        return read_seed(Path(request.private_seed), gradebook)[0]
    if request.practice or not _seeds(gradebook, exercise):
        return None
    path = default_path(gradebook)
    seed = seed_in(path)
    if seed is None:
        raise UsageError("regrade", "needs_seed", id=exercise)
    _check_known(gradebook, seed, path)
    return seed


def default_path(gradebook: Gradebook) -> Path:
    """Return the default path of a seed file: beside the gradebook's file, if it is a file.

    For other databases it is in the current folder.
    """
    url = gradebook.engine.url
    beside = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    folder = os.path.dirname(os.path.abspath(str(url.database))) if beside else os.getcwd()
    return Path(folder, SEED_FILE)


def _check_known(gradebook: Gradebook, seed: str, path: Path) -> None:
    known = _seeds(gradebook)
    if known and private_name(seed) not in known:
        raise UsageError("grade", "seed_other", path=path)


def _seeds(gradebook: Gradebook, exercise: str = "") -> frozenset[str]:
    """Return the names of the private seeds with which the course, or one exercise, was graded."""
    joined = submissions.join(reports, submissions.c.report == reports.c.id)
    query = (
        sa.select(reports.c.seed)
        .select_from(joined)
        .where(submissions.c.course == gradebook.course, reports.c.seed.like(f"{PRIVATE}%"))
        .distinct()
    )
    if exercise:
        query = query.where(submissions.c.exercise == exercise)
    with gradebook.reading() as connection:
        return frozenset(connection.execute(query).scalars())
