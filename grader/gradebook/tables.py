"""The tables. Keys follow from contents, so that an interrupted run ends with the same rows.

Times are ISO 8601 in UTC, for SQLite knows no time zones. Nothing is deleted but by `forget`: an
override is revoked, a comment withdrawn, a report superseded.
"""

from __future__ import annotations

import sqlalchemy as sa

#: The revision of migrations/versions that these tables are.
HEAD = "0006"
VERSION_TABLE = "learncnn_version"

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

courses = sa.Table(
    "courses",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    #: The text of the rubric in force; empty for the default one.
    sa.Column("rubric", sa.Text, nullable=False, server_default=""),
    #: The ids of the exercises that count, parted by commas; and whether others that the class
    #: hands in count too, until an instructor names those that do.
    sa.Column("exercises", sa.Text, nullable=False, server_default=""),
    sa.Column("exercises_open", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", sa.String, nullable=False),
)

students = sa.Table(
    "students",
    metadata,
    sa.Column("course", sa.ForeignKey("courses.id"), primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("section", sa.String, nullable=False),
    #: Other systems' names: `login`, `canvas`, `participant` …
    sa.Column("ids", sa.JSON, nullable=False),
    #: Whether a roster names the student.
    sa.Column("listed", sa.Boolean, nullable=False),
)

#: All that students were ever called by: kinds are those of the roster, and `label`.
identifiers = sa.Table(
    "identifiers",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    #: Whether an id proved it; otherwise a name did.
    sa.Column("sure", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Students of one name who may be one person. A decision settles a pair; its row stays.
doubts = sa.Table(
    "doubts",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    sa.Column("other", sa.String, primary_key=True),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Which students are one (`merge`: `other` counts as `student`) or two (`split`), in order; rows of
#: other tables keep the student as whom they were written.
identity_decisions = sa.Table(
    "identity_decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("student", sa.String, nullable=False),
    sa.Column("other", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course"),
)

#: The bytes of every submission, once each.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

#: All verdicts on one source under one key, for every student who handed it in.
reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("exercise", sa.String, nullable=False),
    sa.Column("source_hash", sa.String(64), nullable=False),
    sa.Column("framework", sa.String, nullable=False),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("exercise_version", sa.String, nullable=False),
    sa.Column("key_digest", sa.String(64), nullable=False),
    sa.Column("seed", sa.String, nullable=False),
    sa.Column("learncnn", sa.String, nullable=False),
    #: Seconds for a case and MiB for a submission.
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    #: Function → group → [right, of]; `contract` → promises, since the second scale;
    #: `fixed` → hidden cases that every seed has, since the third.
    sa.Column("tallies", sa.JSON, nullable=False),
    #: Codes of proved misconceptions, then of those that break a promise.
    sa.Column("codes", sa.JSON, nullable=False),
    #: Layers of the sandbox that were not in force, parted by spaces; empty under a full one.
    sa.Column("missing_layers", sa.String, nullable=False, server_default=""),
    #: The report as JSON, compressed.
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)

#: Hand-ins: who handed in what, when and from where. Equal contents share a report, never a row.
submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("course", sa.ForeignKey("courses.id"), nullable=False),
    sa.Column("student", sa.String, nullable=False),
    sa.Column("exercise", sa.String, nullable=False),
    sa.Column("content_hash", sa.ForeignKey("contents.hash"), nullable=False),
    sa.Column("filename", sa.String, nullable=False),
    sa.Column("origin", sa.String, nullable=False),
    #: When it was handed in, on the LMS's word; and what else orders attempts: see
    #: submissions/order.py. `dated` is the archive's date of the entry, `file_time` that of the
    #: file on disk, `within` that in the student's own archive; all in seconds since 1970.
    sa.Column("submitted_at", sa.String),
    sa.Column("dated", sa.Float),
    sa.Column("file_time", sa.Float),
    sa.Column("within", sa.Float),
    sa.Column("upload", sa.BigInteger, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    #: The source as it is run, and remarks on how it was read; empty if it cannot be read.
    sa.Column("source_hash", sa.String(64), nullable=False),
    sa.Column("framework", sa.String, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    #: Why there can be no report: the file's fault, or ours.
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Column("fault", sa.Text, nullable=False, server_default=""),
    #: The report that counts.
    sa.Column("report", sa.ForeignKey("reports.id")),
    sa.Column("seen_at", sa.String, nullable=False),
    #: The group that handed it in; empty for a student alone.
    sa.Column("team", sa.String, nullable=False, server_default=""),
    #: The number of the run that first saw it.
    sa.Column("run", sa.Integer, nullable=False, server_default="0"),
    #: The place among the student's attempts that a version before 0003 gave it, which stays.
    sa.Column("kept", sa.Integer),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "exercise", "student"),
    sa.Index(None, "report"),
)

#: In which entries of which downloads a hand-in was seen: grading one of them again adds none.
sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.id"), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
)

#: Which reports a submission has had, the latest being that which counts, and why it changed.
gradings = sa.Table(
    "gradings",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("report", sa.ForeignKey("reports.id"), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("graded_at", sa.String, nullable=False),
)

overrides = sa.Table(
    "overrides",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("student", sa.String, nullable=False),
    sa.Column("exercise", sa.String, nullable=False),
    #: Points in place of those graded; none together with `excused` false takes the override back.
    sa.Column("points", sa.Float),
    sa.Column("excused", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "student", "exercise"),
)

quiz_scores = sa.Table(
    "quiz_scores",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    sa.Column("quiz", sa.String, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Sealed answers of exams, each time they were handed in; `exercise` is the exam.
exam_answers = sa.Table(
    "exam_answers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("student", sa.String, nullable=False),
    sa.Column("exercise", sa.String, nullable=False),
    sa.Column("content_hash", sa.ForeignKey("contents.hash"), nullable=False),
    #: When they were handed in, as in `submissions`.
    sa.Column("submitted_at", sa.String),
    sa.Column("file_time", sa.Float),
    sa.Column("upload", sa.BigInteger, nullable=False),
    sa.Column("dated", sa.Float),
    sa.Column("within", sa.Float),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("kept", sa.Integer),
    sa.Column("seen_at", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "exercise", "student"),
)

#: In which downloads answers were seen, as in `sightings`.
exam_sightings = sa.Table(
    "exam_sightings",
    metadata,
    sa.Column("submission", sa.ForeignKey("exam_answers.id"), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
)

#: What `grade` was asked to do; one that is not finished can be resumed.
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("course", sa.ForeignKey("courses.id"), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("learncnn", sa.String, nullable=False),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String),
    #: The runs of a course in their order, from 1; one that is resumed keeps its number.
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    #: When the run last showed that it is alive, in seconds since 1970 by the database's clock.
    sa.Column("alive_at", sa.Float, nullable=False, server_default="0"),
    #: The machine and the process that it is.
    sa.Column("process", sa.String, nullable=False, server_default=""),
    sa.Index(None, "course", "finished_at"),
)
