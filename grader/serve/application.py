"""Build the application: its routes, what starts with the server, and the answers to errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import FileConflict, LearncnnError
from . import check_routes, file_routes, guidance_routes, page_routes, quiz_routes
from .asked import answer_error
from .asset_routes import static_file
from .check_bench import CheckBench
from .guard import App, Guard
from .learners import Learner
from .progress_routes import show_progress
from .quiz_runs import PageQuizzes
from .running_checks import RunningChecks
from .sessions import Sessions
from .watched_files import WatchedFiles

#: Seconds until the first worker is started, so that the first page is sent before and does not
#: wait for it.
WARM_AFTER = 0.5


async def see_picture(request: Request) -> Response:
    """Run the learner's function on a picture, with modules that import numpy."""
    from . import picture_routes

    return await picture_routes.see_picture(request)


ROUTES = [
    Route("/", page_routes.show_map),
    Route("/e/{id}", page_routes.show_exercise),
    Route("/les/{id}", page_routes.show_lesson),
    Route("/quiz/{target}", quiz_routes.show_quiz),
    Route("/review", quiz_routes.show_review),
    Route("/progress", show_progress),
    Route("/static/{name}", static_file),
    Route("/api/events", check_routes.events),
    Route("/api/e/{id}/file", file_routes.read_file),
    Route("/api/e/{id}/file", file_routes.write_file, methods=["PUT"]),
    Route("/api/e/{id}/reset", file_routes.reset_exercise, methods=["POST"]),
    Route("/api/e/{id}/check", check_routes.start_check, methods=["POST"]),
    Route("/api/checks/{number:int}", check_routes.look_up_check),
    Route("/api/checks/{number:int}/stop", check_routes.stop_check, methods=["POST"]),
    Route("/api/e/{id}/hint", guidance_routes.next_hint, methods=["POST"]),
    Route("/api/e/{id}/solution", guidance_routes.show_solution, methods=["POST"]),
    Route("/api/e/{id}/picture", see_picture, methods=["POST"]),
    Route("/api/quiz/start", quiz_routes.start_quiz, methods=["POST"]),
    Route("/api/quiz/{run}/answer", quiz_routes.answer_question, methods=["POST"]),
    Route("/api/quiz/{run}/sure", quiz_routes.settle_question, methods=["POST"]),
    Route("/api/quiz/{run}/next", quiz_routes.next_question, methods=["POST"]),
]


def application(
    learner: Learner, sessions: Sessions, port: int, started: Callable[[], object]
) -> App:
    """Return the guarded application; `started` is called once it can answer requests."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        checks = RunningChecks()
        app.state.checks, app.state.quizzes = checks, PageQuizzes()
        watched = await run_in_threadpool(WatchedFiles, learner, checks)
        started()
        warming = asyncio.get_running_loop().call_later(WARM_AFTER, checks.submit, _warm(learner))
        try:
            yield
        finally:
            warming.cancel()
            await run_in_threadpool(watched.close)
            await run_in_threadpool(checks.close)

    handlers = dict.fromkeys((LearncnnError, HTTPException, FileConflict, Exception), answer_error)
    app = Starlette(routes=ROUTES, lifespan=lifespan, exception_handlers=handlers)
    return Guard(app, sessions, port)


def _warm(learner: Learner) -> Callable[[CheckBench], None]:
    """Return a function that prepares a bench for a learner's first check."""

    def warm(bench: CheckBench) -> None:
        from ..grading import grading  # noqa: F401
        from ..render.pages import report_view  # noqa: F401
        from . import picture_routes  # noqa: F401

        with suppress(LearncnnError):  # the check itself reports the error
            bench.runner(learner.workspace.framework)

    return warm
