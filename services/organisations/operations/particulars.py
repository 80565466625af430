"""Entering an organisation and keeping its particulars."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from services.core.errors import ChangedMeanwhile, NotAllowed, RuleBroken, RulesBroken
from services.core.locks import hold
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.organisations import rules
from services.organisations.errors import (
    CodeTaken,
    LicenceNeeded,
    LockedWhileWaiting,
    Missing,
    NotSelfRegistered,
    TooManyWaiting,
)
from services.organisations.models import Membership, Organisation, OrgKind, OrgState
from services.organisations.operations.submitting import propose
from services.organisations.particulars import VERIFIED_FACTS, Particulars, faults_of
from services.organisations.roles import ADMINISTRATOR_OF, SELF_REGISTERED
from services.organisations.scope import locked

MOST_UNVERIFIED = 5


def register(work: Work, particulars: Particulars, *, kind: OrgKind = OrgKind.ENTERPRISE) -> Organisation:
    """Enter a draft whose administrator is the actor. Raises CodeTaken, and RulesBroken with every other fault."""
    person_id = work.actor.person_id
    if person_id is None:
        raise NotAllowed
    faults = faults_of(work.session, particulars, work.today)
    if kind not in SELF_REGISTERED:
        faults.append(NotSelfRegistered())
    if faults:
        raise RulesBroken(faults)
    _refuse_hoarding(work, person_id)
    refuse_taken_code(work, particulars.credit_code)
    organisation = Organisation(kind=kind, state=OrgState.DRAFT, created_at=work.now, name_key="")
    _fill(organisation, asdict(particulars))
    work.session.add(organisation)
    work.session.flush()  # the membership needs its id
    work.session.add(
        Membership(
            person_id=person_id,
            organisation_id=organisation.id,
            role=ADMINISTRATOR_OF[kind],
            started_at=work.now,
        )
    )
    work.record("organisation.registered", organisation, name=organisation.name, credit_code=organisation.credit_code)
    return organisation


def edit(
    work: Work, organisation_id: int, particulars: Particulars, *, version: int, licence: Upload | None, folder: Path
) -> Organisation:
    """Store changed particulars; what was verified changes only after it has been verified again.

    Raises ChangedMeanwhile when ``version`` is not the stored one any more, RulesBroken with every fault.
    """
    work.require(Permission.ORGANISATION_EDIT, scope=organisation_id)
    organisation = locked(work, organisation_id)
    if organisation.version != version:
        raise ChangedMeanwhile
    before = Particulars.of(organisation)
    changes = particulars.differing(before)
    verified = {name: changes[name] for name in VERIFIED_FACTS if name in changes}
    if faults := faults_of(work.session, particulars, work.today) + _faults_of_change(organisation, verified, licence):
        raise RulesBroken(faults)
    if "credit_code" in verified:
        refuse_taken_code(work, particulars.credit_code, unless=organisation_id)
    if verified and organisation.state is OrgState.VERIFIED:
        propose(work, organisation, particulars, licence=licence, folder=folder)
        organisation.state = OrgState.CHANGING
        changes = {name: value for name, value in changes.items() if name not in VERIFIED_FACTS}
    _fill(organisation, changes)
    organisation.version += 1
    stored = asdict(before)
    work.changed("enterprise", organisation.id)
    work.record(
        "organisation.edited",
        organisation,
        before={name: stored[name] for name in changes},
        after=changes,
        proposed=verified if organisation.state is OrgState.CHANGING else {},
    )
    return organisation


def refuse_taken_code(work: Work, code: str | None, *, unless: int | None = None) -> None:
    """Raise CodeTaken when another organisation has ``code``; nobody else takes it until this work ends."""
    if code is None:
        return
    hold(work.session, f"credit code {code}")
    owner = work.session.scalar(select(Organisation.id).where(Organisation.credit_code == code))
    if owner is not None and owner != unless:
        raise CodeTaken


def _fill(organisation: Organisation, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(organisation, name, value)
    if "contact_phone" in values:
        organisation.contact_phone = rules.telephone(values["contact_phone"]) or ""
    if "name" in values:
        organisation.name_key = rules.name_key(values["name"])


def _faults_of_change(organisation: Organisation, verified: dict[str, Any], licence: Upload | None) -> list[RuleBroken]:
    faults: list[RuleBroken] = []
    if organisation.level and verified.get("credit_code", "") is None:
        faults.append(Missing(N_("Please fill in the unified social credit code."), field="credit_code"))
    if verified and organisation.state in {OrgState.SUBMITTED, OrgState.CHANGING}:
        faults.append(LockedWhileWaiting(field=next(iter(verified))))
    elif verified and organisation.state is OrgState.VERIFIED and licence is None:
        faults.append(LicenceNeeded())
    return faults


def _refuse_hoarding(work: Work, person_id: int) -> None:
    """Nobody needs many organisations that were never verified."""
    hold(work.session, f"drafts of person {person_id}")
    drafts = (
        select(func.count(Membership.organisation_id.distinct()))
        .join(Membership.organisation)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None), Organisation.level < 2)
    )
    count = work.session.scalar(drafts) or 0
    if count >= MOST_UNVERIFIED:
        raise TooManyWaiting(count=count)
