"""Runs the steps on the connection that `upgrade` hands over; Alembic asks for a file of this name."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
