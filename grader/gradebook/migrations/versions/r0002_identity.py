"""Add the ids of students, decisions about who is the same person, and a course's exercises.

Revision ID: 0002
Revises: 0001
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("courses", sa.Column("exercises", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "courses",
        sa.Column("exercises_open", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_table(
        "identifiers",
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_identifiers_course_students",
        ),
        sa.PrimaryKeyConstraint("course", "kind", "value", "student", name="pk_identifiers"),
    )
    op.create_table(
        "doubts",
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_doubts_course_students",
        ),
        sa.PrimaryKeyConstraint("course", "student", "other", name="pk_doubts"),
    )
    op.create_table(
        "identity_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_identity_decisions_course_students",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_decisions"),
    )
    op.create_index("ix_identity_decisions_course", "identity_decisions", ["course"], unique=False)
    _keep_exercises(op.get_bind())
    _keep_ids(op.get_bind())


def _keep_exercises(connection: sa.Connection) -> None:
    """Store the exercises that have counted so far, so that grades stay as they are."""
    query = "SELECT course, exercise FROM submissions UNION SELECT course, exercise FROM overrides"
    counted: dict[str, set[str]] = {}
    for course, exercise in connection.execute(sa.text(query)):
        counted.setdefault(course, set()).add(exercise)
    statement = sa.text("UPDATE courses SET exercises = :exercises WHERE id = :course")
    for course, exercises in counted.items():
        values = {"course": course, "exercises": ",".join(sorted(exercises))}
        connection.execute(statement, values)


def _keep_ids(connection: sa.Connection) -> None:
    """Copy the ids that rosters and downloads have provided so far."""
    query = sa.text("SELECT course, id, ids FROM students")
    insert = sa.text(
        "INSERT INTO identifiers (course, kind, value, student, sure)"
        " VALUES (:course, :kind, :value, :student, :sure)"
    )
    for course, student, ids in connection.execute(query).all():
        known = json.loads(ids) if isinstance(ids, str) else ids
        for kind, value in known.items():
            row = {"course": course, "kind": kind, "value": value, "student": student}
            connection.execute(insert, row | {"sure": True})
