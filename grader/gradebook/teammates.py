"""Store groups of students who hand in together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from .connection import Gradebook
from .dialects import insert_new
from .people import heads_of
from .tables import submissions
from .term_tables import team_members


def write_teams(connection: sa.Connection, course: str, teams: Mapping[str, Sequence[str]]) -> None:
    """Replace all groups of the course by those of a roster."""
    connection.execute(sa.delete(team_members).where(team_members.c.course == course))
    rows = [
        {"course": course, "team": team, "student": student}
        for team, members in teams.items()
        for student in members
    ]
    insert_new(connection, team_members, rows)


def teammates_of(gradebook: Gradebook, submission: str) -> tuple[str, list[str]]:
    """Return the group that handed in a submission, and the other students for whom it counts.

    The group is empty, without others, for a student alone. Raises GradebookError.
    """
    table = submissions.c
    with gradebook.reading() as connection:
        heads = heads_of(connection, gradebook.course)
        own = (
            connection.execute(sa.select(submissions).where(table.id == submission))
            .mappings()
            .one()
        )
        if not own["team"]:
            return "", []
        query = sa.select(table.student).where(
            table.course == gradebook.course,
            table.exercise == own["exercise"],
            table.team == own["team"],
            table.content_hash == own["content_hash"],
        )
        together = {heads.get(id, id) for id in connection.execute(query).scalars()}
    return own["team"], sorted(together - {heads.get(own["student"], own["student"])})
