"""References, hidden cases and misconceptions of the exercises: one file an exercise."""

from importlib import import_module

from learncnn.grader.course.exercise import Exercise

from . import large


def load(folder: str) -> Exercise:
    """The exercise whose folder in `exercises/` has this name."""
    module = import_module(f"{__name__}.{folder}")
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise TypeError(f"{folder}.py has no `exercise = Exercise(…)`")
    large.add_to(exercise)
    return exercise
