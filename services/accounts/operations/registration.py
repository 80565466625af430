"""Getting an account."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from services.accounts.contacts import is_email
from services.accounts.errors import WrongCode
from services.accounts.models import CodePurpose, Person
from services.accounts.operations.codes import send_code, spend_code
from services.accounts.operations.sign_ins import Entry, begin
from services.accounts.passwords import NewPassword
from services.accounts.queries import person_by_contact
from services.accounts.rules import TERMS
from services.core.errors import RuleBroken
from services.core.work import Work


def start_registration(work: Work, contact: str, *, locale: str) -> None:
    """Promise a code to ``contact``; whoever has an account under it is told so instead, and nobody else is.

    Raises TooManyCodes.
    """
    known = person_by_contact(work.session, contact)
    send_code(work, contact, CodePurpose.REGISTER, locale=locale, opens=known is None)
    if known is not None:
        work.later("mail.contact_known", contact=contact, locale=known.locale)


def register(
    work: Work, contact: str, code: str, *, name: str, password: NewPassword, locale: str, browser: str
) -> Entry | RuleBroken:
    """Add a person who has proved ``contact`` and agreed to the terms of use, and sign them in."""
    refusal = spend_code(work, contact, CodePurpose.REGISTER, code)
    if refusal is not None:
        return refusal
    person = Person(
        email=contact if is_email(contact) else None,
        mobile=None if is_email(contact) else contact,
        name=name,
        password_hash=password.hash,
        password_changed_at=work.now,
        locale=locale,
        created_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(person)
    except IntegrityError:
        return WrongCode()  # another account has taken the contact since the code was sent
    work.record("person.registered", person, terms=TERMS, by="e-mail" if is_email(contact) else "mobile")
    return begin(work, person, browser=browser)
