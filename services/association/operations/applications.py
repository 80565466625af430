"""What every operation on applications shares: loading them locked, stepping once, history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, update

from services.association.models.register import ApplicationEvent, MembershipApplication
from services.association.rules.joining import STATE_NAMES, STEPS
from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work


def locked_application(work: Work, application_id: int) -> MembershipApplication:
    """Return an application, locked until the end of this work. Raises NotFound."""
    found = work.session.get(
        MembershipApplication, application_id, with_for_update={"of": MembershipApplication}, populate_existing=True
    )
    if found is None:
        raise NotFound
    return found


def of_firm(work: Work, application_id: int) -> MembershipApplication:
    """Return an application of the actor's own organisation, locked; NotFound for any other."""
    work.require(Permission.MEMBERSHIP_ACT)
    found = locked_application(work, application_id)
    work.require(Permission.MEMBERSHIP_ACT, scope=found.organisation_id)
    return found


def of_desk(work: Work, application_id: int) -> MembershipApplication:
    """Return an application to the actor's own association, locked; NotFound for any other."""
    work.require(Permission.MEMBER_MANAGE)
    found = locked_application(work, application_id)
    work.require(Permission.MEMBER_MANAGE, scope=found.association_id)
    return found


def step(work: Work, application: MembershipApplication, name: str, *, reason: str = "", **values: Any) -> None:
    """Take the named step, once; WrongState when it does not start from the present state.

    The row changes by a conditional update, with the other ``values`` that come with the state.
    """
    starts, after = STEPS[name]
    before = application.state
    work.session.flush()  # what was changed on the row goes before the step
    statement = (
        update(MembershipApplication)
        .where(MembershipApplication.id == application.id, MembershipApplication.state.in_(starts))
        .values(
            state=after, state_at=work.now, state_reason=reason, version=MembershipApplication.version + 1, **values
        )
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    work.session.refresh(application)
    if result.rowcount != 1:
        raise WrongState(state=STATE_NAMES[application.state])
    note(work, application, name, reason=reason)
    work.record(f"application.{name}", application, before=before, after=after, reason=reason)


def note(work: Work, application: MembershipApplication, kind: str, *, reason: str = "", **facts: Any) -> None:
    """Add a line to the history of an application."""
    work.session.add(
        ApplicationEvent(
            application_id=application.id,
            at=work.now,
            kind=kind,
            person_id=work.actor.person_id,
            reason=reason,
            facts={name: str(value) for name, value in facts.items()},
        )
    )
