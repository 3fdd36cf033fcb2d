"""Extract the words of a lesson with which its numbers are compared."""

import re

import numpy as np

from learncnn.grader.course.catalog import load_catalog


def says(exercise, *words):
    """Assert that both lessons of an exercise contain all `words`, ignoring spacing."""
    for path in load_catalog().resolve(exercise).path.glob("lesson.*.md"):
        text = re.sub(r"\s+", " ", path.read_text("utf-8"))
        assert [word for word in words if str(word) not in text] == [], path.name


def rows(array):
    """Return an array as lessons print it within a line: 19 25 / 37 43."""
    lines = (" ".join(f"{x:g}".replace("-", "−") for x in row) for row in np.atleast_2d(array))
    return " / ".join(lines)
