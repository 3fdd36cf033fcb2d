"""Create the first tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_contents"),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rubric", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("exercise_version", sa.String(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("learncnn", sa.String(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("max_score", sa.Float(), nullable=False),
        sa.Column("tallies", sa.JSON(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("learncnn", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("finished_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name="fk_runs_course_courses"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_course_finished_at", "runs", ["course", "finished_at"], unique=False)
    op.create_table(
        "students",
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name="fk_students_course_courses"),
        sa.PrimaryKeyConstraint("course", "id", name="pk_students"),
    )
    op.create_table(
        "overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_overrides_course_students",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
    )
    op.create_index(
        "ix_overrides_course_student_exercise",
        "overrides",
        ["course", "student", "exercise"],
        unique=False,
    )
    op.create_table(
        "quiz_scores",
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("quiz", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("max_score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_quiz_scores_course_students",
        ),
        sa.PrimaryKeyConstraint("course", "student", "quiz", name="pk_quiz_scores"),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.String(), nullable=True),
        sa.Column("file_time", sa.Float(), nullable=True),
        sa.Column("upload", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.Column("report", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["contents.hash"], name="fk_submissions_content_hash_contents"
        ),
        sa.ForeignKeyConstraint(
            ["course", "student"],
            ["students.course", "students.id"],
            name="fk_submissions_course_students",
        ),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name="fk_submissions_course_courses"),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name="fk_submissions_report_reports"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
    )
    op.create_index(
        "ix_submissions_course_exercise_student",
        "submissions",
        ["course", "exercise", "student"],
        unique=False,
    )
    op.create_index("ix_submissions_report", "submissions", ["report"], unique=False)
    op.create_table(
        "gradings",
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("report", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("graded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name="fk_gradings_report_reports"),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name="fk_gradings_submission_submissions"
        ),
        sa.PrimaryKeyConstraint("submission", "number", name="pk_gradings"),
    )
