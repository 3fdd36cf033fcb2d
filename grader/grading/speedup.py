"""Measure how much faster than a plain loop a correct convolution is, for information only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..course.catalog import ExerciseInfo
from ..runner.job import Call, Job
from ..submissions.submission import Submission

if TYPE_CHECKING:
    from ..runner.runner import Runner

#: Name of the driver's function that takes the submission and its arguments and returns the ratio.
DRIVER = "times_as_fast"
#: Factor on the time limit, because the plain loop takes longer than a case is allowed to.
PATIENCE = 3.0
IMAGES, FILTERS = (2, 3, 16, 16), (8, 3, 3, 3)
SHAPES = "2×3×16×16, 8×3×3×3"


def times_as_fast(submission: Submission, info: ExerciseInfo, runner: Runner) -> float | None:
    """Return the ratio, measured in the sandbox; None if the submission does not finish."""
    chance = np.random.default_rng(1)
    arguments = {
        "input": chance.random(IMAGES, "float32"),
        "weight": chance.random(FILTERS, "float32"),
    }
    call = Call("speed", info.timed, arguments, len(arguments), DRIVER)
    run = runner.run(
        Job(
            source=submission.source,
            filename=submission.filename,
            calls=(call,),
            driver_source=info.driver_source,
            forbidden=info.forbidden,
            patience=PATIENCE * info.patience,
        )
    )
    value = run.outcomes[call.id].value if run.load_error is None else None
    return value if isinstance(value, float) and math.isfinite(value) and value > 0 else None
