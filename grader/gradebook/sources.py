"""Read what was handed in back from the gradebook."""

from __future__ import annotations

import sqlalchemy as sa

from ..submissions.deadline import deadline
from ..submissions.submission import Submission, parse_submission
from .connection import Gradebook
from .tables import contents, submissions


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
