"""Colleagues: invited, given another role, dismissed. Whoever is dismissed is out at the next click."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, or_, select, update

from services.accounts.models import Person
from services.accounts.rules import token_hash
from services.core import links
from services.core.errors import NotAllowed, NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.errors import (
    HasRoleAlready,
    InvitationOver,
    InvitedAlready,
    InvitedAnother,
    LastAdministrator,
    NotVerifiedYet,
    RoleUnfit,
    TooManyInvitations,
)
from services.organisations.models import Invitation, Membership, Organisation
from services.organisations.roles import ADMINISTRATOR_OF, SELF_REGISTERED, fits
from services.organisations.scope import locked, staffed

INVITATION_LASTS = timedelta(days=7)
A_DAY = timedelta(days=1)
MOST_INVITATIONS_A_DAY = 30
MOST_LETTERS_TO_ONE_A_DAY = 3


def invite(work: Work, organisation_id: int, *, contact: str, role: Role, locale: str) -> Invitation:
    """Send a link, valid for seven days, that only the owner of ``contact`` can use to take up ``role``.

    ``contact`` is canonical. Nothing here tells whether somebody has an account with it.
    """
    organisation = staffed(work, organisation_id)
    if organisation.kind in SELF_REGISTERED and not organisation.is_verified:
        raise NotVerifiedYet
    if not fits(role, organisation.kind):
        raise RoleUnfit
    _refuse_bombing(work, organisation_id, contact)
    token = secrets.token_urlsafe(32)
    assert work.actor.person_id is not None
    invitation = Invitation(
        token_hash=token_hash(token),
        organisation_id=organisation_id,
        contact=contact,
        role=role,
        invited_by_id=work.actor.person_id,
        invited_at=work.now,
        expires_at=work.now + INVITATION_LASTS,
    )
    work.session.add(invitation)
    work.session.flush()  # the letter names it
    work.record("organisation.invited", organisation, contact=contact, role=role)
    work.later("mail.invitation", invitation_id=invitation.id, token=token, locale=locale)
    return invitation


def withdraw_invitation(work: Work, invitation_id: int) -> Organisation:
    """The link opens nothing any more. Raises InvitationOver when it has been used."""
    organisation_id = work.session.scalar(select(Invitation.organisation_id).where(Invitation.id == invitation_id))
    if organisation_id is None:
        raise NotFound
    organisation = staffed(work, organisation_id)
    invitation = work.session.get_one(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationOver
    invitation.withdrawn_at = work.now
    work.record("organisation.invitation_withdrawn", organisation, contact=invitation.contact)
    return organisation


def accept_invitation(work: Work, token: str) -> Organisation:
    """The owner of the invited contact holds the role from now on. Raises InvitationOver or InvitedAnother."""
    invitation = work.session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash(token))
    ).one_or_none()
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    if invitation is None or person is None:
        raise NotFound
    if invitation.contact not in {person.mobile, person.email}:
        raise InvitedAnother
    organisation = locked(work, invitation.organisation_id)
    work.session.refresh(invitation)
    if not invitation.is_open(work.now):
        raise InvitationOver
    if not fits(invitation.role, organisation.kind):
        raise RoleUnfit
    invitation.accepted_at, invitation.accepted_by_id = work.now, person.id
    appoint(work, organisation, person.id, invitation.role)
    work.tell(
        invitation.invited_by_id,
        N_("%(name)s has accepted the invitation to act for %(organisation)s."),
        link=links.colleagues(),
        name=person.name,
        organisation=organisation.label,
    )
    return organisation


def appoint(work: Work, organisation: Organisation, person_id: int, role: Role) -> None:
    """The person holds ``role`` from now on, if not already."""
    is_new = insert_unless_taken(
        work.session,
        Membership,
        person_id=person_id,
        organisation_id=organisation.id,
        role=role,
        started_at=work.now,
    )
    if is_new:
        work.record("organisation.appointed", organisation, appointed_id=person_id, role=role)


def change_role(work: Work, membership_id: int, role: Role) -> None:
    """The person holds ``role`` instead; the history keeps the old one. Raises LastAdministrator."""
    organisation_id = work.session.scalar(select(Membership.organisation_id).where(Membership.id == membership_id))
    if organisation_id is None:
        raise NotFound
    organisation = staffed(work, organisation_id)
    membership = work.session.get_one(Membership, membership_id, populate_existing=True)
    if membership.ended_at is not None:
        raise NotFound
    if not fits(role, organisation.kind):
        raise RoleUnfit
    if membership.role is role:
        return
    others = [one.role for one in _held_by(work, organisation_id, membership.person_id) if one.id != membership_id]
    if role in others:
        raise HasRoleAlready
    _refuse_to_lose_the_last(work, organisation, [membership], instead=role)
    _end(work, membership)
    work.session.flush()  # the ended row makes room for the new one
    appoint(work, organisation, membership.person_id, role)
    work.tell(
        membership.person_id,
        N_("Your role at %(organisation)s has been changed."),
        link=links.my_organisation(),
        organisation=organisation.label,
    )


def dismiss(work: Work, organisation_id: int, person_id: int) -> None:
    """The person holds no role in the organisation any more; anybody may so leave himself. Raises LastAdministrator.

    Open invitations to the person are withdrawn, so that none of them is a way back.
    """
    leaves = person_id == work.actor.person_id and organisation_id == work.actor.organisation_id
    organisation = locked(work, organisation_id) if leaves else staffed(work, organisation_id)
    held = _held_by(work, organisation_id, person_id)
    if not held:
        raise NotFound
    _refuse_to_lose_the_last(work, organisation, held)
    for membership in held:
        _end(work, membership)
    person = work.session.get_one(Person, person_id)
    work.session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            or_(Invitation.contact == person.mobile, Invitation.contact == person.email),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=work.now)
    )
    work.record(
        "organisation.dismissed",
        organisation,
        dismissed_id=person_id,
        name=person.name,
        roles=[membership.role for membership in held],
    )


def leave(work: Work) -> None:
    """The actor leaves the active organisation. Raises LastAdministrator."""
    if work.actor.person_id is None or work.actor.organisation_id is None:
        raise NotAllowed
    dismiss(work, work.actor.organisation_id, work.actor.person_id)


def _held_by(work: Work, organisation_id: int, person_id: int) -> list[Membership]:
    statement = select(Membership).where(
        Membership.organisation_id == organisation_id,
        Membership.person_id == person_id,
        Membership.ended_at.is_(None),
    )
    return list(work.session.scalars(statement.order_by(Membership.id)))


def _end(work: Work, membership: Membership) -> None:
    membership.ended_at = work.now
    membership.ended_by_id = work.actor.person_id


def _refuse_to_lose_the_last(
    work: Work, organisation: Organisation, ending: list[Membership], *, instead: Role | None = None
) -> None:
    """Raise LastAdministrator when no other person would administer the organisation, whose row is locked."""
    administrator = ADMINISTRATOR_OF.get(organisation.kind)
    if administrator is None or instead is administrator or administrator not in {one.role for one in ending}:
        return
    others = select(func.count()).where(
        Membership.organisation_id == organisation.id,
        Membership.role == administrator,
        Membership.ended_at.is_(None),
        Membership.id.not_in([one.id for one in ending]),
    )
    if not work.session.scalar(others):
        raise LastAdministrator


def _refuse_bombing(work: Work, organisation_id: int, contact: str) -> None:
    """Raise when the contact is invited already, or letters are sent out by the dozen."""
    lately = select(func.count()).select_from(Invitation).where(Invitation.invited_at > work.now - A_DAY)
    open_one = select(Invitation.id).where(
        Invitation.organisation_id == organisation_id,
        Invitation.contact == contact,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > work.now,
    )
    if work.session.scalars(open_one.limit(1)).first() is not None:
        raise InvitedAlready
    by_us = work.session.scalar(lately.where(Invitation.organisation_id == organisation_id)) or 0
    to_them = work.session.scalar(lately.where(Invitation.contact == contact)) or 0
    if by_us >= MOST_INVITATIONS_A_DAY or to_them >= MOST_LETTERS_TO_ONE_A_DAY:
        raise TooManyInvitations
