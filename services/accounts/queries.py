"""Reads about people and sign-ins."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from services.accounts.contacts import canonical_mobile, is_email
from services.accounts.models import Person, PersonState, RecoveryCode, SignIn
from services.accounts.rules import ABSOLUTE_LIMIT, IDLE_LIMIT, SECOND_FACTOR_WITHIN, is_live, token_hash

MOST_SIGN_INS = 50
_REMEMBERED = timedelta(days=90)
_UNENDED = (  # asked for by every page
    select(SignIn)
    .join(SignIn.person)
    .options(contains_eager(SignIn.person))
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None))
)


def live_sign_in(session: Session, token: str, now: datetime) -> SignIn | None:
    """Return the sign-in behind ``token`` with its person.

    None when it ended or timed out, its second factor is still asked for, or the person is disabled.
    """
    found = session.scalars(_UNENDED, {"token_hash": token_hash(token)}).one_or_none()
    if found is None or found.person.state is not PersonState.ACTIVE:
        return None
    if found.person.has_second_factor and not found.passed_second_factor:
        return None
    return found if is_live(found.started_at, found.seen_at, now) else None


def waiting_sign_in(session: Session, token: str, now: datetime, *, lock: bool = False) -> SignIn | None:
    """Return the sign-in behind ``token`` that waits for its second factor; ``lock`` keeps rivals waiting."""
    statement = _UNENDED.where(
        SignIn.passed_second_factor.is_(False),
        SignIn.started_at > now - SECOND_FACTOR_WITHIN,
        Person.totp_confirmed_at.is_not(None),
        Person.state == PersonState.ACTIVE,
    )
    statement = statement.with_for_update(of=SignIn) if lock else statement
    return session.scalars(statement, {"token_hash": token_hash(token)}).one_or_none()


def live_sign_ins(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """Return where a person is signed in, the latest seen first."""
    statement = (
        select(SignIn)
        .join(SignIn.person)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > now - IDLE_LIMIT,
            SignIn.started_at > now - ABSOLUTE_LIMIT,
            or_(SignIn.passed_second_factor, Person.totp_confirmed_at.is_(None)),
        )
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        .limit(MOST_SIGN_INS)
    )
    return list(session.scalars(statement))


def person_by_contact(session: Session, contact: str) -> Person | None:
    """Return whose canonical mobile number or e-mail address ``contact`` is."""
    return session.scalars(select(Person).where(_has_contact(contact))).one_or_none()


def person_by_login(session: Session, login: str) -> Person | None:
    """Return who signs in with the canonical ``login``: a mobile number, an e-mail address or a login name."""
    named = Person.login == login
    key = _has_contact(login) if is_email(login) or canonical_mobile(login) else named
    return session.scalars(select(Person).where(key)).one_or_none()


def has_used_address(session: Session, person_id: int, address: str, now: datetime) -> bool:
    """Tell whether a person has signed in from ``address`` within three months."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    and_(
                        SignIn.person_id == person_id,
                        SignIn.address == address,
                        SignIn.started_at > now - _REMEMBERED,
                    )
                )
            )
        )
    )


def recovery_codes_left(session: Session, person_id: int) -> int:
    """Return how many recovery codes a person has not used."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def _has_contact(contact: str) -> ColumnElement[bool]:
    return Person.email == contact if is_email(contact) else Person.mobile == contact
