"""Migration 0010 on a filled database: orders keep their money and everything that hangs on them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from services.billing.models import PaymentMethod
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import put_on_account, record_payment, record_refund
from services.core.database import downgrade, head, revision_of, upgrade
from services.core.engine import make_engine
from tests.factories.booking import make_market, make_order
from tests.factories.training import make_school

NEW = {"person_id": None, "lapsed_fen": 0}
HANGING = ("service_order", "order_line", "payment", "refund", "account_entry", "credit_account")


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """Return a database as release 0009 left it, with orders of a firm and all that belongs to them."""
    engine = make_engine(empty_database_url)
    upgrade(engine)
    with Session(engine) as session:
        market = make_market(session)
        order, other = (make_order(session, market, market.firm) for _ in range(2))
        work = market.staff()
        money = {"method": PaymentMethod.TRANSFER}
        record_payment(work, order.id, amount_fen=5000, received_on=work.today, **money)
        record_refund(work, order.id, amount_fen=100, refunded_on=work.today, reason="停电", **money)
        open_account(work, provider_id=market.provider.id, organisation_id=market.firm.id, limit_fen=100_000)
        put_on_account(work, other.id, on_account=True)
        session.commit()
    downgrade(engine, "0009")
    yield engine
    engine.dispose()


def rows(engine: Engine, table: str) -> list[dict[str, object]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()]


def shape(engine: Engine) -> tuple[object, ...]:
    """Return the indexes, the constraints and the triggers of orders, and what points at them."""
    found = inspect(engine)
    names = {one["name"] for one in found.get_indexes("service_order")}
    rules = {one["name"] for one in found.get_check_constraints("service_order")}
    leads = {one["name"] for one in found.get_foreign_keys("service_order")}
    here = {
        (table, one["name"])
        for table in found.get_table_names()
        for one in found.get_foreign_keys(table)
        if one["referred_table"] == "service_order"
    }
    return names, rules, leads, here


def test_a_filled_database_keeps_its_orders(engine: Engine) -> None:
    before = {table: rows(engine, table) for table in HANGING}
    old = shape(engine)
    assert len(before["service_order"]) == 2
    assert before["account_entry"]

    upgrade(engine)

    assert revision_of(engine) == head()
    for table in HANGING:
        kept = before[table] if table != "service_order" else [row | NEW for row in before[table]]
        assert rows(engine, table) == kept, table
    names, rules, leads, here = shape(engine)
    assert names == old[0] | {"ix_service_order_person_id"}
    assert rules == old[1] | {"ck_service_order_owner", "ck_service_order_lapsed"}
    assert leads == old[2] | {"fk_service_order_person_id"}
    assert here >= old[3]


def test_keys_are_held_afterwards(engine: Engine) -> None:
    upgrade(engine)
    for statement in (
        "DELETE FROM service_order",
        "UPDATE order_line SET order_id = 4711",
        "UPDATE service_order SET person_id = 4711, organisation_id = NULL",
        "UPDATE service_order SET organisation_id = NULL",
        "UPDATE service_order SET due_fen = -1",
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.sqlite_only
def test_a_trigger_of_orders_comes_along(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER order_stays BEFORE DELETE ON service_order BEGIN SELECT RAISE(ABORT, 'stays'); END"
        )
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name = 'order_stays'"))


@pytest.mark.sqlite_only
def test_a_migration_that_loses_something_is_undone(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("UPDATE order_line SET order_id = 4711 WHERE id = 1")
        driver.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match="lead nowhere"):
        upgrade(engine)
    assert revision_of(engine) == "0009"
    assert "person_id" not in rows(engine, "service_order")[0]


def test_the_way_back_is_refused_while_persons_owe(engine: Engine) -> None:
    upgrade(engine)
    with Session(engine) as session:
        school = make_school(session, fee_fen=98000)
        school.enrolled()
    kept = rows(engine, "service_order")
    with pytest.raises(DBAPIError):
        downgrade(engine, "0009")
    assert rows(engine, "service_order") == kept
