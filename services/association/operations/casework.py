"""What every operation on a case shares: loading it for a side, stepping its state once, its clock, history, messages."""

from __future__ import annotations

from collections.abc import Iterable

from services.association.discipline_errors import NoPanelNow, NotSitting, WhyNeeded
from services.association.discipline_words import STATE_NAMES
from services.association.models.cases import Case, CaseClock, CaseEvent
from services.association.models.judging import Panellist, Seat
from services.association.queries.cases import may_have_cases, seat_of, sides_of, sitting
from services.association.rules.cases import STEPS, WAITS, Side, panel_of
from services.core import links
from services.core.calendar import working_days
from services.core.errors import NotAllowed, NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import acts_for, holders_of

MOST_READERS = 20

NEWS: dict[str, str] = {
    "submitted": N_("Case %(no)s: a complaint has been submitted. Please look at it."),
    "accepted": N_("Case %(no)s: your complaint has been accepted."),
    "answer_wanted": N_("Case %(no)s: a complaint names your organisation. Please read it and answer in time."),
    "refused": N_("Case %(no)s: your complaint has not been accepted. The reason is on its page."),
    "answered": N_("Case %(no)s: the respondent has answered."),
    "silent": N_("Case %(no)s: the respondent has not answered in time."),
    "appointed": N_("Case %(no)s: you have been appointed to the panel. Step aside if you are not impartial."),
    "challenged": N_("Case %(no)s: a member of the panel has been challenged. Please decide."),
    "mediation": N_("Case %(no)s: the mediation has been opened."),
    "sitting": N_("Case %(no)s: a mediation session has been planned."),
    "proposed": N_("Case %(no)s: an agreement has been proposed. Please read and sign it."),
    "signed": N_("Case %(no)s: the other side has signed the agreement."),
    "settled": N_("Case %(no)s: both sides have signed. Please perform what was agreed, in time."),
    "done": N_("Case %(no)s: the other side reports something as done. Please confirm it."),
    "due": N_("Case %(no)s: something that was agreed is overdue."),
    "performed": N_("Case %(no)s: the agreement has been performed."),
    "breached": N_("Case %(no)s: the agreement has not been performed."),
    "failed": N_("Case %(no)s: the mediation has failed."),
    "referred": N_("Case %(no)s: the association refers you to an authority or a court."),
    "to_vote": N_("Case %(no)s: a decision has been proposed. Please vote."),
    "decided": N_("Case %(no)s: the panel has decided. You may appeal in time."),
    "appealed": N_("Case %(no)s: an appeal has been lodged."),
    "closed": N_("Case %(no)s: the case is closed."),
    "withdrawn": N_("Case %(no)s: the complaint has been withdrawn."),
    "remark": N_("Case %(no)s: something has been added."),
    "late": N_("Case %(no)s: the time limit has passed. Please act."),
    "measure": N_("Case %(no)s: the measure has come into force."),
    "lifted": N_("Case %(no)s: the measure has been lifted."),
}
"""What people are told of a case: its number and nothing of what it is about."""


def case_for(work: Work, case_id: int, *sides: Side) -> tuple[Case, Side]:
    """Return a case, locked, and in which of ``sides`` the actor acts.

    Raises NotFound for strangers, NotAllowed for those who see the case but have another part in it.
    """
    if not work.actor.is_system:
        may_have_cases(work.actor)
    case = work.session.get(Case, case_id, with_for_update={"of": Case})
    if case is None or not (own := sides_of(work.session, case, work.actor)):
        raise NotFound
    side = next((one for one in sides if one in own), None)
    if side is None:
        raise NotAllowed
    return case, side


def judging_seat(work: Work, case: Case) -> Panellist:
    """Return the seat from which the actor judges now.

    Raises NoPanelNow, NotAllowed for a panel that is not at work, NotSitting while challenged.
    """
    instance = panel_of(case.state)
    if instance is None:
        raise NoPanelNow
    seat = seat_of(work.session, case, work.actor)
    if seat is None or seat.instance is not instance:
        raise NotAllowed
    if seat.seat is not Seat.SITTING:
        raise NotSitting
    return seat


