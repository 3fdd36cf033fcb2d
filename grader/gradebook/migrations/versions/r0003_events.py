"""Make hand-ins events: add the archive's date, the first run, and the downloads with the file.

Earlier submissions keep their order, in `kept`, and therefore all grades that follow from it.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind in (("dated", sa.Float()), ("within", sa.Float()), ("kept", sa.Integer())):
        op.add_column("submissions", sa.Column(name, kind, nullable=True))
    for table, name in (("submissions", "run"), ("runs", "number")):
        number = sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, number)
    op.create_table(
        "sightings",
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name="fk_sightings_submission_submissions"
        ),
        sa.PrimaryKeyConstraint("submission", "mark", name="pk_sightings"),
    )
    connection = op.get_bind()
    starts = _number_runs(connection)
    _keep_order(connection, starts)


def _number_runs(connection: sa.Connection) -> dict[str, list[str]]:
    """Number the runs of each course; return their start times, in order, by course."""
    runs = sa.table("runs", *(sa.column(name) for name in ("id", "course", "started_at", "number")))
    query = sa.select(runs.c.id, runs.c.course, runs.c.started_at)
    starts: dict[str, list[str]] = {}
    for id, course, started_at in connection.execute(
        query.order_by(runs.c.started_at, runs.c.id)
    ).all():
        begun = starts.setdefault(course, [])
        begun.append(started_at)
        connection.execute(sa.update(runs).where(runs.c.id == id).values(number=len(begun)))
    return starts


def _keep_order(connection: sa.Connection, starts: dict[str, list[str]]) -> None:
    """Store each submission's position among its student's, and the run that first saw it."""
    from bisect import bisect_right

    names = (
        "id", "course", "student", "exercise", "submitted_at", "upload", "file_time", "seen_at",
        "run", "kept",
    )  # fmt: skip
    table = sa.table("submissions", *(sa.column(name) for name in names))
    rows = connection.execute(sa.select(table)).all()
    rows = sorted(rows, key=lambda r: (r.submitted_at or "", r.upload, r.file_time or 0.0, r.id))
    counts: dict[tuple[str, str, str], int] = {}
    values = []
    for row in rows:
        group = (row.course, row.student, row.exercise)
        kept = counts[group] = counts.get(group, 0) + 1
        run = bisect_right(starts.get(row.course, []), row.seen_at)
        values.append({"of": row.id, "kept_now": kept, "run_now": run})
    if values:
        update = sa.update(table).where(table.c.id == sa.bindparam("of"))
        connection.execute(
            update.values(kept=sa.bindparam("kept_now"), run=sa.bindparam("run_now")), values
        )
