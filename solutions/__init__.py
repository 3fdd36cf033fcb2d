"""References, hidden cases and misconceptions of the exercises: one file an exercise.

`answers/` has a folder for each exercise with its model answers, which are written to be read.
"""

from importlib import import_module
from pathlib import Path

from learncnn.grader.course.exercise import Exercise

from . import large

ANSWERS = Path(__file__).parent / "answers"


def load(folder: str) -> Exercise:
    """The exercise whose folder in `exercises/` has this name."""
    module = import_module(f"{__name__}.{folder}")
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{folder}.py has no `exercise = Exercise(…)`")
    exercise.answers = ANSWERS / folder
    large.add_to(exercise)
    return exercise
