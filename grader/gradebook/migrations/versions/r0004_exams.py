"""Store sealed answers as hand-ins, so that the last ones are known in any order of grading.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_answers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", sa.String(), nullable=True),
        sa.Column("file_time", sa.Float(), nullable=True),
        sa.Column("upload", sa.BigInteger(), nullable=False),
        sa.Column("dated", sa.Float(), nullable=True),
        sa.Column("within", sa.Float(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("max_score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["contents.hash"], name="fk_exam_answers_content_hash_contents"
        ),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_exam_answers_course_students",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exam_answers"),
    )
    op.create_index(
        "ix_exam_answers_course_exercise_student",
        "exam_answers",
        ["course", "exercise", "student"],
        unique=False,
    )
    op.create_table(
        "exam_sightings",
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"], ["exam_answers.id"], name="fk_exam_sightings_submission_exam_answers"
        ),
        sa.PrimaryKeyConstraint("submission", "mark", name="pk_exam_sightings"),
    )
