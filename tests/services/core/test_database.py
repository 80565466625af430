"""Migrations from nothing to the present and back; two starts at once do not get in each other's way."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import configure_mappers

import services.association.models.ballots
import services.association.models.dues
import services.association.models.judging
import services.association.models.meetings
import services.association.models.notices
import services.association.models.pacts
import services.board.models.interests
import services.board.models.matches
import services.board.models.reviews
import services.jobs.models
import services.laboratory.models.reports
import services.training.models.outcomes
import services.training.models.papers
from services.core.base import Base
from services.core.database import alone, downgrade, head, revision_of, upgrade
from services.core.engine import make_engine


@pytest.fixture
def empty_engine(empty_database_url: str):
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_models_say(empty_engine: Engine) -> None:
    configure_mappers()
    for model in (services.jobs.models.TimetableEntry, services.laboratory.models.reports.Report):
        assert model.__tablename__ in Base.metadata.tables
    upgrade(empty_engine)
    assert revision_of(empty_engine) == head()
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_way_back_leaves_nothing_and_the_way_there_works_again(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    downgrade(empty_engine, "base")
    assert tables(empty_engine) <= {"alembic_version"}
    upgrade(empty_engine)
    assert revision_of(empty_engine) == head()


def test_a_second_upgrade_changes_nothing(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    before = tables(empty_engine)
    upgrade(empty_engine)
    assert tables(empty_engine) == before


def test_one_at_a_time_prepares_the_database(empty_engine: Engine) -> None:
    start, inside, most = threading.Barrier(3), [], []

    def prepare() -> None:
        start.wait(10)
        with alone(empty_engine):
            inside.append(1)
            most.append(len(inside))
            upgrade_in_turn.acquire()
            upgrade_in_turn.release()
            inside.pop()

    upgrade_in_turn = threading.Lock()
    threads = [threading.Thread(target=prepare) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1, 1, 1]


def test_the_turn_passes_on_when_its_holder_fails(empty_engine: Engine) -> None:
    def fail() -> None:
        with alone(empty_engine):
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            fail()
