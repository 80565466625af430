"""Asking for an organisation that is registered already: joining its people, or claiming it with the licence."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select, update

from services.core import links
from services.core.errors import NotAllowed, NotFound
from services.core.files import store
from services.core.insertion import insert_unless_taken
from services.core.locks import hold
from services.core.messages import N_
from services.core.permissions import Permission, Role
from services.core.uploads import Upload
from services.core.work import Work
from services.organisations.errors import (
    AskedAlready,
    BelongsAlready,
    DecidedMeanwhile,
    Missing,
    NobodyDecides,
    RoleUnfit,
    TooManyWaiting,
)
from services.organisations.models import (
    JoinKind,
    JoinRequest,
    JoinState,
    Membership,
    Organisation,
    OrgState,
    Verification,
    VerificationState,
)
from services.organisations.operations.people import appoint
from services.organisations.operations.submitting import LICENCE
from services.organisations.roles import ADMINISTRATOR_OF, SELF_REGISTERED, fits
from services.organisations.scope import locked, refuse_own_case, staffed

MOST_WAITING = 5


def ask_to_join(work: Work, organisation_id: int, *, remark: str = "") -> None:
    """The administrators of the organisation learn that the actor wants to act for it."""
    organisation = _askable(work, organisation_id)
    administrators = _administrators(work, organisation)
    if not administrators:
        raise NobodyDecides
    _ask(work, organisation, JoinKind.JOIN, remark, None)
    for person_id in administrators:
        work.tell(
            person_id,
            N_("%(name)s asks to act for %(organisation)s."),
            link=links.colleagues(),
            name=work.actor.name,
            organisation=organisation.label,
        )


def claim(work: Work, organisation_id: int, *, licence: Upload, folder: Path, remark: str = "") -> None:
    """The platform is asked to make the actor the organisation's administrator, with the licence as proof.

    The licence belongs to the actor, so that nobody of the organisation sees a stranger's paper.
    """
    organisation = _askable(work, organisation_id)
    if organisation.kind not in SELF_REGISTERED:
        raise NotFound
    attachment = store(work, folder, licence, organisation_id=None, purpose=LICENCE)
    _ask(work, organisation, JoinKind.CLAIM, remark, attachment.id)


def grant_join(work: Work, request_id: int, *, role: Role) -> None:
    """The person holds ``role`` in the organisation from now on."""
    request, organisation = _open_join(work, request_id)
    if not fits(role, organisation.kind):
        raise RoleUnfit
    _decide(work, request, organisation, JoinState.GRANTED, "")
    appoint(work, organisation, request.person_id, role)


def refuse_join(work: Work, request_id: int, *, reason: str) -> None:
    """The person learns that, and why, the organisation does not want it."""
    request, organisation = _open_join(work, request_id)
    _need_reason(reason)
    _decide(work, request, organisation, JoinState.REFUSED, reason)


def grant_claim(work: Work, request_id: int) -> None:
    """The claimant administers the organisation from now on.

    Whoever entered it without ever proving it by a verification is out; administrators of a verified one stay.
    """
    request, organisation = _open_claim(work, request_id)
    _decide(work, request, organisation, JoinState.GRANTED, "")
    if organisation.level < 2:
        _clear_unproven(work, organisation)
    organisation.level = max(organisation.level, 1)
    organisation.version += 1
    appoint(work, organisation, request.person_id, ADMINISTRATOR_OF[organisation.kind])


def refuse_claim(work: Work, request_id: int, *, reason: str) -> None:
    """The claimant learns that, and why, the platform refuses."""
    request, organisation = _open_claim(work, request_id)
    _need_reason(reason)
    _decide(work, request, organisation, JoinState.REFUSED, reason)


def _clear_unproven(work: Work, organisation: Organisation) -> None:
    """End the memberships of an organisation nobody has verified, and take its submission out of the queue."""
    work.session.execute(
        update(Membership)
        .where(Membership.organisation_id == organisation.id, Membership.ended_at.is_(None))
        .values(ended_at=work.now, ended_by_id=work.actor.person_id)
    )
    work.session.execute(
        update(Verification)
        .where(Verification.organisation_id == organisation.id, Verification.state == VerificationState.WAITING)
        .values(state=VerificationState.RETURNED, decided_at=work.now, decided_by_id=work.actor.person_id)
    )
    if organisation.state is OrgState.SUBMITTED:
        organisation.state = OrgState.DRAFT


def _askable(work: Work, organisation_id: int) -> Organisation:
    """Return an organisation the actor may ask for. Raises BelongsAlready, TooManyWaiting."""
    person_id = work.actor.person_id
    if person_id is None:
        raise NotAllowed
    organisation = work.session.get(Organisation, organisation_id)
    if organisation is None or organisation.state is OrgState.SUSPENDED:
        raise NotFound
    held = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    if work.session.scalars(held.limit(1)).first() is not None:
        raise BelongsAlready
    hold(work.session, f"requests of person {person_id}")
    waiting = select(func.count()).where(JoinRequest.person_id == person_id, JoinRequest.state == JoinState.WAITING)
    count = work.session.scalar(waiting) or 0
    if count >= MOST_WAITING:
        raise TooManyWaiting(count=count)
    return organisation


def _administrators(work: Work, organisation: Organisation) -> list[int]:
    statement = select(Membership.person_id).where(
        Membership.organisation_id == organisation.id,
        Membership.role == ADMINISTRATOR_OF.get(organisation.kind),
        Membership.ended_at.is_(None),
    )
    return list(work.session.scalars(statement.order_by(Membership.id)))


def _ask(work: Work, organisation: Organisation, kind: JoinKind, remark: str, licence_id: int | None) -> None:
    if not insert_unless_taken(
        work.session,
        JoinRequest,
        person_id=work.actor.person_id,
        organisation_id=organisation.id,
        kind=kind,
        remark=remark,
        licence_id=licence_id,
        asked_at=work.now,
    ):
        raise AskedAlready
    work.record(f"organisation.{kind}_asked", organisation)


def _open_join(work: Work, request_id: int) -> tuple[JoinRequest, Organisation]:
    request = _request(work, request_id, JoinKind.JOIN)
    return _still_waiting(work, request, staffed(work, request.organisation_id))


def _open_claim(work: Work, request_id: int) -> tuple[JoinRequest, Organisation]:
    work.require(Permission.PERSON_MANAGE)
    request = _request(work, request_id, JoinKind.CLAIM)
    refuse_own_case(work, request.organisation_id)
    if request.person_id == work.actor.person_id:
        raise NotAllowed
    return _still_waiting(work, request, locked(work, request.organisation_id))


def _request(work: Work, request_id: int, kind: JoinKind) -> JoinRequest:
    request = work.session.get(JoinRequest, request_id)
    if request is None or request.kind is not kind:
        raise NotFound
    return request


def _still_waiting(work: Work, request: JoinRequest, organisation: Organisation) -> tuple[JoinRequest, Organisation]:
    """Read the request again under the organisation's lock."""
    work.session.refresh(request)
    if request.state is not JoinState.WAITING:
        raise DecidedMeanwhile
    return request, organisation


def _decide(work: Work, request: JoinRequest, organisation: Organisation, state: JoinState, reason: str) -> None:
    """Close the request, whose organisation is locked, and tell the person."""
    request.state = state
    request.decided_at, request.decided_by_id, request.reason = work.now, work.actor.person_id, reason
    work.record(f"organisation.{request.kind}_{state}", organisation, asked_by_id=request.person_id, reason=reason)
    if state is JoinState.GRANTED:
        sentence, link = N_("You may now act for %(organisation)s."), links.my_organisation()
    else:
        sentence, link = N_("Your request to act for %(organisation)s was refused: %(reason)s"), ""
    work.tell(request.person_id, sentence, link=link, organisation=organisation.name, reason=reason)


def _need_reason(reason: str) -> None:
    if not reason:
        raise Missing(N_("Please give a reason; the person reads it."), field="reason")
