"""A complaint from its submission to its investigation: accepted or not, answered, remarks, evidence, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    CaseNotOpen,
    CaseOpen,
    FilesMany,
    FutureDay,
    NoAssociationCase,
    NobodyIsMember,
    NotVerifiedFirm,
    OwnFirm,
    RespondentUnclear,
    WordsMissing,
)
from services.association.models.cases import Case, CaseKind, CaseRemark, CaseState, Evidence, RemarkKind
from services.association.operations.casework import case_for, note, reason_given, restart_clock, step, tell
from services.association.queries.cases import organisation_meant
from services.association.rules.cases import HEARD, PARTIES, Side
from services.association.standing import memberships_of
from services.core import files
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.organisations.models import Organisation, OrgKind
from services.organisations.queries import holders_of

MOST_FILES = 20
PURPOSE = "case-evidence"


@dataclass(frozen=True)
class WishCase:
    """What a firm complains of. ``respondent`` is a whole name or a credit code, as it was typed."""

    association_id: int
    respondent: str
    kind: CaseKind
    title: str
    facts: str
    demand: str
    claimed_fen: int | None = None
    happened_on: date | None = None


def complain(work: Work, wish: WishCase) -> Case:
    """Submit a complaint to the association; its secretariat is told, the other side not before it is accepted.

    One side at least is a member of the association. A respondent that is not in the register has a name only.
    """
    work.require(Permission.MEMBERSHIP_ACT)
    claimant = _claimant(work, wish)
    respondent = organisation_meant(work.session, wish.respondent)
    _refuse(work, wish, claimant, respondent)
    assert work.actor.person_id is not None
    case = Case(
        no=work.number("TS"),
        association_id=wish.association_id,
        claimant_id=claimant.id,
        respondent_id=respondent.id if respondent else None,
        respondent_name=respondent.name if respondent else wish.respondent.strip(),
        kind=wish.kind,
        title=wish.title,
        facts=wish.facts,
        demand=wish.demand,
        claimed_fen=wish.claimed_fen,
        happened_on=wish.happened_on,
        state=CaseState.SUBMITTED,
        state_at=work.now,
        submitted_at=work.now,
        submitted_by_id=work.actor.person_id,
    )
    work.session.add(case)
    try:
        work.session.flush()  # one open case of a kind between two firms: the database decides
    except IntegrityError as clash:
        raise CaseOpen from clash
    restart_clock(work, case)
    note(work, case, "complain", Side.CLAIMANT)
    work.record("case.complain", case, no=case.no)
    tell(work, case, "submitted", Side.DESK)
    return case


def accept(work: Work, case_id: int) -> None:
    """Accept a complaint: the respondent learns of it and has its days to answer, if anybody acts for it here."""
    case, side = case_for(work, case_id, Side.DESK)
    name = "accept" if _is_reachable(work, case) else "accept_absent"
    case.accepted_at = case.accepted_at or work.now
    step(work, case, name, side)
    tell(work, case, "accepted", Side.CLAIMANT)
    if name == "accept":
        tell(work, case, "answer_wanted", Side.RESPONDENT)


def refuse(work: Work, case_id: int, *, reason: str) -> None:
    """Do not accept a complaint, with a reason; the other side never learns of it."""
    case, side = case_for(work, case_id, Side.DESK)
    step(work, case, "refuse", side, reason=reason_given(reason))
    tell(work, case, "refused", Side.CLAIMANT)


def answer(work: Work, case_id: int, *, text: str) -> None:
    """Answer a complaint, once; the investigation begins."""
    case, side = case_for(work, case_id, Side.RESPONDENT)
    words = _words(text)
    step(work, case, "answer", side)
    _say(work, case, RemarkKind.ANSWER, side, words)
    tell(work, case, "answered", Side.CLAIMANT, Side.DESK)


def remark(work: Work, case_id: int, *, text: str, is_internal: bool = False) -> None:
    """Add a statement to an open case; an internal note is for the panel and the secretariat, who alone can write one."""
    sides = (Side.PANEL, Side.DESK) if is_internal else tuple(Side)
    case, side = case_for(work, case_id, *sides)
    if case.state not in HEARD:
        raise CaseNotOpen
    _say(work, case, RemarkKind.INTERNAL if is_internal else RemarkKind.REMARK, side, _words(text))
    note(work, case, "remark", side, is_internal=is_internal)
    work.record("case.remark", case, no=case.no, internal=is_internal)
    told = {Side.PANEL, Side.DESK} if is_internal else {Side.PANEL, Side.DESK, *PARTIES}
    tell(work, case, "remark", *(told - {side}))


def add_evidence(
    work: Work, case_id: int, folder: Path, upload: Upload, *, text: str = "", is_secret: bool = False
) -> Evidence:
    """Add a file to a case; a secret one is kept from the other side. From its submission to its end."""
    case, side = case_for(work, case_id, *PARTIES, Side.PANEL, Side.DESK)
    if case.state not in HEARD and not (case.state is CaseState.SUBMITTED and side is Side.CLAIMANT):
        raise CaseNotOpen
    brought = select(func.count()).where(Evidence.case_id == case.id, Evidence.side == side.value)
    if (work.session.scalar(brought) or 0) >= MOST_FILES:
        raise FilesMany(most=MOST_FILES)
    kept = files.store(work, folder, upload, organisation_id=work.actor.organisation_id, purpose=PURPOSE)
    assert work.actor.person_id is not None
    evidence = Evidence(
        attachment_id=kept.id,
        side=side.value,
        note=text,
        is_secret=is_secret,
        added_by_id=work.actor.person_id,
        added_at=work.now,
    )
    case.evidence.append(evidence)
    note(work, case, "evidence", side, is_internal=is_secret)
    work.record("case.evidence", case, no=case.no, sha256=kept.sha256, secret=is_secret)
    return evidence


def withdraw(work: Work, case_id: int, *, reason: str) -> None:
    """Withdraw one's own complaint, before anything is settled or decided."""
    case, side = case_for(work, case_id, Side.CLAIMANT)
    told = (Side.DESK, Side.RESPONDENT) if case.accepted_at else (Side.DESK,)
    step(work, case, "withdraw", side, reason=reason_given(reason))
    tell(work, case, "withdrawn", *told)


