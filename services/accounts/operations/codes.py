"""Codes that prove that a mobile number or an e-mail address is somebody's own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from services.accounts.errors import CodeWornOut, TooManyCodes, WrongCode
from services.accounts.limits import Limit, any_reached, count, queue
from services.accounts.models import AttemptKind, CodePurpose, ContactCode
from services.accounts.rules import CODE_LIFETIME, CODE_TRIES, code_hash, new_code, new_token, plain_code, token_hash
from services.core.errors import RuleBroken
from services.core.work import Work

_HOUR = timedelta(hours=1)


def send_code(
    work: Work, contact: str, purpose: CodePurpose, *, locale: str, person_id: int | None = None, opens: bool = True
) -> None:
    """Promise a code to ``contact``; older ones for the same purpose are void.

    With ``opens`` False no code is sent, and a row that no code fits takes its place: what follows looks the same.
    Raises TooManyCodes.
    """
    limits = (
        Limit(AttemptKind.CODE_SENT, f"contact {contact}", 5, _HOUR),
        Limit(AttemptKind.CODE_SENT, f"address {work.actor.address}", 20, _HOUR),
    )
    queue(work.session, limits)
    if any_reached(work.session, limits, work.now):
        raise TooManyCodes
    count(work.session, limits, work.now)
    work.session.execute(update(ContactCode).where(*_open(contact, purpose, person_id)).values(ended_at=work.now))
    code = new_code()
    work.session.add(
        ContactCode(
            contact=contact,
            purpose=purpose,
            code_hash=code_hash(contact, code) if opens else token_hash(new_token()),
            person_id=person_id,
            created_at=work.now,
            expires_at=work.now + CODE_LIFETIME,
        )
    )
    if opens:
        minutes = int(CODE_LIFETIME.total_seconds()) // 60
        work.later("mail.contact_code", contact=contact, code=code, minutes=minutes, purpose=purpose, locale=locale)


def spend_code(
    work: Work, contact: str, purpose: CodePurpose, code: str, *, person_id: int | None = None
) -> RuleBroken | None:
    """Use up the code sent to ``contact``; return None, or why it opens nothing. A try is counted."""
    latest = work.session.scalars(
        select(ContactCode)
        .where(*_open(contact, purpose, person_id), ContactCode.expires_at > work.now)
        .order_by(ContactCode.id.desc())
        .limit(1)
        .with_for_update()  # tries of the same code come one after the other
    ).one_or_none()
    if latest is None:
        return WrongCode()
    if latest.tries >= CODE_TRIES:
        return CodeWornOut()
    latest.tries += 1
    if latest.code_hash != code_hash(contact, plain_code(code)):
        return WrongCode()
    latest.ended_at = work.now
    return None


def _open(contact: str, purpose: CodePurpose, person_id: int | None) -> list[ColumnElement[bool]]:
    conditions = [
        ContactCode.contact == contact,
        ContactCode.purpose == purpose,
        ContactCode.ended_at.is_(None),
    ]
    if purpose is CodePurpose.CHANGE_CONTACT:
        conditions.append(ContactCode.person_id == person_id)
    return conditions
