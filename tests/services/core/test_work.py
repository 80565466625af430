"""A work is all or nothing: the change, its audit entry, its message and its promise."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import NotAllowed, NotFound
from services.core.notices import Notification
from services.core.outbox import OutboxTask, TaskState
from services.core.permissions import EVERYWHERE, GRANTS, Permission, Role
from services.core.settings import Setting
from services.core.work import Work, working
from tests.factories.booking import make_agent, make_firm


def change(session: Session, person_id: int, *, fail: bool) -> None:
    with working(session, Actor.system("test")) as work:
        setting = Setting(name="booking.hold_minutes", value=5)
        work.session.add(setting)
        work.record("setting.changed", setting)
        work.later("mail.send", delay=timedelta(minutes=5), person_id=person_id)
        work.tell(person_id, "Hello %(name)s", link="/somewhere", name="王芳")
        if fail:
            raise KeyError


@pytest.mark.parametrize("fail", [True, False])
def test_everything_is_written_together_or_not_at_all(session: Session, fail: bool) -> None:
    person = make_agent(session, make_firm(session))
    session.commit()
    try:
        change(session, person.id, fail=fail)
    except KeyError:
        assert fail
    counts = [
        session.scalar(select(func.count()).select_from(model))
        for model in (Setting, AuditEntry, OutboxTask, Notification)
    ]
    assert counts == ([0] * 4 if fail else [1] * 4)


def test_a_promise_is_due_after_its_delay_and_keeps_its_facts(session: Session) -> None:
    person = make_agent(session, make_firm(session))
    session.commit()
    change(session, person.id, fail=False)
    task = session.scalars(select(OutboxTask)).one()
    assert task.state is TaskState.WAITING
    assert task.due_at - task.created_at == timedelta(minutes=5)
    assert task.payload == {"person_id": person.id}


def work_of(session: Session, *roles: Role, organisation_id: int = 1) -> Work:
    return Work(session, Actor(1, "x", organisation_id, frozenset(roles)), clock.now())


def test_a_permission_counts_in_the_active_organisation(session: Session) -> None:
    work = work_of(session, Role.PROVIDER_ADMIN)
    work.require(Permission.MODULE_EDIT)
    work.require(Permission.MODULE_EDIT, scope=1)
    with pytest.raises(NotFound):
        work.require(Permission.MODULE_EDIT, scope=2)
    with pytest.raises(NotAllowed):
        work.require(Permission.SETTING_EDIT, scope=2)


def test_staff_of_the_platform_reach_other_organisations(session: Session) -> None:
    work = work_of(session, Role.SYSADMIN)
    work.require(Permission.ORGANISATION_VERIFY, scope=99)
    with pytest.raises(NotFound):
        work.require(Permission.STATISTICS_READ, scope=99)


def test_a_visitor_may_nothing(session: Session) -> None:
    work = Work(session, Actor.visitor(), clock.now())
    for permission in Permission:
        with pytest.raises(NotAllowed):
            work.require(permission)


def test_every_role_is_granted_something_on_purpose() -> None:
    assert set(GRANTS) == set(Role)
    assert list(Permission) == sorted(Permission)
    assert {permission for granted in GRANTS.values() for permission in granted} == set(Permission)
    assert set(Permission) >= EVERYWHERE
