"""Tables of a gradebook. Keys follow from contents, so a resumed run ends with the same rows.

Times are stored as ISO 8601 in UTC, because SQLite has no time zones. Only `forget` deletes:
otherwise an override is revoked, a comment withdrawn, a report superseded.
"""

from __future__ import annotations

import sqlalchemy as sa

#: The revision in migrations/versions that creates these tables.
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
    #: The ids of the exercises that count, separated by commas; and whether others that the class
    #: hands in count too, which ends when an instructor names the exercises.
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
    #: Ids in other systems by kind: `login`, `canvas`, `participant` …
    sa.Column("ids", sa.JSON, nullable=False),
    #: Whether the last roster lists the student.
    sa.Column("listed", sa.Boolean, nullable=False),
)

#: Every identifier under which students were ever known; kinds are those of rosters, and `label`.
identifiers = sa.Table(
    "identifiers",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    #: Whether it is proved by an id; otherwise it is known only from a name.
    sa.Column("sure", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Pairs of students with the same name who may be one person. After a decision the row stays.
doubts = sa.Table(
    "doubts",
    metadata,
    sa.Column("course", sa.String, primary_key=True),
    sa.Column("student", sa.String, primary_key=True),
    sa.Column("other", sa.String, primary_key=True),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
)

#: Decisions that two students are one person (`merge`: `other` counts as `student`) or two
#: (`split`), in order. Rows of other tables keep the id under which they were written.
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

#: The bytes of every distinct submission.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

#: Reports, each with all verdicts on one source under one key, for every student who handed it in.
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
    #: `seconds` for a case and `memory_mb` (MiB) for a submission.
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("max_score", sa.Float, nullable=False),
    #: Function → group → [passed, total]. Since the second scale, the group `contract` counts
    #: promises; since the third, `fixed` counts hidden cases that are the same for every seed.
    sa.Column("tallies", sa.JSON, nullable=False),
    #: Codes of proved misconceptions, then of those that break a promise.
    sa.Column("codes", sa.JSON, nullable=False),
    #: Sandbox layers that were missing, separated by spaces; empty under a full sandbox.
    sa.Column("missing_layers", sa.String, nullable=False, server_default=""),
    #: The report as JSON, compressed.
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
)

#: Hand-ins: who handed in what, when and from where. Equal sources share a report, but not a row.
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
    #: When it was handed in according to the LMS, and other data by which submissions/order.py
    #: orders attempts. `dated` is the archive's date of the entry, `file_time` that of the file on
    #: disk, `within` that in the student's own archive; all three in seconds since 1970.
    sa.Column("submitted_at", sa.String),
    sa.Column("dated", sa.Float),
    sa.Column("file_time", sa.Float),
    sa.Column("within", sa.Float),
    sa.Column("upload", sa.BigInteger, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    #: Hash of the source as it is run, its framework, and notes on how it was read; empty if the
    #: file cannot be read.
    sa.Column("source_hash", sa.String(64), nullable=False),
    sa.Column("framework", sa.String, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    #: Why there is no report: a problem of the file, or a failure of the grader.
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Column("fault", sa.Text, nullable=False, server_default=""),
    #: The report that counts.
    sa.Column("report", sa.ForeignKey("reports.id")),
    sa.Column("seen_at", sa.String, nullable=False),
    #: The group that handed it in; empty for a student alone.
    sa.Column("team", sa.String, nullable=False, server_default=""),
    #: The number of the run that first saw it.
    sa.Column("run", sa.Integer, nullable=False, server_default="0"),
    #: The position among the student's attempts assigned by a version before 0003, which is kept.
    sa.Column("kept", sa.Integer),
    sa.ForeignKeyConstraint(["course", "student"], ["students.course", "students.id"]),
    sa.Index(None, "course", "exercise", "student"),
    sa.Index(None, "report"),
)

#: Entries of downloads in which a hand-in was seen, so that grading one again adds nothing.
sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.id"), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
)

#: All reports that a submission has had (the last one counts), and why each replaced another.
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
    #: Points instead of the graded ones. No points and `excused` false revoke an earlier override.
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

#: Hand-ins of sealed exam answers; `exercise` is the exam.
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

#: Entries of downloads in which answers were seen, as in `sightings`.
exam_sightings = sa.Table(
    "exam_sightings",
    metadata,
    sa.Column("submission", sa.ForeignKey("exam_answers.id"), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
)

#: Runs of `grade` with their options; an unfinished run can be resumed.
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("course", sa.ForeignKey("courses.id"), nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("learncnn", sa.String, nullable=False),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String),
    #: Number of the run in its course, from 1; a resumed run keeps its number.
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    #: Time of the run's last heartbeat, in seconds since 1970 by the database's clock.
    sa.Column("alive_at", sa.Float, nullable=False, server_default="0"),
    #: Machine, process id and start time of the run's process.
    sa.Column("process", sa.String, nullable=False, server_default=""),
    sa.Index(None, "course", "finished_at"),
)
