"""Read the sources of hand-ins from the gradebook."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..errors import SubmissionError
from ..submissions.deadline import deadline
from ..submissions.submission import Submission, parse_submission
from .connection import Gradebook
from .dialects import chunks
from .tables import contents, submissions

#: Start of the line above each cell in a notebook's joined code; the cell's number follows.
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


def sources_of(gradebook: Gradebook, ids: Sequence[str]) -> dict[str, Submission]:
    """Return the sources of hand-ins by their ids, without those that cannot be read any more.

    Raises GradebookError.
    """
    found: dict[str, Submission] = {}
    table = submissions.c
    for some in chunks(ids):
        query = (
            sa.select(table.id, table.filename, contents.c.content)
            .select_from(submissions.join(contents))
            .where(table.id.in_(some))
        )
        with gradebook.reading() as connection:
            rows = list(connection.execute(query))
        for id, filename, content in rows:
            try:
                with deadline(filename):
                    found[id] = parse_submission(content, filename)
            except SubmissionError:  # its report or its problem is already stored
                continue
    return found


def first_line_of(source: Submission, line: int, cell: int | None) -> int | None:
    """Return the line of the joined source for a line of a file, or of a notebook's cell.

    None if there is no such line; for a notebook, `cell` is required.
    """
    lines = source.source.removesuffix("\n").split("\n")
    if not source.cells:
        return line if cell is None and 1 <= line <= len(lines) else None
    ends = [*(first - 1 for first in source.cells[1:]), len(lines) + 1]
    for first, end in zip(source.cells, ends, strict=True):
        if lines[first - 2] == f"{CELL_MARKER}{cell}" and 1 <= line < end - first + 1:
            return first + line - 1
    return None
