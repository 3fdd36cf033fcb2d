"""References, hidden cases and misconceptions of the exercises: one file an exercise."""

from importlib import import_module

from learncnn.grader.exercise import Exercise

from . import large


def load(folder: str) -> Exercise:
    """The exercise whose folder in `exercises/` has this name."""
    exercise = import_module(f"{__name__}.{folder}").exercise
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{folder}.exercise is not an Exercise")
    large.add_to(exercise)
    return exercise
