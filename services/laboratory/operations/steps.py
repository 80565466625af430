"""What every operation of the laboratory shares: loading rows locked, stepping a state once, history, clock, messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from services.core import clock
from services.core.calendar import working_days
from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import ClockStop, Commission, CommissionEvent, CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Objection, Report
from services.laboratory.models.samples import Sample
from services.laboratory.queries.readers import readers_of
from services.laboratory.rules.states import (
    COMMISSION_NAMES,
    COMMISSION_STEPS,
    LINE_NAMES,
    LINE_STEPS,
    OBJECTION_NAMES,
    OBJECTION_STEPS,
    REPORT_NAMES,
    REPORT_STEPS,
    SAMPLE_NAMES,
    SAMPLE_STEPS,
)
from services.organisations.queries import holders_of

STOPPED = frozenset({CommissionState.NEED_INFO, CommissionState.CLIENT_CONFIRM, CommissionState.SUSPENDED})
"""While a commission stands here its promised date stands still (booking-and-testing.md 4.4 rule 7)."""


def of_client(work: Work, commission_id: int, permission: Permission = Permission.COMMISSION_PLACE) -> Commission:
    """Return a commission of the actor's own organisation, locked; NotFound for any other."""
    commission = _locked(work, commission_id)
    work.require(permission, scope=commission.organisation_id)
    return commission


def of_laboratory(work: Work, commission_id: int, permission: Permission) -> Commission:
    """Return a commission of the actor's own laboratory, locked; NotFound for any other, and for drafts of clients."""
    commission = _locked(work, commission_id)
    work.require(permission, scope=commission.provider_id)
    if commission.state is CommissionState.DRAFT and commission.entered_by_id is None:
        raise NotFound
    return commission


def _locked(work: Work, commission_id: int) -> Commission:
    commission = work.session.get(Commission, commission_id, with_for_update={"of": Commission})
    if commission is None:
        raise NotFound
    return commission


def step(
    work: Work, commission: Commission, name: str, to: CommissionState | None = None, *, reason: str = "", **facts: Any
) -> None:
    """Take the named step, once; WrongState when it does not start from the present state.

    ``to`` is needed where the step can lead to several states. The version of the row guards against a second step at
    the same moment. History and audit log carry it afterwards, and the clock stops or goes on as the state wants.
    """
    starts, ends = COMMISSION_STEPS[name]
    before, stood_still = commission.state, stands_still(commission)
    if before not in starts:
        raise WrongState(state=COMMISSION_NAMES[before])
    after = to or min(ends)
    assert after in ends, (name, to)
    assert to or len(ends) == 1, name
    commission.state, commission.state_at, commission.state_reason = after, work.now, reason
    _run_clock(work, commission, stood_still=stood_still)
    note(work, commission, name, reason=reason, **facts)
    work.record(f"commission.{name}", commission, before=before, after=after, reason=reason)


def note(
    work: Work, commission: Commission, kind: str, *, reason: str = "", is_internal: bool = False, **facts: Any
) -> None:
    """Add a line to the commission's history; the client does not see an internal one."""
    by_staff = work.actor.is_system or work.actor.organisation_id == commission.provider_id
    work.session.add(
        CommissionEvent(
            commission_id=commission.id,
            at=work.now,
            kind=kind,
            person_id=work.actor.person_id,
            by_staff=by_staff,
            is_internal=is_internal,
            reason=reason,
            facts=facts,
        )
    )


def step_line(work: Work, line: TestLine, name: str, *, reason: str = "") -> None:
    """Take the named step of a test line, once; WrongState when it does not start from the present state."""
    starts, after = LINE_STEPS[name]
    before = line.state
    if before not in starts:
        raise WrongState(state=LINE_NAMES[before])
    line.state, line.state_at, line.state_reason = after, work.now, reason
    work.record(f"test_line.{name}", line, before=before, after=after, reason=reason)


def step_sample(work: Work, sample: Sample, name: str) -> None:
    """Take the named step of a sample, once; the custody event is the caller's."""
    starts, after = SAMPLE_STEPS[name]
    before = sample.state
    if before not in starts:
        raise WrongState(state=SAMPLE_NAMES[before])
    sample.state = after
    work.record(f"sample.{name}", sample, before=before, after=after, no=sample.no)


