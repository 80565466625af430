"""Reads of applications for membership: the firm's own, those in public notice, those on the secretary's desk."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from services.association.models.register import (
    ApplicationEvent,
    ApplicationObjection,
    ApplicationState,
    MembershipApplication,
)
from services.association.rules.joining import OPEN
from services.core.errors import NotFound

MOST_SHOWN = 50
MOST_EVENTS = 100
S = ApplicationState
WAITING = (S.SUBMITTED, S.PUBLIC_NOTICE, S.COUNCIL, S.AWAITING_DUES, S.RETURNED)


def own_application(session: Session, application_id: int, organisation_id: int | None) -> MembershipApplication:
    """Return an application of an organisation. Raises NotFound for that of any other."""
    statement = _applications().where(
        MembershipApplication.id == application_id, MembershipApplication.organisation_id == (organisation_id or 0)
    )
    return _one(session, statement)


def desk_application(session: Session, application_id: int, association_id: int | None) -> MembershipApplication:
    """Return an application to an association. Raises NotFound for that to any other."""
    statement = _applications().where(
        MembershipApplication.id == application_id, MembershipApplication.association_id == (association_id or 0)
    )
    return _one(session, statement)


def noticed_application(session: Session, application_id: int, on: date) -> MembershipApplication:
    """Return an application that is in public notice on a day. Raises NotFound for any other."""
    return _one(session, _noticed(on).where(MembershipApplication.id == application_id))


def applications_in_notice(session: Session, association_id: int, on: date) -> list[MembershipApplication]:
    """Return the applications that everybody may read, and object to, on a day."""
    statement = _noticed(on).where(MembershipApplication.association_id == association_id)
    return list(session.scalars(statement.order_by(MembershipApplication.notice_until_on, MembershipApplication.id)))


def applications_of(session: Session, organisation_id: int) -> list[MembershipApplication]:
    """Return the last applications of an organisation, the newest first."""
    statement = _applications().where(MembershipApplication.organisation_id == organisation_id)
    return list(session.scalars(statement.order_by(MembershipApplication.id.desc()).limit(MOST_SHOWN)))


def open_application(session: Session, association_id: int, organisation_id: int) -> MembershipApplication | None:
    """Return the application of an organisation that is being handled."""
    statement = select(MembershipApplication).where(
        MembershipApplication.association_id == association_id,
        MembershipApplication.organisation_id == organisation_id,
        MembershipApplication.state.in_(OPEN),
    )
    return session.scalars(statement).one_or_none()


def applications_at_desk(association_id: int, state: ApplicationState | None) -> Select[MembershipApplication]:
    """Select the applications to an association: those in a state, or those that are being handled, the oldest first."""
    statement = _applications().where(MembershipApplication.association_id == association_id)
    wanted = MembershipApplication.state == state if state else MembershipApplication.state.in_(OPEN)
    return statement.where(wanted).order_by(MembershipApplication.state_at, MembershipApplication.id)


def counts_by_state(session: Session, association_id: int) -> dict[ApplicationState, int]:
    """Return how many applications to an association are in each state."""
    statement = (
        select(MembershipApplication.state, func.count())
        .where(MembershipApplication.association_id == association_id)
        .group_by(MembershipApplication.state)
    )
    return dict(session.execute(statement).all())


def events_of(session: Session, application_id: int) -> list[ApplicationEvent]:
    """Return what happened to an application, the oldest first."""
    statement = (
        select(ApplicationEvent)
        .where(ApplicationEvent.application_id == application_id)
        .order_by(ApplicationEvent.id)
        .limit(MOST_EVENTS)
    )
    return list(session.scalars(statement))


def objections_to(session: Session, application_id: int) -> list[ApplicationObjection]:
    """Return the objections to an application, the oldest first."""
    statement = (
        select(ApplicationObjection)
        .options(joinedload(ApplicationObjection.organisation, innerjoin=True))
        .where(ApplicationObjection.application_id == application_id)
        .order_by(ApplicationObjection.id)
        .limit(MOST_EVENTS)
    )
    return list(session.scalars(statement))


def objections_waiting(session: Session, association_id: int) -> int:
    """Return how many objections to applications wait for an answer."""
    statement = (
        select(func.count(ApplicationObjection.id))
        .join(MembershipApplication, MembershipApplication.id == ApplicationObjection.application_id)
        .where(
            MembershipApplication.association_id == association_id,
            MembershipApplication.state == S.PUBLIC_NOTICE,
            ApplicationObjection.answered_at.is_(None),
        )
    )
    return session.scalar(statement) or 0


def _applications() -> Select[MembershipApplication]:
    return select(MembershipApplication).options(
        joinedload(MembershipApplication.organisation, innerjoin=True),
        joinedload(MembershipApplication.association, innerjoin=True),
        joinedload(MembershipApplication.representative, innerjoin=True),
    )


def _noticed(on: date) -> Select[MembershipApplication]:
    return (
        _applications()
        .where(MembershipApplication.state == S.PUBLIC_NOTICE, MembershipApplication.notice_until_on >= on)
        .limit(MOST_SHOWN)
    )


def _one(session: Session, statement: Select[MembershipApplication]) -> MembershipApplication:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
