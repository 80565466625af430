"""Changing a password, with the present one or with a code."""

from __future__ import annotations

from services.accounts.credentials import PasswordCheck
from services.accounts.errors import WrongCode, WrongCredentials, WrongPassword
from services.accounts.models import CodePurpose, Person, PersonState, SignIn
from services.accounts.operations.codes import send_code, spend_code
from services.accounts.operations.sign_ins import Entry, admit, end_all, replace
from services.accounts.operations.telling import tell_of_password
from services.accounts.passwords import NewPassword
from services.accounts.queries import person_by_contact
from services.core.errors import RuleBroken
from services.core.work import Work


def confirm(work: Work, check: PasswordCheck) -> RuleBroken | None:
    """Return None when a signed-in person gave their present password; a failure is counted and returned."""
    assert check.person_id == work.actor.person_id
    refusal = admit(work, check)
    return WrongPassword() if isinstance(refusal, WrongCredentials) else refusal


def change_password(work: Work, check: PasswordCheck, new: NewPassword, *, sign_in_id: int) -> Entry | RuleBroken:
    """Give the actor a new password; every sign-in ends, and this browser gets another."""
    refusal = confirm(work, check)
    if refusal is not None:
        return refusal
    own = work.session.get_one(SignIn, sign_in_id)
    _set(work, own.person, new)
    return replace(work, sign_in_id, passed_second_factor=own.passed_second_factor)


def ask_for_reset(work: Work, contact: str, *, locale: str) -> None:
    """Promise a code to the person behind ``contact``, if there is one; nobody is told whether there is.

    Raises TooManyCodes.
    """
    person = person_by_contact(work.session, contact)
    known = person is not None and person.state is PersonState.ACTIVE
    send_code(work, contact, CodePurpose.RESET, locale=locale, opens=known)


def reset_password(work: Work, contact: str, code: str, new: NewPassword) -> RuleBroken | None:
    """Give whoever proved ``contact`` a new password; every sign-in ends."""
    refusal = spend_code(work, contact, CodePurpose.RESET, code)
    if refusal is not None:
        return refusal
    person = person_by_contact(work.session, contact)
    if person is None or person.state is not PersonState.ACTIVE:
        return WrongCode()
    _set(work, person, new)
    end_all(work, person.id)
    return None


def _set(work: Work, person: Person, new: NewPassword) -> None:
    person.password_hash = new.hash
    person.password_changed_at = work.now
    work.record("person.password_changed", person)
    tell_of_password(work, person)
