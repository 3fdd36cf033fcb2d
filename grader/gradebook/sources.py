"""Read what was handed in back from the gradebook."""

from __future__ import annotations

import sqlalchemy as sa

from ..submissions.deadline import deadline
from ..submissions.submission import Submission, parse_submission
from .connection import Gradebook
from .tables import contents, submissions

#: The line above each cell of a notebook's joined code, before the cell's number.
CELL_MARKER = "# %% cell "


def source_of(gradebook: Gradebook, submission: str) -> Submission:
    """Return the source of a hand-in, as it is run. Raises GradebookError, SubmissionError."""
    query = (
        sa.select(contents.c.content, submissions.c.filename)
        .select_from(submissions.join(contents))
        .where(submissions.c.id == submission)
    )
    with gradebook.reading() as connection:
        content, filename = connection.execute(query).one()
    with deadline(filename):
        return parse_submission(content, filename)


def first_line_of(source: Submission, line: int, cell: int | None) -> int | None:
    """Return the line of the joined source that a line of a file, or of a cell, is.

    None if there is no such line; in a notebook the cell has to be named.
    """
    lines = source.source.removesuffix("\n").split("\n")
    if not source.cells:
        return line if cell is None and 1 <= line <= len(lines) else None
    ends = [*(first - 1 for first in source.cells[1:]), len(lines) + 1]
    for first, end in zip(source.cells, ends, strict=True):
        if lines[first - 2] == f"{CELL_MARKER}{cell}" and 1 <= line < end - first + 1:
            return first + line - 1
    return None
