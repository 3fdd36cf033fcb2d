"""Read an exercise's file, write it unless it has changed meanwhile, or reset it to the stub."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..course.catalog import ExerciseInfo
from .asked import body_of, exercise_of, field, learner_of
from .event_streams import Event
from .learners import Learner


def read_file(request: Request) -> Response:
    """Answer with the text of the learner's file and its hash."""
    return JSONResponse(learner_of(request).file_text(exercise_of(request))._asdict())


async def write_file(request: Request) -> Response:
    """Write the file, unless it has changed since it was loaded for editing."""
    body = await body_of(request)
    text, base = field(body, "text", str), field(body, "base", str)
    backup = field(body, "backup", bool, False)
    learner, info = learner_of(request), exercise_of(request)
    hash = await run_in_threadpool(save, learner, info, text, base, backup=backup)
    return JSONResponse({"hash": hash})


async def reset_exercise(request: Request) -> Response:
    """Restore the stub; keep the previous file as a backup."""
    learner, info = learner_of(request), exercise_of(request)
    backup = await run_in_threadpool(learner.reset, info)
    found = await run_in_threadpool(learner.file_text, info)
    tell_saved(learner, info, found.hash)
    return JSONResponse({"backup": backup, **found._asdict()})


def save(
    learner: Learner, info: ExerciseInfo, text: str, base: str, *, backup: bool = False
) -> str:
    """Write a learner's file, notify their other pages, and return its hash."""
    hash = learner.write(info, text, base, backup=backup)
    if hash != base:
        tell_saved(learner, info, hash)
    return hash


def tell_saved(learner: Learner, info: ExerciseInfo, hash: str) -> None:
    """Notify a learner's pages of the new content of an exercise's file."""
    learner.streams.publish(Event("file", lambda: {"id": info.id, "hash": hash}))