def step_report(work: Work, report: Report, name: str, *, reason: str = "") -> None:
    """Take the named step of a report, once."""
    starts, after = REPORT_STEPS[name]
    before = report.state
    if before not in starts:
        raise WrongState(state=REPORT_NAMES[before])
    report.state, report.state_at, report.state_reason = after, work.now, reason
    work.record(f"report.{name}", report, before=before, after=after, no=report.no, reason=reason)


def step_objection(work: Work, objection: Objection, name: str, *, reason: str = "") -> None:
    """Take the named step of an objection, once."""
    starts, after = OBJECTION_STEPS[name]
    before = objection.state
    if before not in starts:
        raise WrongState(state=OBJECTION_NAMES[before])
    objection.state, objection.state_at = after, work.now
    work.record(f"objection.{name}", objection, before=before, after=after, reason=reason)


def settle(work: Work, commission: Commission) -> None:
    """Let the commission follow its lines: testing, results being checked, report being prepared.

    Called after every step of a line; states that lines do not decide are left alone.
    """
    work.session.flush()  # the states of the lines are read from the database
    statement = select(TestLine.state).where(TestLine.commission_id == commission.id)
    states = set(work.session.scalars(statement)) - {LineState.CANCELLED}
    S = CommissionState  # noqa: N806 - as in the tables
    open_states = {LineState.PENDING, LineState.SCHEDULED, LineState.IN_PROGRESS, LineState.SUBCONTRACTED}
    if commission.state is S.SAMPLE_IN and states & (
        {LineState.IN_PROGRESS, LineState.SUBCONTRACTED, LineState.SUBMITTED, LineState.CHECKED}
    ):
        step(work, commission, "start")
    if commission.state in {S.DATA_REVIEW, S.REPORTING, S.REPORT_REVIEW} and states & open_states:
        step(work, commission, "test_again")
    if commission.state is S.TESTING and states and not states & open_states:
        step(work, commission, "finish_testing")
    if commission.state is S.DATA_REVIEW and states == {LineState.CHECKED}:
        step(work, commission, "finish_checking")


def stands_still(commission: Commission) -> bool:
    """Tell whether the promised date stands still: the client must answer, testing is suspended, or a change is unpaid."""
    is_unpaid = commission.state is CommissionState.AWAIT_PAYMENT and commission.clock_started_at is not None
    return commission.state in STOPPED or is_unpaid


def _run_clock(work: Work, commission: Commission, *, stood_still: bool) -> None:
    """Stop the clock on entering a state in which the promise stands still; start it again on leaving."""
    if stands_still(commission) and not stood_still:
        work.session.add(ClockStop(commission_id=commission.id, began_at=work.now, why=commission.state.value))
    elif stood_still and not stands_still(commission):
        _start_again(work, commission)


def _start_again(work: Work, commission: Commission) -> None:
    """End the open stop; the promised date moves by the working days that were lost."""
    open_stop = select(ClockStop).where(ClockStop.commission_id == commission.id, ClockStop.ended_at.is_(None))
    stop = work.session.scalars(open_stop).one_or_none()
    if stop is None:
        return
    stop.ended_at = work.now
    first, last = clock.local_day(stop.began_at), work.today
    calendar = working_days(work.session, first, (last - first).days)
    lost = calendar.between(first, last)
    commission.stopped_days += lost
    if commission.promised_on is not None and lost:
        moved = working_days(work.session, commission.promised_on, lost).after(commission.promised_on, lost)
        commission.promised_on, commission.promise_certain = moved.day, commission.promise_certain and moved.certain


def tell_client(work: Work, commission: Commission, letter: str, message: str, **facts: Any) -> None:
    """Tell whoever placed the commission, in the portal and by letter; never results, never prices.

    Where that person has left the firm, those are told who place its commissions now.
    """
    link = f"/commissions/{commission.id}"
    for person_id in readers_of(work.session, commission):
        work.tell(person_id, message, link=link, no=commission.no or "", **facts)
        work.later(f"mail.{letter}", commission_id=commission.id, person_id=person_id)


def tell_staff(
    work: Work, commission: Commission, message: str, *, permission: Permission, link: str = "", **facts: Any
) -> None:
    """Tell everybody at the laboratory who holds ``permission``, in the portal."""
    where = link or f"/laboratory/commissions/{commission.id}"
    for person_id in work.session.scalars(holders_of(permission, commission.provider_id)).all():
        work.tell(person_id, message, link=where, no=commission.no or "", **facts)
