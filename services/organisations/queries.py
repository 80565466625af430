"""Reads about organisations, their people and their verification."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, bindparam, false, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from services.accounts.models import Person
from services.accounts.rules import token_hash
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.files import Attachment
from services.core.permissions import GRANTS, Permission, Role
from services.organisations.models import (
    Invitation,
    JoinKind,
    JoinRequest,
    JoinState,
    Membership,
    Organisation,
    OrgState,
    Region,
    Verification,
)
from services.organisations.roles import ADMINISTRATOR_OF
from services.organisations.scope import administers, verifiable

MOST_REGIONS = 500
MOST_OPEN = 100
MOST_FORMER = 50
MOST_DEMO_SIGN_INS = 200
_CLIENTS = (Role.ENT_ADMIN, Role.ENT_USER)


_LIVE = (  # asked for by every page
    select(Membership)
    .join(Membership.organisation)
    .options(contains_eager(Membership.organisation))
    .where(
        Membership.person_id == bindparam("person_id"),
        Membership.ended_at.is_(None),
        Organisation.state != OrgState.SUSPENDED,
    )
    .order_by(Membership.id)
)


def live_memberships(session: Session, person_id: int) -> list[Membership]:
    """Return the roles a person holds now, with their organisations, oldest first."""
    return list(session.scalars(_LIVE, {"person_id": person_id}))


def demo_memberships(session: Session) -> list[Membership]:
    """Return what the invented people of a demonstration do, firms first, for the list on its sign-in page."""
    statement = (
        select(Membership)
        .join(Membership.person)
        .join(Membership.organisation)
        .options(contains_eager(Membership.person), contains_eager(Membership.organisation))
        .where(Person.is_demo, Person.login.is_not(None), Membership.ended_at.is_(None))
        .order_by(Membership.role.not_in(_CLIENTS), Membership.organisation_id, Membership.id)
        .limit(MOST_DEMO_SIGN_INS)
    )
    return list(session.scalars(statement))


def regions(session: Session) -> list[Region]:
    """Return the counties, districts and towns in which an organisation may be."""
    return list(session.scalars(select(Region).order_by(Region.code).limit(MOST_REGIONS)))


def region_name(session: Session, code: str | None) -> str:
    """Return what a region is called; nothing for none."""
    region = session.get(Region, code) if code else None
    return region.name if region else ""


def organisation_with_code(session: Session, code: str) -> Organisation | None:
    """Return the organisation that has a credit code; to strangers it shows its name and nothing more."""
    return session.scalars(
        select(Organisation).where(Organisation.credit_code == code, Organisation.state != OrgState.SUSPENDED)
    ).one_or_none()


def has_administrator(session: Session, organisation: Organisation) -> bool:
    """Tell whether somebody is there to decide about requests to join."""
    statement = select(Membership.id).where(
        Membership.organisation_id == organisation.id,
        Membership.role == ADMINISTRATOR_OF.get(organisation.kind),
        Membership.ended_at.is_(None),
    )
    return session.scalars(statement.limit(1)).first() is not None


def colleagues(organisation_id: int) -> Select[Membership]:
    """Select who holds a role in the organisation, each role once, by the name of the person."""
    return (
        select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(Person.name, Membership.person_id, Membership.id)
    )


def former_colleagues(session: Session, organisation_id: int) -> list[Membership]:
    """Return the last roles that have ended; leaving takes nobody's name out of the history."""
    statement = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_not(None))
        .order_by(Membership.ended_at.desc(), Membership.id.desc())
        .limit(MOST_FORMER)
    )
    return list(session.scalars(statement))


def open_invitations(session: Session, organisation_id: int, now: datetime) -> list[Invitation]:
    """Return the invitations that may still be accepted, newest first."""
    statement = (
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
        .limit(MOST_OPEN)
    )
    return list(session.scalars(statement))


