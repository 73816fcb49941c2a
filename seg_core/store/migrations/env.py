"""What Alembic runs to migrate: on the connection that it was handed. It opens none itself."""

from alembic import context

from seg_core.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
