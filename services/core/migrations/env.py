"""Runs migrations on the engine handed over by services.core.database."""

from alembic import context
from sqlalchemy import text

from services.core.base import Base

engine = context.config.attributes["engine"]

with engine.connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # tables are rebuilt while they are altered
        connection.rollback()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if on_sqlite:
        connection.execute(text("PRAGMA foreign_keys=ON"))
        connection.rollback()
