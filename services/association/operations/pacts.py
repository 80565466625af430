"""The pact (自律公约): written by the secretariat, adopted by a meeting, signed by members, version after version."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    NameDiffers,
    NoDraft,
    NotAMember,
    PactNotInForce,
    SignedAlready,
    SpeaksOfPrices,
)
from services.association.models.meetings import MotionSubject
from services.association.models.pacts import Pact, PactSignature, PactState
from services.association.operations.motions import add_draft, bring, refuse_before_body
from services.association.queries.pacts import pact_in_force, pact_of, pact_to_adopt
from services.association.queries.readers import people_of_members
from services.association.rules.competition import findings
from services.association.standing import memberships_of
from services.core import links
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


def write_draft(work: Work, association_id: int, *, title: str, text: str) -> Pact:
    """Write the next version, or change it while it is a draft. Words of prices, output or markets are refused.

    Raises DraftBegun when somebody else begins the draft at the same moment.
    """
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    if found := findings(f"{title}\n{text}"):
        raise SpeaksOfPrices(shown="”、“".join(found))
    last = work.session.scalar(select(func.max(Pact.version)).where(Pact.association_id == association_id))
    draft = pact_to_adopt(work.session, association_id)
    if draft is not None:
        _keep_as_voted(work, draft)
    draft = draft or Pact(association_id=association_id, version=(last or 0) + 1)
    draft.title, draft.text = title.strip(), text.strip()
    draft.written_by_id, draft.written_at = work.actor.person_id, work.now
    add_draft(work, draft)
    work.record("pact.draft", draft, version=draft.version)
    return draft


def discard_draft(work: Work, association_id: int) -> None:
    """Give up the draft."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    draft = _draft(work, association_id)
    _keep_as_voted(work, draft)
    work.record("pact.discard", draft, version=draft.version)
    work.session.delete(draft)


def put_to_meeting(work: Work, association_id: int) -> Pact:
    """Bring the draft before a meeting of the members, whose vote alone adopts it."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    draft = _draft(work, association_id)
    work.session.refresh(draft, with_for_update={"of": Pact})
    motion = bring(work, association_id, MotionSubject.PACT, draft.id, title=draft.title, text=draft.text)
    draft.motion_id = motion.id
    work.record("pact.to_meeting", draft, version=draft.version)
    return draft


def adopt_by_motion(work: Work, pact_id: int, motion_id: int, passed: bool, decided_on: date) -> None:
    """Do what a meeting decided: an adopted version takes the place of the one before, and members are asked to sign.

    A vote that is declared void afterwards brings the version before back into force. A motion for which the version does
    not wait any more changes nothing.
    """
    pact = work.session.get(Pact, pact_id, with_for_update=True)
    if pact is None or pact.motion_id != motion_id:
        return
    if passed and pact.state is PactState.DRAFT:
        _adopt(work, pact, decided_on)
    elif not passed and pact.state is PactState.DRAFT:
        pact.motion_id = None
        work.record("pact.not_adopted", pact, version=pact.version)
    elif not passed and pact.state is PactState.ADOPTED:
        _undo(work, pact)


def sign(work: Work, pact_id: int, *, person_name: str) -> PactSignature:
    """Sign the version in force for one's firm, by typing one's own name; the signers are public."""
    work.require(Permission.MEMBERSHIP_ACT)
    pact = pact_of(work.session, pact_id)
    own = work.actor.organisation_id
    if own is None or pact.association_id not in memberships_of(work.session, own, work.today):
        raise NotAMember
    if pact.state is not PactState.ADOPTED:
        raise PactNotInForce
    if person_name.split() != work.actor.name.split():
        raise NameDiffers
    assert work.actor.person_id is not None
    signature = PactSignature(
        pact_id=pact.id,
        organisation_id=own,
        person_id=work.actor.person_id,
        person_name=work.actor.name,
        sha256=pact.sha256,
        signed_at=work.now,
    )
    work.session.add(signature)
    try:
        work.session.flush()  # a firm signs a version once: the database decides
    except IntegrityError as clash:
        raise SignedAlready from clash
    work.record("pact.sign", signature, version=pact.version, sha256=pact.sha256)
    return signature


def withdraw_signature(work: Work, pact_id: int) -> None:
    """Take one's firm's signature back: the pact is voluntary. That it was signed stays in the record."""
    work.require(Permission.MEMBERSHIP_ACT)
    statement = select(PactSignature).where(
        PactSignature.pact_id == pact_id,
        PactSignature.organisation_id == work.actor.organisation_id,
        PactSignature.withdrawn_at.is_(None),
    )
    signature = work.session.scalars(statement.with_for_update(of=PactSignature)).one_or_none()
    if signature is None:
        raise NotFound
    signature.withdrawn_at = work.now
    work.record("pact.unsign", signature)


def seal(text: str) -> str:
    """Return the digest that stands for the words of a pact."""
    return hashlib.sha256(text.encode()).hexdigest()


def _draft(work: Work, association_id: int) -> Pact:
    draft = pact_to_adopt(work.session, association_id)
    if draft is None:
        raise NoDraft
    return draft


def _keep_as_voted(work: Work, draft: Pact) -> None:
    """Lock a draft, and refuse to touch it while a meeting is to vote on it."""
    work.session.refresh(draft, with_for_update={"of": Pact})
    refuse_before_body(work, MotionSubject.PACT, draft.id)


def _adopt(work: Work, pact: Pact, decided_on: date) -> None:
    before = pact_in_force(work.session, pact.association_id)
    if before is not None:
        before.state = PactState.REPLACED
        work.session.flush()  # one version is in force: the old one goes first
    pact.state, pact.adopted_on, pact.sha256 = PactState.ADOPTED, decided_on, seal(pact.text)
    work.record("pact.adopt", pact, version=pact.version, sha256=pact.sha256)
    message = N_("Version %(version)s of the pact has been adopted. Please read it and sign it for your organisation.")
    for person_id in people_of_members(work.session, pact.association_id, work.today):
        work.tell(person_id, message, link=links.pact(pact.association_id), version=pact.version)


def _undo(work: Work, pact: Pact) -> None:
    pact.state = PactState.REPLACED
    work.session.flush()  # one version is in force: the void one goes first
    before = work.session.scalars(
        select(Pact)
        .where(
            Pact.association_id == pact.association_id, Pact.state == PactState.REPLACED, Pact.version < pact.version
        )
        .order_by(Pact.version.desc())
        .limit(1)
    ).one_or_none()
    if before is not None:
        before.state = PactState.ADOPTED
    work.record("pact.undo", pact, version=pact.version)
