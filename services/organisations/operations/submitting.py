"""Handing particulars and licence to the verifier."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from services.core.errors import RuleBroken, RulesBroken, WrongState
from services.core.files import store
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.organisations.errors import LicenceNeeded, Missing
from services.organisations.models import Organisation, OrgState, OrgType, Verification
from services.organisations.scope import locked
from services.organisations.words import STATE_NAMES

LICENCE = "licence"

_NEEDED = {
    "credit_code": N_("Please fill in the unified social credit code."),
    "region_code": N_("Please choose the region."),
    "address": N_("Please fill in the address."),
    "contact_name": N_("Please fill in the contact person."),
    "contact_phone": N_("Please fill in the telephone number of the contact person."),
}


class VerifiedFacts(Protocol):
    """What is compared with the licence."""

    @property
    def name(self) -> str:
        """The name as it stands on the licence."""

    @property
    def credit_code(self) -> str | None:
        """The unified social credit code."""

    @property
    def org_type(self) -> OrgType:
        """Which of the five kinds of bodies."""


def submit(work: Work, organisation_id: int, *, licence: Upload | None, folder: Path) -> Verification:
    """Hand a draft, or one that was returned, to the verifier; its level becomes 1 (资料已提交).

    Without a new ``licence`` the one of the last submission is used. Raises RulesBroken with everything missing.
    """
    work.require(Permission.ORGANISATION_EDIT, scope=organisation_id)
    organisation = locked(work, organisation_id)
    if organisation.state not in {OrgState.DRAFT, OrgState.RETURNED}:
        raise WrongState(state=STATE_NAMES[organisation.state])
    faults: list[RuleBroken] = [
        Missing(sentence, field=name) for name, sentence in _NEEDED.items() if not getattr(organisation, name)
    ]
    if licence is None and _last_licence(work, organisation_id) is None:
        faults.append(LicenceNeeded())
    if faults:
        raise RulesBroken(faults)
    verification = propose(work, organisation, organisation, licence=licence, folder=folder)
    organisation.state = OrgState.SUBMITTED
    organisation.level = max(organisation.level, 1)
    work.record("organisation.submitted", organisation, verification_id=verification.id)
    return verification


def propose(
    work: Work, organisation: Organisation, wanted: VerifiedFacts, *, licence: Upload | None, folder: Path
) -> Verification:
    """Put ``wanted`` into the verifier's queue beside what is verified now."""
    if licence is None:
        licence_id = _last_licence(work, organisation.id)
    else:
        licence_id = store(work, folder, licence, organisation_id=organisation.id, purpose=LICENCE).id
    assert work.actor.person_id is not None
    verification = Verification(
        organisation_id=organisation.id,
        particulars=_facts(wanted),
        previous=_facts(organisation) if organisation.level >= 2 else {},
        licence_id=licence_id,
        submitted_by_id=work.actor.person_id,
        submitted_at=work.now,
    )
    work.session.add(verification)
    work.session.flush()  # the audit entry names it
    return verification


def _facts(of: VerifiedFacts) -> dict[str, str | None]:
    return {"name": of.name, "credit_code": of.credit_code, "org_type": of.org_type.value}


def _last_licence(work: Work, organisation_id: int) -> int | None:
    last = (
        select(Verification.licence_id)
        .where(Verification.organisation_id == organisation_id, Verification.licence_id.is_not(None))
        .order_by(Verification.id.desc())
        .limit(1)
    )
    return work.session.scalar(last)
