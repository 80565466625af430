"""Setting the second factor up and switching it off."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from services.accounts.credentials import PasswordCheck
from services.accounts.errors import OfferLapsed, WrongFactor
from services.accounts.factors import matching_step, new_recovery_codes, offered, recovery_hash
from services.accounts.models import Person, RecoveryCode, SignIn
from services.accounts.operations.factor_codes import use_step
from services.accounts.operations.passwords import confirm
from services.accounts.operations.sign_ins import Entry, end_all, replace
from services.accounts.operations.telling import (
    RECOVERY_CODES_NEW,
    SECOND_FACTOR_OFF,
    SECOND_FACTOR_ON,
    tell_of_change,
)
from services.accounts.vault import Vault
from services.core.errors import NotFound, RuleBroken
from services.core.permissions import Permission
from services.core.work import Work


@dataclass(frozen=True)
class FactorSet:
    """The second factor is on: the recovery codes, which are shown now and never again, and the new sign-in."""

    recovery_codes: list[str]
    entry: Entry


def set_factor(work: Work, vault: Vault, sealed: str, code: str, *, sign_in_id: int) -> FactorSet:
    """Ask for the offered second factor from now on; every sign-in ends, and this browser gets another.

    Raises OfferLapsed, or WrongFactor when ``code`` does not come from the offered secret.
    """
    person = work.session.get_one(SignIn, sign_in_id).person
    taken = offered(vault, sealed, person.id, work.now)
    if taken is None:
        raise OfferLapsed
    step = matching_step(taken.secret, code, work.now)
    if step is None or not use_step(work, person.id, step):
        raise WrongFactor
    person.totp_secret = vault.seal(taken.secret)
    person.totp_confirmed_at = work.now
    codes = _replace_recovery_codes(work, person)
    work.record("second_factor.set", person)
    tell_of_change(work, person, SECOND_FACTOR_ON)
    return FactorSet(codes, replace(work, sign_in_id, passed_second_factor=True))


def renew_recovery_codes(work: Work, check: PasswordCheck) -> list[str] | RuleBroken:
    """Void the actor's recovery codes and return ten new ones."""
    refusal = confirm(work, check)
    if refusal is not None:
        return refusal
    person = work.session.get_one(Person, check.person_id)
    codes = _replace_recovery_codes(work, person)
    work.record("second_factor.recovery_codes_renewed", person)
    tell_of_change(work, person, RECOVERY_CODES_NEW)
    return codes


def switch_factor_off(work: Work, check: PasswordCheck, *, sign_in_id: int) -> Entry | RuleBroken:
    """Stop asking the actor for a second factor; every sign-in ends, and this browser gets another."""
    refusal = confirm(work, check)
    if refusal is not None:
        return refusal
    _clear(work, work.session.get_one(Person, check.person_id))
    return replace(work, sign_in_id, passed_second_factor=False)


def clear_factor(work: Work, person_id: int, *, reason: str) -> None:
    """Stop asking a person for a second factor that they have lost, decided by staff; their sign-ins end."""
    work.require(Permission.PERSON_MANAGE)
    person = work.session.get(Person, person_id)
    if person is None:
        raise NotFound
    _clear(work, person, reason=reason)
    end_all(work, person.id)


def _clear(work: Work, person: Person, **facts: str) -> None:
    person.totp_secret = person.totp_confirmed_at = None  # the last step stays: it is not used twice
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    work.record("second_factor.cleared", person, **facts)
    tell_of_change(work, person, SECOND_FACTOR_OFF)


def _replace_recovery_codes(work: Work, person: Person) -> list[str]:
    codes = new_recovery_codes()
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    work.session.add_all(RecoveryCode(person_id=person.id, code_hash=recovery_hash(person.id, code)) for code in codes)
    return codes
