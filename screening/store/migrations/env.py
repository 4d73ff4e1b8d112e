"""Runs the steps on the connection it is handed."""

from alembic import context

from screening.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
