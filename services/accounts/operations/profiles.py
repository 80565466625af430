"""One's own name, language, mobile number and e-mail address."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from services.accounts.contacts import is_email
from services.accounts.credentials import PasswordCheck
from services.accounts.errors import WrongCode
from services.accounts.models import CodePurpose, Person
from services.accounts.operations.codes import send_code, spend_code
from services.accounts.operations.passwords import confirm
from services.accounts.operations.telling import CONTACT_CHANGED, tell_of_change
from services.accounts.queries import person_by_contact
from services.core.errors import NotAllowed, RuleBroken
from services.core.work import Work


def edit_profile(work: Work, *, name: str, locale: str) -> None:
    """Change the actor's name and language."""
    person = _own(work)
    before = {"name": person.name, "locale": person.locale}
    person.name, person.locale = name, locale
    work.record("person.edited", person, before=before, name=name, locale=locale)


def ask_for_contact(work: Work, check: PasswordCheck, contact: str, *, locale: str) -> RuleBroken | None:
    """Promise a code to a new contact of the actor; when it is somebody else's, that person is told instead.

    Raises TooManyCodes.
    """
    refusal = confirm(work, check)
    if refusal is not None:
        return refusal
    person = _own(work)
    known = person_by_contact(work.session, contact)
    send_code(
        work,
        contact,
        CodePurpose.CHANGE_CONTACT,
        locale=locale,
        person_id=person.id,
        opens=known is None or known is person,
    )
    if known is not None and known is not person:
        work.later("mail.contact_known", contact=contact, locale=known.locale)
    return None


def change_contact(work: Work, contact: str, code: str) -> RuleBroken | None:
    """Make ``contact``, proved by its code, the actor's mobile number or e-mail address; the old one is told."""
    person = _own(work)
    refusal = spend_code(work, contact, CodePurpose.CHANGE_CONTACT, code, person_id=person.id)
    if refusal is not None:
        return refusal
    kind = "email" if is_email(contact) else "mobile"
    before = getattr(person, kind)
    try:
        with work.session.begin_nested():
            setattr(person, kind, contact)
    except IntegrityError:
        return WrongCode()  # another account has taken the contact since the code was sent
    work.record("person.contact_changed", person, changed=kind)
    tell_of_change(work, person, CONTACT_CHANGED, contact=before)
    return None


def _own(work: Work) -> Person:
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    if person is None:
        raise NotAllowed
    return person
