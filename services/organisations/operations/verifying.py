"""What verifiers and the platform decide about organisations."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from services.core import links
from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.errors import DecidedMeanwhile, Missing
from services.organisations.models import Organisation, OrgState, OrgType, Verification, VerificationState
from services.organisations.operations.particulars import refuse_taken_code
from services.organisations.rules import name_key, state_when_restored
from services.organisations.scope import locked, refuse_own_case, verifiable
from services.organisations.words import STATE_NAMES


def accept(work: Work, verification_id: int, *, visited: bool, remark: str = "") -> Organisation:
    """The licence bears the particulars out: the organisation is verified (level 2), or visited as well (level 3)."""
    verification, organisation = _open_case(work, verification_id)
    wanted = verification.particulars
    refuse_taken_code(work, wanted["credit_code"], unless=organisation.id)
    _decide(work, verification, VerificationState.ACCEPTED, remark)
    organisation.name = wanted["name"]
    organisation.name_key = name_key(wanted["name"])
    organisation.credit_code = wanted["credit_code"]
    organisation.org_type = OrgType(wanted["org_type"])
    organisation.level = max(organisation.level, 3 if visited else 2)
    organisation.state = OrgState.VERIFIED
    organisation.state_reason = ""
    organisation.version += 1
    work.record("organisation.verified", organisation, verification_id=verification_id, level=organisation.level)
    work.changed("enterprise", organisation.id)
    _announce(work, verification, N_("%(organisation)s has been verified."), organisation)
    return organisation


def send_back(work: Work, verification_id: int, *, reason: str) -> Organisation:
    """The particulars are returned with a reason; what was verified before stays verified."""
    verification, organisation = _open_case(work, verification_id)
    _need_reason(reason)
    _decide(work, verification, VerificationState.RETURNED, reason)
    if organisation.state is OrgState.CHANGING:
        organisation.state = OrgState.VERIFIED
    else:
        organisation.state = OrgState.RETURNED
        organisation.state_reason = reason
    organisation.version += 1
    work.record("organisation.returned", organisation, verification_id=verification_id, reason=reason)
    work.changed("enterprise", organisation.id)
    _announce(work, verification, N_("The particulars of %(organisation)s were returned: %(reason)s"), organisation)
    return organisation


def suspend(work: Work, organisation_id: int, *, reason: str) -> Organisation:
    """Nobody acts for the organisation any more, from the next click on; it leaves the directory."""
    work.require(Permission.ORGANISATION_SUSPEND, scope=organisation_id)
    organisation = locked(work, organisation_id)
    refuse_own_case(work, organisation_id)
    _need_reason(reason)
    if organisation.state is OrgState.SUSPENDED:
        raise WrongState(state=STATE_NAMES[organisation.state])
    before = organisation.state
    organisation.state = OrgState.SUSPENDED
    organisation.state_reason = reason
    organisation.version += 1
    work.record("organisation.suspended", organisation, before=before, reason=reason)
    work.changed("enterprise", organisation.id)
    return organisation


def restore(work: Work, organisation_id: int, *, reason: str) -> Organisation:
    """A suspended organisation goes on where its level and its open submission put it."""
    work.require(Permission.ORGANISATION_SUSPEND, scope=organisation_id)
    organisation = locked(work, organisation_id)
    _need_reason(reason)
    if organisation.state is not OrgState.SUSPENDED:
        raise WrongState(state=STATE_NAMES[organisation.state])
    waiting = select(Verification.id).where(
        Verification.organisation_id == organisation_id, Verification.state == VerificationState.WAITING
    )
    is_waiting = work.session.scalar(waiting) is not None
    organisation.state = state_when_restored(organisation.level, is_waiting=is_waiting)
    organisation.state_reason = ""
    organisation.version += 1
    work.record("organisation.restored", organisation, reason=reason)
    work.changed("enterprise", organisation.id)
    return organisation


def _open_case(work: Work, verification_id: int) -> tuple[Verification, Organisation]:
    """Return a submission the actor may decide about, with its organisation locked."""
    work.require(Permission.ORGANISATION_VERIFY)
    within_reach = (
        select(Verification.organisation_id)
        .join(Verification.organisation)
        .where(Verification.id == verification_id, verifiable(work.session, work.actor))
    )
    organisation_id = work.session.scalar(within_reach)
    if organisation_id is None:
        raise NotFound
    refuse_own_case(work, organisation_id)
    organisation = locked(work, organisation_id)
    verification = work.session.get_one(Verification, verification_id, populate_existing=True)
    if verification.state is not VerificationState.WAITING:
        raise DecidedMeanwhile
    if organisation.state not in {OrgState.SUBMITTED, OrgState.CHANGING}:
        raise WrongState(state=STATE_NAMES[organisation.state])
    return verification, organisation


def _decide(work: Work, verification: Verification, state: VerificationState, reason: str) -> None:
    """Decide the submission unless somebody else has."""
    step = (
        update(Verification)
        .where(Verification.id == verification.id, Verification.state == VerificationState.WAITING)
        .values(state=state, decided_by_id=work.actor.person_id, decided_at=work.now, reason=reason)
    )
    if cast(CursorResult[Any], work.session.execute(step)).rowcount != 1:
        raise DecidedMeanwhile


def _need_reason(reason: str) -> None:
    if not reason:
        raise Missing(N_("Please give a reason; the organisation reads it."), field="reason")


def _announce(work: Work, verification: Verification, sentence: str, organisation: Organisation) -> None:
    """Tell whoever submitted it, in a message and in a letter."""
    work.tell(
        verification.submitted_by_id,
        sentence,
        link=links.my_organisation(),
        organisation=organisation.name,
        reason=verification.reason,
    )
    work.later("mail.verification_decided", verification_id=verification.id)
