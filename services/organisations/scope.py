"""Loads rows for change, within the reach of the actor."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.permissions import Permission, Role
from services.core.work import Work
from services.organisations.errors import OwnCase
from services.organisations.models import Membership, Organisation, OrgKind
from services.organisations.rules import region_prefix

_RUN_BY_THE_PLATFORM = {OrgKind.DEPARTMENT, OrgKind.OPERATOR}


def locked(work: Work, organisation_id: int) -> Organisation:
    """Return the organisation, held against other changes until the work ends. Raises NotFound."""
    found = work.session.get(Organisation, organisation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def staffed(work: Work, organisation_id: int) -> Organisation:
    """Return the organisation whose people the actor administers, locked.

    The people of departments and of the operator are the platform's business.
    """
    if not work.actor.may(Permission.PERSON_MANAGE):
        work.require(Permission.ORGANISATION_STAFF, scope=organisation_id)
    organisation = locked(work, organisation_id)
    if organisation.kind in _RUN_BY_THE_PLATFORM:
        work.require(Permission.PERSON_MANAGE)
    else:
        work.require(Permission.ORGANISATION_STAFF, scope=organisation_id)
    return organisation


def administers(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor may change who belongs to ``organisation``."""
    if organisation.kind in _RUN_BY_THE_PLATFORM:
        return actor.may(Permission.PERSON_MANAGE)
    return actor.may(Permission.ORGANISATION_STAFF, organisation.id)


def verifiable(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return the condition on Organisation that keeps a department to its own region; the platform sees all."""
    if actor.is_system or Role.SYSADMIN in actor.roles:
        return true()
    own = session.scalar(select(Organisation.region_code).where(Organisation.id == actor.organisation_id))
    if not own:
        return false()
    return Organisation.region_code.startswith(region_prefix(own), autoescape=True)


def refuse_own_case(work: Work, organisation_id: int) -> None:
    """Raise OwnCase when the actor is one of the organisation's people."""
    belongs = select(Membership.id).where(
        Membership.organisation_id == organisation_id,
        Membership.person_id == work.actor.person_id,
        Membership.ended_at.is_(None),
    )
    if work.session.scalars(belongs.limit(1)).first() is not None:
        raise OwnCase
