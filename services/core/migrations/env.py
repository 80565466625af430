"""Runs migrations on the engine handed over by services.core.database."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from services.core.base import Base

engine = context.config.attributes["engine"]


def hold_foreign_keys(connection: Connection, *, held: bool) -> None:
    """Let SQLite hold foreign keys or not: a table is rebuilt to be altered, while others point at it.

    It is said to the driver, because SQLite does not listen to it inside a transaction.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={'ON' if held else 'OFF'}")


def refuse_loose_ends(*_none: Any, **step: Any) -> None:
    """Undo a migration on SQLite after which a foreign key leads nowhere."""
    if loose := step["ctx"].connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"foreign keys lead nowhere: {loose[:5]}")


with engine.connect() as connection:
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        hold_foreign_keys(connection, held=False)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
        transactional_ddl=True,
        on_version_apply=refuse_loose_ends if on_sqlite else None,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        if on_sqlite:
            connection.rollback()
            hold_foreign_keys(connection, held=True)
