"""Start, stop and look up checks, and stream events."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from .asked import body_of, exercise_of, field, learner_of
from .file_routes import save
from .running_checks import RunningCheck, RunningChecks


async def start_check(request: Request) -> Response:
    """Save the edited text, if any was sent, and check the file."""
    body = await body_of(request)
    learner, info = learner_of(request), exercise_of(request)
    hash = ""
    if "text" in body:
        text, base = field(body, "text", str), field(body, "base", str)
        hash = await run_in_threadpool(save, learner, info, text, base)
    check = _checks(request).start(learner, info)
    return JSONResponse({"check": check.number, "hash": hash}, 202)


def look_up_check(request: Request) -> Response:
    """Answer with the result of a check, or that it is still running."""
    check = _check(request)
    if check.event is None:
        return JSONResponse({"id": check.info.id, "check": check.number, "state": "checking"}, 202)
    return JSONResponse(check.event.data())


def stop_check(request: Request) -> Response:
    """Stop a check; its submission is killed at once."""
    _checks(request).stop(_check(request))
    return Response(status_code=204)


async def events(request: Request) -> Response:
    """Stream the events from now on."""
    stream = learner_of(request).streams.subscribe()
    return StreamingResponse(stream, media_type="text/event-stream")


def _checks(request: Request) -> RunningChecks:
    found: RunningChecks = request.app.state.checks
    return found


def _check(request: Request) -> RunningCheck:
    check = _checks(request).find(learner_of(request), request.path_params["number"])
    if check is None:
        raise HTTPException(404)
    return check
