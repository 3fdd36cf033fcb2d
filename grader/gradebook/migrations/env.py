"""Alembic's entry point: migrate on the given connection, in that connection's transaction."""

from alembic import context

from learncnn.grader.gradebook.tables import VERSION_TABLE
from learncnn.grader.gradebook.term_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
