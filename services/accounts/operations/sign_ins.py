"""Signing in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, update

from services.accounts.credentials import PasswordCheck
from services.accounts.errors import AccountDisabled, SignInLapsed, TooManyTries, WrongCredentials, WrongFactor
from services.accounts.limits import Limit, any_reached, count, forget, queue
from services.accounts.models import AttemptKind, Person, PersonState, SignIn
from services.accounts.operations.factor_codes import use_code
from services.accounts.queries import waiting_sign_in
from services.accounts.rules import SEEN_EVERY, new_token, token_hash
from services.accounts.vault import Vault
from services.core.errors import NotFound, RuleBroken
from services.core.permissions import Permission
from services.core.work import Work

_LONGEST_BROWSER = 200


@dataclass(frozen=True)
class Entry:
    """A sign-in that has begun: the token for the cookie, and whether a second factor is still asked for."""

    token: str
    needs_second_factor: bool = False


def admit(work: Work, check: PasswordCheck) -> RuleBroken | None:
    """Return None when the password was right and is still the stored one; a failure is counted and returned."""
    queue(work.session, check.limits)
    if any_reached(work.session, check.limits, work.now):
        return TooManyTries()
    person = work.session.get(Person, check.person_id) if check.person_id else None
    if person is None or not check.fits or person.password_hash != check.stored:
        count(work.session, check.limits, work.now)
        return WrongCredentials()
    forget(work.session, check.own_limit)
    return None


def sign_in(work: Work, check: PasswordCheck, *, browser: str) -> Entry | RuleBroken:
    """Begin a sign-in; with a second factor it opens nothing before ``pass_second_factor``."""
    refusal = admit(work, check)
    if refusal is not None:
        return refusal
    person = work.session.get_one(Person, check.person_id)
    if person.state is not PersonState.ACTIVE:
        return AccountDisabled()
    return begin(work, person, browser=browser)


def pass_second_factor(work: Work, vault: Vault, token: str, code: str) -> Entry | RuleBroken:
    """End the waiting sign-in behind ``token`` and begin one that opens everything, under another token."""
    waiting = waiting_sign_in(work.session, token, work.now, lock=True)
    if waiting is None:
        return SignInLapsed()
    person = waiting.person
    by_person = Limit(AttemptKind.SECOND_FACTOR, f"person {person.id}", 10, timedelta(minutes=15))
    limits = (Limit(AttemptKind.SECOND_FACTOR, f"sign-in {waiting.id}", 5, timedelta(hours=1)), by_person)
    queue(work.session, limits)
    if any_reached(work.session, limits, work.now):
        waiting.ended_at = work.now
        return TooManyTries()
    if not use_code(work, vault, person, code):
        count(work.session, limits, work.now)
        return WrongFactor()
    forget(work.session, by_person)
    waiting.ended_at = work.now
    return begin(work, person, browser=waiting.browser, passed_second_factor=True)


def begin(
    work: Work,
    person: Person,
    *,
    browser: str,
    passed_second_factor: bool = False,
    organisation_id: int | None = None,
) -> Entry:
    """Add a sign-in of ``person`` under a new token."""
    token = new_token()
    added = SignIn(
        token_hash=token_hash(token),
        person_id=person.id,
        organisation_id=organisation_id,
        started_at=work.now,
        seen_at=work.now,
        passed_second_factor=passed_second_factor,
        address=work.actor.address,
        browser=browser[:_LONGEST_BROWSER],
    )
    work.session.add(added)
    waits = person.has_second_factor and not passed_second_factor
    work.record("sign_in.waiting" if waits else "sign_in.begun", added, person_id=person.id)
    return Entry(token, needs_second_factor=waits)


def replace(work: Work, sign_in_id: int, *, passed_second_factor: bool) -> Entry:
    """End every sign-in of its person and begin one under another token, acting for the same organisation.

    Cookies that were copied before open nothing any more.
    """
    present = work.session.get_one(SignIn, sign_in_id)
    end_all(work, present.person_id)
    return begin(
        work,
        present.person,
        browser=present.browser,
        passed_second_factor=passed_second_factor,
        organisation_id=present.organisation_id,
    )


def end_all(work: Work, person_id: int, *, but: int | None = None) -> int:
    """End the sign-ins of a person, all ``but`` one; return how many ended."""
    ended = work.session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != (but or 0))
        .values(ended_at=work.now)
    )
    assert isinstance(ended, CursorResult)
    return ended.rowcount


def end_sign_in(work: Work, sign_in_id: int) -> None:
    """End one sign-in of the actor. Raises NotFound when it is somebody else's."""
    own = work.session.get(SignIn, sign_in_id)
    if own is None or own.person_id != work.actor.person_id:
        raise NotFound
    if own.ended_at is None:
        own.ended_at = work.now
        work.record("sign_in.ended", own)


def end_other_sign_ins(work: Work, sign_in_id: int) -> int:
    """End every sign-in of the actor but this one; return how many."""
    own = work.session.get(SignIn, sign_in_id)
    if own is None or own.person_id != work.actor.person_id:
        raise NotFound
    ended = end_all(work, own.person_id, but=own.id)
    work.record("sign_in.others_ended", own, count=ended)
    return ended


def end_sign_ins(work: Work, person_id: int) -> None:
    """End every sign-in of a person, decided by staff; they may sign in again."""
    work.require(Permission.PERSON_MANAGE)
    person = work.session.get(Person, person_id)
    if person is None:
        raise NotFound
    work.record("person.signed_out", person, count=end_all(work, person_id))


def note_seen(work: Work, sign_in_id: int) -> None:
    """Push the idle limit of a live sign-in away, at most every five minutes."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.seen_at < work.now - SEEN_EVERY)
        .values(seen_at=work.now)
    )
