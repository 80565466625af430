"""Comparing a typed password with the stored one, outside the transaction that acts on it: hashing is slow on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.accounts.contacts import canonical_login
from services.accounts.limits import Limit, any_reached
from services.accounts.models import AttemptKind, Person
from services.accounts.passwords import fits
from services.accounts.queries import has_used_address, person_by_login

_WINDOW = timedelta(minutes=15)
_MOST_BY_PAIR, _MOST_BY_ACCOUNT, _MOST_BY_ADDRESS = 5, 25, 50


@dataclass(frozen=True)
class PasswordCheck:
    """What came of comparing: for whom, with which stored hash, and the limits that count a failure.

    The operation that acts on it looks again whether the hash is still that one and no limit has been reached.
    """

    person_id: int | None
    stored: str | None
    fits: bool
    limits: tuple[Limit, ...]

    @property
    def own_limit(self) -> Limit:
        """The limit of this account from this address; a right password lifts it."""
        return self.limits[0]


def check_sign_in(session: Session, login: str, password: str, address: str, now: datetime) -> PasswordCheck:
    """Compare what somebody typed to sign in. For an unknown account it takes as long as for a known one."""
    name = canonical_login(login)
    person = person_by_login(session, name)
    return _check(session, person, f"person {person.id}" if person else f"login {name}", password, address, now)


def check_present(session: Session, person: Person, password: str, address: str, now: datetime) -> PasswordCheck:
    """Compare the password that a signed-in person was asked for again."""
    return _check(session, person, f"person {person.id}", password, address, now)


def _check(
    session: Session, person: Person | None, account: str, password: str, address: str, now: datetime
) -> PasswordCheck:
    limits = [
        Limit(AttemptKind.SIGN_IN, f"{account} at {address}", _MOST_BY_PAIR, _WINDOW),
        Limit(AttemptKind.SIGN_IN, f"address {address}", _MOST_BY_ADDRESS, _WINDOW),
    ]
    if person is None or not has_used_address(session, person.id, address, now):
        # Whoever attacks an account from many places must not keep its owner out of their usual one.
        limits.append(Limit(AttemptKind.SIGN_IN, account, _MOST_BY_ACCOUNT, _WINDOW))
    stored = person.password_hash if person else None
    right = not any_reached(session, limits, now) and fits(password, stored)
    return PasswordCheck(person.id if person else None, stored, right, tuple(limits))
