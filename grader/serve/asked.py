"""Read a request (learner, exercise, body), and format errors as answers."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..course.catalog import ExerciseInfo, load_catalog
from ..course.lesson_catalog import LessonInfo, load_lessons
from ..errors import (
    FileConflict,
    GraderFault,
    KeyUnavailable,
    LearncnnError,
    SubmissionError,
    UsageError,
    WorkspaceError,
)
from ..i18n.texts import say, worded
from .learners import Learner
from .page_templates import filled

T = TypeVar("T")


def learner_of(request: Request) -> Learner:
    """Return the learner who sent a request."""
    found: Learner = request.state.learner
    return found


def exercise_of(request: Request) -> ExerciseInfo:
    """Return the exercise whose id is in a path. Raises HTTPException."""
    info = load_catalog().exercises.get(request.path_params["id"])
    if info is None:
        raise HTTPException(404)
    return info


def lesson_of(request: Request) -> LessonInfo:
    """Return the lesson whose id is in a path. Raises HTTPException."""
    info = load_lessons().get(request.path_params["id"])
    if info is None:
        raise HTTPException(404)
    return info


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body. Raises UsageError for anything else."""
    content = await request.body()
    try:
        body = json.loads(content) if content else {}
    except (ValueError, RecursionError) as error:
        raise UsageError("serve", "body") from error
    if not isinstance(body, dict):
        raise UsageError("serve", "body")
    return body


def field(body: dict[str, Any], name: str, kind: type[T], default: T | None = None) -> T:
    """Return a value of a request's body. Raises UsageError if it has another type."""
    value = body.get(name, default)
    if type(value) is not kind:
        raise UsageError("serve", "body")
    return value


def answer_error(request: Request, error: Exception) -> Response:
    """Return an error as JSON or as a page, with its message in the language in use."""
    if isinstance(error, FileConflict):
        found = error.found
        content = {"error": say("serve", "conflict", file=found.name), **found._asdict()}
        return JSONResponse(content, 409)
    if isinstance(error, HTTPException):
        status = error.status_code
        key = {404: "not_found", 405: "not_found", 413: "too_large"}.get(status, "refused")
        sentence = say("serve", f"status.{key}", status=status)
    elif isinstance(error, LearncnnError):
        status, sentence = _status(error), worded(error)
        if error.key == "own_code.not_passed":  # says it by the command line's command
            sentence = say("serve", "picture.not_passed")
    else:
        status, sentence = 500, say("help", "fault", message=f"{type(error).__name__}: {error}")
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": sentence}, status)
    return Response(filled("error.html.j2", sentence=sentence), status, media_type="text/html")


def _status(error: LearncnnError) -> int:
    if isinstance(error, GraderFault):
        return 500
    if error.key == "guidance.not_passed" or error.key == "own_code.not_passed":
        return 403
    statuses = {UsageError: 400, KeyUnavailable: 404, SubmissionError: 422, WorkspaceError: 409}
    return next((status for kind, status in statuses.items() if isinstance(error, kind)), 400)
