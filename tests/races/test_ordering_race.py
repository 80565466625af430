"""Thirty-two orders for the last free hours of one instrument: each hour once, and another date for everybody else."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.booking.models import Booking, Claim
from services.catalogue.models import OpeningRule
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.operations import ordering
from services.laboratory.operations.wishes import Chosen, SampleWish, Wish
from tests.factories.booking import actor_of, make_agent, make_firm
from tests.factories.catalogue import open_weekly
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.races.arena import Arena, Crowd
from tests.races.ordering_contenders import confirms, plans_then_takes

pytestmark = [pytest.mark.race, pytest.mark.both_databases, pytest.mark.timeout(7200)]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHOWN = date(2026, 11, 25)
"""What was shown to everybody: tested on Tuesday, reported on Wednesday."""

PROCESSES, THREADS = 4, 8
LAST_HOURS = 5  # half hours that are left on Tuesday


@pytest.fixture
def lab(session: Session) -> Laboratory:
    """Return a laboratory whose polariscope has two and a half hours a day."""
    lab = make_laboratory(session)
    session.execute(delete(OpeningRule).where(OpeningRule.resource_id == lab.polariscope.id))
    open_weekly(session, lab.polariscope, "09:00-11:30")
    lab.stress.module.working_days = 1
    session.commit()
    return lab


@pytest.fixture
def drafts(lab: Laboratory, session: Session) -> list[dict]:
    """Return a draft of each of thirty-two firms, all shown the same price and date."""
    tasks = []
    for _ in range(PROCESSES * THREADS):
        firm = make_firm(session)
        agent = make_agent(session, firm)
        wish = Wish(lab.provider.id, firm.id, (Chosen(lab.stress.id),), (SampleWish("杯"),))
        work = lab.work(now=NOW)
        work.actor = actor_of(agent, firm)
        commission = ordering.draft(work, wish)
        tasks.append({"person": agent.id, "firm": firm.id, "commission": commission.id})
    session.commit()
    return [task | {"now": NOW, "due_fen": 12000, "promised_on": SHOWN} for task in tasks]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    """Return processes full of threads."""
    crowd = Crowd(PROCESSES, THREADS)
    yield crowd
    crowd.close()


@pytest.fixture
def arena(crowd: Crowd, database_url: str, drafts: list[dict]) -> Iterator[Arena]:
    """Return the arena on this test's database."""
    arena = Arena(crowd, database_url)
    yield arena
    arena.close()


def times_taken(session: Session) -> list[datetime]:
    """Return when the claims begin."""
    session.rollback()
    return list(session.scalars(select(Claim.busy_from).order_by(Claim.busy_from)))


def test_every_hour_is_claimed_once_and_everybody_else_is_offered_a_date(
    arena: Arena, lab: Laboratory, drafts: list[dict], session: Session
):
    outcomes = arena.round(confirms, drafts)

    assert outcomes == {"won": LAST_HOURS, "offered 2026-11-26": len(drafts) - LAST_HOURS}
    taken = times_taken(session)
    assert len(taken) == len(set(taken)) == LAST_HOURS
    states = dict(session.execute(select(Commission.state, func.count()).group_by(Commission.state)).all())
    assert states == {CommissionState.SUBMITTED: LAST_HOURS, CommissionState.DRAFT: len(drafts) - LAST_HOURS}
    assert session.scalar(select(func.count(Booking.id))) == LAST_HOURS
    numbers = session.scalars(select(Commission.no).where(Commission.no.is_not(None)).order_by(Commission.no)).all()
    assert numbers == [f"JC-20261123-{number:04d}" for number in range(1, LAST_HOURS + 1)]


@pytest.mark.parametrize("guarded", [True, False])
def test_the_guard_of_the_database_is_what_keeps_them_apart(
    arena: Arena,
    lab: Laboratory,
    drafts: list[dict],
    session: Session,
    unguard: Callable[[], None],
    guarded: bool,
):
    for number, task in enumerate(drafts):
        session.get_one(Commission, task["commission"]).no = f"JC-20261123-9{number:03d}"
    session.commit()
    if not guarded:
        unguard()

    arena.round(plans_then_takes, drafts)

    taken = times_taken(session)
    assert (len(taken) == len(set(taken))) is guarded
