"""What Alembic runs to migrate: on the connection that it was handed. It opens none itself."""

from alembic import context

from seg_core.store.reading_tables import reads

context.configure(
    connection=context.config.attributes["connection"], target_metadata=reads.metadata
)
context.run_migrations()