def invitation_behind(session: Session, token: str) -> Invitation | None:
    """Return the invitation whose link carries ``token``, with what its page shows."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))
        .where(Invitation.token_hash == token_hash(token))
    )
    return session.scalars(statement).one_or_none()


def waiting_joins(session: Session, organisation_id: int) -> list[JoinRequest]:
    """Return who asks to join, oldest first."""
    statement = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.person))
        .where(
            JoinRequest.organisation_id == organisation_id,
            JoinRequest.kind == JoinKind.JOIN,
            JoinRequest.state == JoinState.WAITING,
        )
        .order_by(JoinRequest.id)
        .limit(MOST_OPEN)
    )
    return list(session.scalars(statement))


def own_requests(session: Session, person_id: int) -> list[JoinRequest]:
    """Return what a person has asked for, newest first."""
    statement = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.organisation))
        .where(JoinRequest.person_id == person_id)
        .order_by(JoinRequest.id.desc())
        .limit(MOST_FORMER)
    )
    return list(session.scalars(statement))


def administered_membership(session: Session, actor: Actor, membership_id: int) -> Membership:
    """Return a role that is held now, to whoever administers its organisation. Raises NotFound for everybody else."""
    statement = (
        select(Membership)
        .options(joinedload(Membership.organisation), joinedload(Membership.person))
        .where(Membership.id == membership_id, Membership.ended_at.is_(None))
    )
    found = session.scalars(statement).one_or_none()
    if found is None or not administers(actor, found.organisation):
        raise NotFound
    return found


def administered_join(session: Session, actor: Actor, request_id: int) -> JoinRequest:
    """Return a request to join, to whoever administers its organisation. Raises NotFound for everybody else."""
    statement = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.organisation), joinedload(JoinRequest.person))
        .where(JoinRequest.id == request_id, JoinRequest.kind == JoinKind.JOIN)
    )
    found = session.scalars(statement).one_or_none()
    if found is None or not administers(actor, found.organisation):
        raise NotFound
    return found


def verifications_of(session: Session, organisation_id: int) -> list[Verification]:
    """Return the submissions of an organisation with what was decided, newest first."""
    statement = (
        select(Verification)
        .options(joinedload(Verification.submitted_by), joinedload(Verification.decided_by))
        .where(Verification.organisation_id == organisation_id)
        .order_by(Verification.id.desc())
        .limit(MOST_FORMER)
    )
    return list(session.scalars(statement))


def readable_licence(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """Return a licence that was handed in: to its own organisation, the verifier, and whoever claimed with it.

    Raises NotFound for everybody else, as for a file that does not exist.
    """
    submitted = (
        select(Organisation.id)
        .join(Verification, Verification.organisation_id == Organisation.id)
        .where(Verification.licence_id == attachment_id)
    )
    if actor.may(Permission.ORGANISATION_VERIFY):
        submitted = submitted.where(or_(verifiable(session, actor), Organisation.id == actor.organisation_id))
    elif actor.may(Permission.ORGANISATION_EDIT):
        submitted = submitted.where(Organisation.id == actor.organisation_id)
    else:
        submitted = submitted.where(false())
    claimed = select(JoinRequest.id).where(JoinRequest.licence_id == attachment_id)
    if not actor.may(Permission.PERSON_MANAGE):
        claimed = claimed.where(JoinRequest.person_id == actor.person_id)
    attachment = session.scalars(
        select(Attachment).where(Attachment.id == attachment_id, or_(submitted.exists(), claimed.exists()))
    ).one_or_none()
    if attachment is None:
        raise NotFound
    return attachment


def holders_of(permission: Permission, organisation_id: int | None = None) -> Select[int]:
    """Select the people who hold ``permission`` now, in one organisation or in any, each once."""
    roles = [role for role in Role if permission in GRANTS[role]]
    statement = select(Membership.person_id).where(Membership.role.in_(roles), Membership.ended_at.is_(None))
    if organisation_id is not None:
        statement = statement.where(Membership.organisation_id == organisation_id)
    return statement.distinct().order_by(Membership.person_id)


def acts_for(session: Session, person_id: int, organisation_id: int) -> bool:
    """Tell whether a person holds a role in the organisation now."""
    statement = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    return session.scalar(statement.limit(1)) is not None
