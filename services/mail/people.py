"""Letters about accounts and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.core import links
from services.mail.letters import DEFAULT_LOCALE, Letter
from services.mail.readers import to_contact, to_person
from services.organisations.models import Invitation, Organisation, Verification, VerificationState


def contact_code(
    _session: Session, *, contact: str, code: str, minutes: int, purpose: str = "", locale: str = DEFAULT_LOCALE
) -> Letter:
    """A code proves that a number or address is one's own."""
    return to_contact(contact, "accounts/contact_code", locale, code=code, minutes=minutes, purpose=purpose)


def contact_known(_session: Session, *, contact: str, locale: str = DEFAULT_LOCALE) -> Letter:
    """Somebody registered with a contact that has an account: only its owner is told."""
    return to_contact(contact, "accounts/contact_known", locale, link=links.forgotten_password())


def password_changed(session: Session, *, person_id: int) -> Letter | None:
    """The owner learns that the password was changed."""
    return to_person(session, person_id, "accounts/password_changed", link=links.forgotten_password())


def invitation(session: Session, *, invitation_id: int, token: str, locale: str = DEFAULT_LOCALE) -> Letter | None:
    """A colleague is invited; None when the invitation was withdrawn or accepted meanwhile."""
    row = session.get(Invitation, invitation_id)
    if row is None or row.withdrawn_at or row.accepted_at:
        return None
    return to_contact(
        row.contact,
        "organisations/invitation",
        locale,
        organisation=session.get_one(Organisation, row.organisation_id).name,
        inviter=session.get_one(Person, row.invited_by_id).name,
        expires_at=row.expires_at,
        link=links.invitation(token),
    )


def verification_decided(session: Session, *, verification_id: int) -> Letter | None:
    """Whoever submitted the particulars learns what the verifier decided."""
    row = session.get_one(Verification, verification_id)
    return to_person(
        session,
        row.submitted_by_id,
        "organisations/verification_decided",
        organisation=row.organisation.name,
        accepted=row.state is VerificationState.ACCEPTED,
        reason=row.reason,
        link=links.my_organisation(),
    )


def plain(
    session: Session,
    *,
    name: str,
    person_id: int | None = None,
    contact: str = "",
    locale: str = DEFAULT_LOCALE,
    facts: Mapping[str, Any] | None = None,
    link: str = "",
) -> Letter | None:
    """Any letter whose facts were known when it was promised."""
    words = {**(facts or {}), "link": link}
    return (
        to_contact(contact, name, locale, **words)
        if person_id is None
        else to_person(session, person_id, name, **words)
    )
