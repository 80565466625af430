"""Every night: what has no edition in force is closed with a hint, marks follow the scope, what ends is told once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import CenterType, ModuleState, Recognition
from services.core import clock
from services.core.actor import Actor
from services.core.notices import Notification
from services.core.work import Work
from services.laboratory.models.capability import Expiry
from services.laboratory.operations.capability_watch import SENTENCES, check_capabilities
from tests.factories.laboratory import add_method, calibrate, make_item, make_laboratory, make_standard

CHANGE = date(2027, 1, 1)


@pytest.fixture
def lab(session: Session):
    return make_laboratory(session)


def check(session: Session, day: date) -> None:
    check_capabilities(Work(session, Actor.system("worker"), clock.at(day, 60)))
    session.flush()


def told(session: Session, person) -> list[str]:
    return list(session.scalars(select(Notification.message).where(Notification.person_id == person.id)))


def test_an_item_whose_edition_is_withdrawn_is_closed_on_the_day_with_the_replacement_in_the_reason(
    lab, session: Session
):
    new = make_standard(session, "GB/T 3920-2024", issued_on=date(2024, 12, 31), effective_on=CHANGE)
    old = make_standard(session, "GB/T 3920-2008", withdrawn_on=CHANGE, successor_id=new.id)
    item = make_item(session, lab.provider, standard=old)

    check(session, CHANGE - timedelta(days=1))
    assert item.module.state is ModuleState.PUBLISHED
    check(session, CHANGE)
    assert item.module.state is ModuleState.PAUSED
    assert "GB/T 3920-2024" in item.module.state_reason
    assert "“%(module)s” is paused: %(reason)s" in told(session, lab.admin)


def test_an_item_with_the_new_edition_stays_open_and_its_mark_follows_the_scope(lab, session: Session):
    new = make_standard(session, "GB/T 3920-2024", issued_on=date(2024, 12, 31), effective_on=CHANGE)
    old = make_standard(session, "GB/T 3920-2008", withdrawn_on=CHANGE, successor_id=new.id)
    item = make_item(session, lab.provider, standard=old)
    add_method(session, item, new)

    check(session, CHANGE - timedelta(days=1))
    assert item.module.recognition is Recognition.CMA
    check(session, CHANGE)
    assert item.module.state is ModuleState.PUBLISHED
    assert item.module.recognition is Recognition.NONE


def test_an_item_nobody_gave_an_edition_is_left_alone(lab, session: Session):
    item = make_item(session, lab.provider)
    session.delete(item.methods[0].scopes[0])
    session.flush()
    session.delete(item.methods[0])
    session.flush()
    session.expire_all()
    check(session, CHANGE)
    assert item.module.state is ModuleState.PUBLISHED


def test_what_is_about_to_end_is_told_once_to_the_administrators(lab, session: Session):
    today = clock.local_day(clock.now())
    calibrate(session, lab.polariscope, days=20)
    lab.provider.center_type, lab.provider.qualified_until = CenterType.TEST, today + timedelta(days=30)
    lab.provider.qualification = "CMA"
    lab.stress.methods[0].scopes[0].valid_until = today + timedelta(days=10)
    session.flush()

    check(session, today)
    check(session, today + timedelta(days=1))
    expected = [SENTENCES[kind] for kind in (Expiry.CERTIFICATE, Expiry.SCOPE, Expiry.CALIBRATION)]
    assert sorted(told(session, lab.admin)) == sorted(expected)
    assert told(session, lab.clerk) == []


def test_what_has_been_renewed_is_told_for_its_new_day_only(lab, session: Session):
    today = clock.local_day(clock.now())
    calibrate(session, lab.polariscope, days=5)
    check(session, today)
    calibrate(session, lab.polariscope, days=400)
    check(session, today + timedelta(days=1))
    assert told(session, lab.admin) == [SENTENCES[Expiry.CALIBRATION]]
    check(session, today + timedelta(days=380))
    assert told(session, lab.admin) == [SENTENCES[Expiry.CALIBRATION]] * 2
