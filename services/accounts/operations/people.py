"""What the operator's staff do with accounts."""

from __future__ import annotations

from services.accounts.errors import NotYourself
from services.accounts.models import Person, PersonState
from services.accounts.operations.sign_ins import end_all
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work


def disable_person(work: Work, person_id: int, *, reason: str) -> None:
    """Switch an account off: every sign-in ends, and none begins until it is enabled. What they did stays.

    Raises NotYourself. To do it twice changes nothing.
    """
    person = _managed(work, person_id)
    if person.id == work.actor.person_id:
        raise NotYourself
    if person.state is PersonState.ACTIVE:
        person.state = PersonState.DISABLED
        work.record("person.disabled", person, reason=reason, ended=end_all(work, person.id))


def enable_person(work: Work, person_id: int, *, reason: str) -> None:
    """Switch an account on again; the person signs in anew. To do it twice changes nothing."""
    person = _managed(work, person_id)
    if person.state is PersonState.DISABLED:
        person.state = PersonState.ACTIVE
        work.record("person.enabled", person, reason=reason)


def _managed(work: Work, person_id: int) -> Person:
    work.require(Permission.PERSON_MANAGE)
    person = work.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    return person
