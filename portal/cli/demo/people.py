"""Second stage: people under role names, what they may do where, and the licences that were or are to be checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row
from services.accounts.models import Person
from services.core.permissions import Role
from services.organisations.models import Membership, Organisation, OrgState, OrgType, Verification, VerificationState
from services.organisations.particulars import VERIFIED_FACTS

JOINED = timedelta(days=110)
OFFICER_OF = {"320": "o01_officer", "321": "o01_officer", "420": "o04_officer"}
ASKED_AGAIN = {
    "G08": {"org_type": OrgType.SUPPLIER},
    "A10": {"name": "示例·机加小微车间（更名）"},
}
"""Firms that were verified and have asked for a change of what was verified; it waits in the queue."""
SENT_BACK = {"G21": "营业执照照片模糊，看不清成立日期，请重新拍照上传。"}


def load_people(loading: Loading, password_hash: str) -> None:
    """Enter the people of the demonstration, all with one password, and their roles."""
    people = loading.add_missing(loading.sheet("people"), Person.login, "login", _person(loading, password_hash))
    organisations = loading.ids(Organisation.key, Organisation.id)
    roles = [
        Membership(
            person_id=person.id,
            organisation_id=organisations[key],
            role=Role(role),
            started_at=loading.work.now - JOINED,
        )
        for row, person in people
        for key, role in (pair.split(":") for pair in row["roles"].split())
    ]
    loading.work.session.add_all(roles)
    loading.work.session.flush()  # the licences below are entered by people who hold a role
    loading.count(roles)
    _enter_licences(loading)


def _person(loading: Loading, password_hash: str):
    joined = loading.work.now - JOINED

    def make(row: Row) -> Person:
        reach: dict[str, Any] = {"mobile": row["mobile"]} if row["mobile"] else {"email": f"{row['login']}@example.org"}
        return Person(
            login=row["login"],
            name=row["name"],
            password_hash=password_hash,
            password_changed_at=joined,
            created_at=joined,
            is_demo=True,
            **reach,
        )

    return make


def _enter_licences(loading: Loading) -> None:
    """Give every enterprise without one its history of checks; what is submitted or changing waits in the queue."""
    session = loading.work.session
    people = loading.ids(Person.login, Person.id)
    checked = set(session.scalars(select(Verification.organisation_id).distinct()))
    for row in loading.sheet("enterprises"):
        organisation = session.scalars(select(Organisation).where(Organisation.key == row["key"])).one()
        if organisation.id in checked:
            continue
        admin = people[f"{row['key'].lower()}_admin"]
        officer = people.get(OFFICER_OF[row["region"][:3]])
        new = [_submission(loading, organisation, admin, **facts) for facts in _history(loading, row, officer)]
        session.add_all(new)
        loading.count(new)


def _history(loading: Loading, row: Row, officer: int | None) -> list[dict[str, Any]]:
    """Return the submissions of an enterprise, oldest first."""
    days = loading.days
    decided = {"decided_by_id": officer}
    waiting = {"state": VerificationState.WAITING}
    if row["key"] in SENT_BACK:
        returned = {"state": VerificationState.RETURNED, "reason": SENT_BACK[row["key"]], **decided}
        return [
            {**returned, "submitted_at": days.moment("-5 10:20"), "decided_at": days.moment("-4 09:10")},
            {**waiting, "submitted_at": days.moment("-2 16:05")},
        ]
    if row["state"] == OrgState.SUBMITTED:
        return [{**waiting, "submitted_at": days.moment("-1 14:30")}]
    accepted = {"state": VerificationState.ACCEPTED, **decided}
    history = [{**accepted, "submitted_at": days.moment("-60 09:00"), "decided_at": days.moment("-58 15:00")}]
    if row["key"] in ASKED_AGAIN:
        history.append({**waiting, "submitted_at": days.moment("-3 11:00"), "changes": ASKED_AGAIN[row["key"]]})
    return history


def _submission(
    loading: Loading, organisation: Organisation, admin: int, *, changes: dict[str, str] | None = None, **facts: Any
) -> Verification:
    verified = {name: getattr(organisation, name) for name in VERIFIED_FACTS}
    return Verification(
        organisation_id=organisation.id,
        submitted_by_id=admin,
        particulars=verified | (changes or {}),
        previous=verified if changes else {},
        **facts,
    )
