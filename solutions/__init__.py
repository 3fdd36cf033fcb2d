"""References, hidden cases and misconceptions of the exercises, one file per exercise.

`answers/` has a folder for each exercise with its model answers, which students can read.
"""

from importlib import import_module
from pathlib import Path

from learncnn.grader.course.exercise import Exercise

from . import large

ANSWERS = Path(__file__).parent / "answers"


def load(folder: str) -> Exercise:
    """Return the exercise whose folder in `exercises/` has this name.

    Raises TypeError if its file does not define `exercise = Exercise(…)`.
    """
    module = import_module(f"{__name__}.{folder}")
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{folder}.py has no `exercise = Exercise(…)`")
    exercise.answers = ANSWERS / folder
    large.add_to(exercise)
    return exercise
