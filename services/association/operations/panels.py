"""The panel of a case: appointed by the secretariat, free of conflicts, challenged by a side, stepping aside."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import (
    MustStepAside,
    NoPanelNow,
    NotChallenged,
    NotEligible,
    OnPanelBefore,
)
from services.association.models.cases import Case
from services.association.models.judging import Panellist, Seat
from services.association.operations.casework import case_for, note, reason_given, tell, tell_one
from services.association.operations.judging import count_again
from services.association.queries.candidates import parties_of, trade_of
from services.association.rules.cases import PARTIES, Side, panel_of
from services.association.rules.recusal import conflict_of
from services.association.standing import memberships_of
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import Membership, Organisation
from services.organisations.queries import holders_of

MOST_OWN = 20


def appoint(work: Work, case_id: int, *, person_id: int, organisation_id: int) -> Panellist:
    """Put somebody on the panel that is at work: of a member in good standing or of the association, without conflict.

    Whoever acts for a party, or for a direct competitor of one, is refused, under whatever organisation they come.
    Nobody sits in both instances.
    """
    case, side = case_for(work, case_id, Side.DESK)
    instance = panel_of(case.state)
    if instance is None:
        raise NoPanelNow
    _refuse_strangers(work, case, person_id, organisation_id)
    _refuse_conflict(work, case, person_id, organisation_id)
    panellist = Panellist(
        case_id=case.id,
        instance=instance,
        person_id=person_id,
        organisation_id=organisation_id,
        appointed_at=work.now,
        appointed_by_id=work.actor.person_id,
    )
    work.session.add(panellist)
    try:
        work.session.flush()  # a person is on a panel of a case once: the database decides
    except IntegrityError as clash:
        raise OnPanelBefore from clash
    note(work, case, "appoint", side, panellist.organisation.label)
    work.record("case.appoint", case, no=case.no, person_id=person_id, instance=instance)
    tell_one(work, case, "appointed", person_id)
    return panellist


def step_aside(work: Work, case_id: int, *, reason: str) -> None:
    """Leave the panel of a case for good, with a reason; votes on an open proposal count no more."""
    case, side = case_for(work, case_id, Side.PANEL)
    panellist = _seat(work, case, person_id=work.actor.person_id)
    _set_aside(work, case, panellist, side, reason_given(reason))
    tell(work, case, "remark", Side.DESK)


def challenge(work: Work, case_id: int, panellist_id: int, *, reason: str) -> None:
    """Challenge a member of the panel, as a party; until the secretariat has decided, the member does not judge."""
    case, side = case_for(work, case_id, *PARTIES)
    panellist = _seat(work, case, panellist_id=panellist_id)
    if panellist.instance is not panel_of(case.state) or panellist.seat is not Seat.SITTING:
        raise NotChallenged
    panellist.seat, panellist.reason = Seat.CHALLENGED, reason_given(reason)[:300]
    note(work, case, "challenge", side, panellist.reason)
    work.record("case.challenge", case, no=case.no, panellist_id=panellist.id)
    tell(work, case, "challenged", Side.DESK)


def answer_challenge(work: Work, case_id: int, panellist_id: int, *, is_upheld: bool, reason: str) -> None:
    """Decide about a challenge: upheld, the member leaves the panel for good; rejected, the member judges again."""
    case, side = case_for(work, case_id, Side.DESK)
    panellist = _seat(work, case, panellist_id=panellist_id)
    if panellist.seat is not Seat.CHALLENGED:
        raise NotChallenged
    why = reason_given(reason)
    if is_upheld:
        _set_aside(work, case, panellist, side, why)
        return
    panellist.seat, panellist.reason = Seat.SITTING, ""
    note(work, case, "keep", side, why)
    work.record("case.keep", case, no=case.no, panellist_id=panellist.id)


def _seat(work: Work, case: Case, *, panellist_id: int | None = None, person_id: int | None = None) -> Panellist:
    statement = select(Panellist).where(Panellist.case_id == case.id, Panellist.seat != Seat.ASIDE)
    if panellist_id is not None:
        statement = statement.where(Panellist.id == panellist_id)
    else:
        statement = statement.where(Panellist.person_id == person_id)
    found = work.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def _set_aside(work: Work, case: Case, panellist: Panellist, side: Side, reason: str) -> None:
    panellist.seat, panellist.reason = Seat.ASIDE, reason[:300]
    note(work, case, "aside", side, panellist.organisation.label)
    work.record("case.aside", case, no=case.no, panellist_id=panellist.id)
    count_again(work, case)


def _refuse_strangers(work: Work, case: Case, person_id: int, organisation_id: int) -> None:
    holders = holders_of(Permission.MEMBERSHIP_ACT, organisation_id).where(Membership.person_id == person_id)
    belongs = case.association_id == organisation_id or case.association_id in memberships_of(
        work.session, organisation_id, work.today
    )
    if not belongs or work.session.scalars(holders).first() is None:
        raise NotEligible


def _refuse_conflict(work: Work, case: Case, person_id: int, organisation_id: int) -> None:
    """Look at every firm that the person acts for, not only at the one they come for."""
    firms = select(Organisation).where(
        Organisation.id.in_(
            select(Membership.organisation_id)
            .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
            .limit(MOST_OWN)
        )
    )
    parties = parties_of(case)
    for firm in work.session.scalars(firms.order_by(Organisation.id)):
        if conflict_of(trade_of(firm), parties) is not None:
            raise MustStepAside(firm=firm.label)
