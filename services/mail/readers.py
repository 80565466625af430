"""Who reads a letter: a person with an account, or a bare address."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services.accounts.contacts import is_email
from services.accounts.models import Person, PersonState
from services.mail.letters import DEFAULT_LOCALE, Letter


def to_person(session: Session, person_id: int, name: str, **facts: Any) -> Letter | None:
    """Return the letter ``name`` to a person, by mail or else by text; None when they may not sign in any more."""
    person = session.get(Person, person_id)
    if person is None or person.state is not PersonState.ACTIVE:
        return None
    return Letter(
        name=name,
        locale=person.locale,
        email=person.email or "",
        mobile=person.mobile or "",
        facts={"reader": person.name, "link": "", **facts},
    )


def to_contact(contact: str, name: str, locale: str = DEFAULT_LOCALE, **facts: Any) -> Letter:
    """Return the letter ``name`` to a mobile number or an e-mail address that may belong to nobody here."""
    email, mobile = (contact, "") if is_email(contact) else ("", contact)
    return Letter(name=name, locale=locale, email=email, mobile=mobile, facts={"reader": "", "link": "", **facts})