def refer(work: Work, case_id: int, *, reason: str) -> None:
    """End a case that belongs to an authority or a court; the reason says where to turn."""
    case, side = case_for(work, case_id, Side.DESK)
    step(work, case, "refer", side, reason=reason_given(reason))
    tell(work, case, "referred", *PARTIES)


def stay_silent(work: Work, case: Case) -> None:
    """The days for an answer are over: the investigation begins without one."""
    step(work, case, "stay_silent", Side.CLOCK)
    tell(work, case, "silent", Side.CLAIMANT, Side.DESK)


def _claimant(work: Work, wish: WishCase) -> Organisation:
    association = work.session.get(Organisation, wish.association_id)
    if association is None or association.kind is not OrgKind.ASSOCIATION:
        raise NotFound
    own = work.session.get(Organisation, work.actor.organisation_id or 0)
    if own is None or not own.is_verified or own.kind is OrgKind.ASSOCIATION:
        raise NotVerifiedFirm
    return own


def _refuse(work: Work, wish: WishCase, claimant: Organisation, respondent: Organisation | None) -> None:
    """Raise what speaks against the complaint, all at once."""
    errors: list[RuleBroken] = []
    if not wish.respondent.strip():
        errors.append(RespondentUnclear())
    elif respondent is not None and respondent.id == claimant.id:
        errors.append(OwnFirm())
    elif respondent is not None and respondent.id == wish.association_id:
        errors.append(NoAssociationCase())
    elif not any(_is_member(work, one, wish.association_id) for one in (claimant, respondent)):
        errors.append(NobodyIsMember())
    if wish.happened_on is not None and wish.happened_on > work.today:
        errors.append(FutureDay())
    if errors:
        raise RulesBroken(errors)


def _is_member(work: Work, firm: Organisation | None, association_id: int) -> bool:
    return firm is not None and association_id in memberships_of(work.session, firm.id, work.today)


def _is_reachable(work: Work, case: Case) -> bool:
    """Tell whether anybody acts for the respondent on the portal."""
    if case.respondent_id is None:
        return False
    people = holders_of(Permission.MEMBERSHIP_ACT, case.respondent_id).limit(1)
    return work.session.scalars(people).first() is not None


def _words(text: str) -> str:
    if not text.strip():
        raise WordsMissing
    return text.strip()


def _say(work: Work, case: Case, kind: RemarkKind, side: Side, text: str) -> None:
    assert work.actor.person_id is not None
    case.remarks.append(CaseRemark(kind=kind, side=side.value, person_id=work.actor.person_id, text=text, at=work.now))
