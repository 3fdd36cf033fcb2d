"""Store each report's missing sandbox layers, so that it is not reused as one of a full sandbox.

Revision ID: 0006
Revises: 0005
"""

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("missing_layers", sa.String(), nullable=False, server_default="")
    op.add_column("reports", column)
    reports = sa.table(
        "reports",
        sa.column("id", sa.String),
        sa.column("document", sa.LargeBinary),
        sa.column("missing_layers", sa.String),
    )
    connection = op.get_bind()
    for id in list(connection.execute(sa.select(reports.c.id)).scalars()):
        query = sa.select(reports.c.document).where(reports.c.id == id)
        provenance = json.loads(zlib.decompress(connection.execute(query).scalar_one()))[
            "provenance"
        ]
        if missing := " ".join(name for name, _ in provenance["missing_layers"]):
            connection.execute(
                sa.update(reports).where(reports.c.id == id).values(missing_layers=missing)
            )