def step(work: Work, case: Case, name: str, side: Side, *, reason: str = "") -> None:
    """Take the named step, once; WrongState when it does not start from the present state.

    The clock of the old state stops, and that of the new one starts.
    """
    taken, before = STEPS[name], case.state
    if before not in taken.starts:
        raise WrongState(state=STATE_NAMES[before])
    assert side in taken.sides, (name, side)
    case.state, case.state_at, case.state_reason = taken.after, work.now, reason[:500]
    restart_clock(work, case)
    note(work, case, name, side, reason)
    work.record(f"case.{name}", case, no=case.no, before=before, after=taken.after)


def restart_clock(work: Work, case: Case) -> None:
    """Stop the running clock and start the one of the present state, if it has one."""
    running = case.clock
    if running is not None:
        running.stopped_at = work.now
    work.session.flush()  # at most one clock of a case runs: the old one stops first
    wait = WAITS.get(case.state)
    if wait is not None:
        promised = working_days(work.session, work.today, wait.days).after(work.today, wait.days)
        clock = CaseClock(state=case.state, started_at=work.now, due_on=promised.day, is_certain=promised.certain)
        case.clocks.append(clock)


def note(work: Work, case: Case, kind: str, side: Side, text: str = "", *, is_internal: bool = False) -> None:
    """Add a line to the case's history; the two sides do not see an internal one."""
    event = CaseEvent(
        case_id=case.id,
        at=work.now,
        kind=kind,
        person_id=work.actor.person_id,
        side=side.value,
        note=text[:500],
        is_internal=is_internal,
    )
    work.session.add(event)


def reason_given(reason: str) -> str:
    """Return the reason without blanks around it. Raises WhyNeeded when nothing is left."""
    if not reason.strip():
        raise WhyNeeded
    return reason.strip()


def tell(work: Work, case: Case, news: str, *sides: Side) -> None:
    """Tell the people of those sides, in the portal and by letter; whoever did it knows already."""
    people = {one for side in sides for one in _people(work, case, side)}
    for person_id in sorted(people - {work.actor.person_id}):
        tell_one(work, case, news, person_id)


def tell_one(work: Work, case: Case, news: str, person_id: int) -> None:
    """Tell one person, in the portal and by letter."""
    work.tell(person_id, NEWS[news], link=links.case(case.id), no=case.no)
    work.later("mail.case_news", case_id=case.id, person_id=person_id, news=news)


def other_side(side: Side) -> Side:
    """Return the other one of the two sides."""
    return Side.RESPONDENT if side is Side.CLAIMANT else Side.CLAIMANT


def _people(work: Work, case: Case, side: Side) -> Iterable[int]:
    if side is Side.CLAIMANT:
        if acts_for(work.session, case.submitted_by_id, case.claimant_id):
            return [case.submitted_by_id]
        return _holders(work, Permission.MEMBERSHIP_ACT, case.claimant_id)
    if side is Side.RESPONDENT:
        return _holders(work, Permission.MEMBERSHIP_ACT, case.respondent_id) if case.respondent_id else []
    if side is Side.DESK:
        holders = _holders(work, Permission.CASE_HANDLE, case.association_id)
        return [one for one in holders if not _acts_for_a_party(work, case, one)]
    instance = panel_of(case.state)
    return [one.person_id for one in sitting(work.session, case.id, instance)] if instance else []


def _holders(work: Work, permission: Permission, organisation_id: int) -> list[int]:
    return list(work.session.scalars(holders_of(permission, organisation_id).limit(MOST_READERS)))


def _acts_for_a_party(work: Work, case: Case, person_id: int) -> bool:
    parties = (case.claimant_id, case.respondent_id)
    return any(acts_for(work.session, person_id, one) for one in parties if one is not None)
