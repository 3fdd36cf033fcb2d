"""Add extensions, comments, groups, decisions for a course, and claims of runs.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("team", sa.String(), server_default="", nullable=False))
    op.add_column("runs", sa.Column("alive_at", sa.Float(), server_default="0", nullable=False))
    op.add_column("runs", sa.Column("process", sa.String(), server_default="", nullable=False))
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("days", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        _of_student("extensions"),
        sa.PrimaryKeyConstraint("id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_course_student", "extensions", ["course", "student"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("cell", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.String(), nullable=True),
        _of_student("comments"),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name="fk_comments_submission_submissions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index(
        "ix_comments_course_student_exercise", "comments", ["course", "student", "exercise"]
    )
    op.create_table(
        "team_members",
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        _of_student("team_members"),
        sa.PrimaryKeyConstraint("course", "team", "student", name="pk_team_members"),
    )
    op.create_table(
        "course_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course"], ["courses.id"], name="fk_course_decisions_course_courses"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_course_decisions"),
    )
    op.create_index("ix_course_decisions_course", "course_decisions", ["course"])
    op.create_table(
        "claims",
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_claims_run_runs"),
        sa.PrimaryKeyConstraint("report", name="pk_claims"),
    )
    op.create_index("ix_claims_run", "claims", ["run"])


def _of_student(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["course", "student"],
        ["students.course", "students.id"],
        name=f"fk_{table}_course_students",
    )
