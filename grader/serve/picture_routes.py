"""Run the learner's function on their own picture, in the sandbox, as `see` does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..course.catalog import ExerciseInfo
from ..errors import UsageError
from ..figures.panels import Picture
from ..figures.svg_drawing import drawing_html
from ..own_code.demonstrating import demonstrated, demonstration_for
from ..own_code.demonstration import CaptionedDrawing, own_picture
from ..sandbox.protocol.values import Array
from .asked import body_of, exercise_of, learner_of
from .check_bench import CheckBench
from .learners import Learner
from .running_checks import RunningChecks

#: Height and width, in pixels, to which the page scales a picture.
SIDE = 64


async def see_picture(request: Request) -> Response:
    """Answer with the result of the learner's function on a picture: planes, and a drawing."""
    pixels = _pixels((await body_of(request)).get("pixels"))
    learner, info = learner_of(request), exercise_of(request)
    checks: RunningChecks = request.app.state.checks
    future = checks.submit(lambda bench: _seen(learner, info, pixels, bench))
    return JSONResponse(await asyncio.wrap_future(future))


def _pixels(given: Any) -> Array:
    """Return a picture [64, 64] from 0 to 255. Raises UsageError for anything else."""
    if not isinstance(given, list) or len(given) != SIDE * SIDE:
        raise UsageError("serve", "body")
    if not all(type(value) is int and 0 <= value <= 255 for value in given):
        raise UsageError("serve", "body")
    return np.array(given, np.float64).reshape(SIDE, SIDE)


def _seen(learner: Learner, info: ExerciseInfo, pixels: Array, bench: CheckBench) -> dict[str, Any]:
    demonstration = demonstration_for(learner.workspace, info)
    submission, _ = learner.submission(info)
    runner = bench.runner(info.framework(learner.workspace.framework))
    with own_picture(pixels):
        shown = demonstrated(submission, info, demonstration, runner)
    html = "".join(drawing_html(each.drawing, each.caption) for each in shown)
    return {"maps": _planes(shown), "html": html}


def _planes(shown: Sequence[CaptionedDrawing]) -> list[list[list[float]]]:
    """Return what the first drawing shows as results, as brightness from 0 to 1."""
    panels = [panel for row in shown[0].drawing.rows for panel in row]
    maps = [p for p in panels if isinstance(p, Picture) and p.role in ("output", "gradient")]
    return [np.round(panel.pixels, 4).tolist() for panel in maps]
