"""Tables of decisions and comments made in a term, and of reports that runs are making."""

from __future__ import annotations

import sqlalchemy as sa

from .tables import metadata as metadata  # complete once this module is imported

#: Due times of one student; the last row of a student and exercise counts.
extensions = sa.Table(
    "extensions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("student", sa.String, nullable=False),
    #: `all` for every exercise that has no row of its own.
    sa.Column("exercise", sa.String, nullable=False),
    #: This student's due time, or days after that of the class; neither revokes the extension.
    sa.Column("due_at", sa.String),
    sa.Column("days", sa.Float),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "student"),
)

#: Comments on a student's exercise, or on a line of one hand-in.
comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("student", sa.String, nullable=False),
    sa.Column("exercise", sa.String, nullable=False),
    #: The hand-in whose line is meant, and the line, from 1, of the file or of a notebook's cell.
    #: None for a comment on the exercise.
    sa.Column("submission", sa.ForeignKey("submissions.id")),
    sa.Column("cell", sa.Integer),
    sa.Column("line", sa.Integer),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    #: Who withdrew it, and when; None for a comment in force.
    sa.Column("withdrawn_by", sa.String),
    sa.Column("withdrawn_at", sa.String),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "student", "exercise"),
)

#: Groups of students who hand in together, from the last roster with groups.
team_members = sa.Table(
    "team_members",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("team", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Decisions for the whole course, of kind `rubric`, `exercises`, `quiz` or `forget`.
course_decisions = sa.Table(
    "course_decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("course", sa.ForeignKey("courses.id"), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    #: By kind: the rubric's text, the ids of the exercises, the quiz's name, the anonymous name.
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    sa.Index(None, "course"),
)

#: Reports that a run is making, so that concurrent runs make others.
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("report", sa.String(64), primary_key=True),
    sa.Column("run", sa.ForeignKey("runs.id"), nullable=False),
    sa.Index(None, "run"),
)
