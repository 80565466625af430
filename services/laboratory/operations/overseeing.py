"""Testing that stops: suspended and taken up again, or terminated when both sides agree (booking-and-testing.md 4.4)."""

from __future__ import annotations

from sqlalchemy import select

from services.core.errors import NotAllowed, WrongState
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.replanning import catch_up
from services.laboratory.operations.steps import note, of_client, of_laboratory, step, tell_client, tell_staff
from services.laboratory.reviewing_errors import MoreThanAgreed, NotAsked, TermsChanged
from services.laboratory.rules.overseeing import due_for_done
from services.laboratory.rules.states import COMMISSION_NAMES, COMMISSION_STEPS


def suspend(work: Work, commission_id: int, *, reason: str) -> Commission:
    """Testing stands still, and so does the promised date; the client is told why."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if not reason.strip():
        raise ReasonNeeded
    step(work, commission, "suspend", reason=reason.strip())
    tell_client(work, commission, "commission_suspended", N_("Testing for %(no)s has been suspended."))
    return commission


def resume(work: Work, commission_id: int) -> Commission:
    """Testing goes on; the promised date moves by the working days that were lost, and as far as later slots need."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    step(work, commission, "resume")
    catch_up(work, commission)
    tell_client(work, commission, "commission_resumed", N_("Testing for %(no)s goes on."))
    return commission


def done_fen(work: Work, commission: Commission) -> int:
    """Return what the finished lines of a commission come to, as the agreed price is shared out."""
    states = work.session.scalars(select(TestLine.state).where(TestLine.commission_id == commission.id))
    return due_for_done(states, commission.order.due_fen if commission.order else 0)


def ask_termination_by_client(work: Work, commission_id: int, *, shown_fen: int, reason: str) -> Commission:
    """The client asks for the end of testing and offers to pay for what is done; the laboratory has to agree.

    Raises TermsChanged when more has been finished since ``shown_fen`` was shown.
    """
    commission = of_client(work, commission_id)
    due_fen = done_fen(work, commission)
    if due_fen != shown_fen:
        raise TermsChanged(due=yuan_text(due_fen))
    _ask(work, commission, due_fen, reason, by_staff=False)
    message = N_("The client asks to terminate %(no)s.")
    tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)
    return commission


def ask_termination(work: Work, commission_id: int, *, due_fen: int, reason: str) -> Commission:
    """The laboratory asks for the end of testing against ``due_fen`` for what is done; the client has to agree.

    It replaces whatever was asked before. Raises MoreThanAgreed beyond the price of the whole commission.
    """
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    agreed_fen = commission.order.due_fen if commission.order else 0
    if due_fen > agreed_fen:
        raise MoreThanAgreed(due=yuan_text(agreed_fen))
    _ask(work, commission, due_fen, reason, by_staff=True)
    message = N_("The laboratory asks to terminate %(no)s. Please agree or say no.")
    tell_client(work, commission, "commission_termination", message)
    return commission


def _ask(work: Work, commission: Commission, due_fen: int, reason: str, *, by_staff: bool) -> None:
    if not reason.strip():
        raise ReasonNeeded
    if commission.state not in COMMISSION_STEPS["terminate"][0]:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    if work.actor.person_id is None:
        raise NotAllowed  # both sides of a termination are people
    commission.termination_asked_by_id = work.actor.person_id
    commission.termination_asked_by_staff = by_staff
    commission.termination_due_fen = due_fen
    note(work, commission, "ask_termination", reason=reason.strip(), due_fen=due_fen)
    work.record("commission.ask_termination", commission, due_fen=due_fen, reason=reason.strip())


def confirm_termination(work: Work, commission_id: int, *, shown_fen: int, by_staff: bool) -> Commission:
    """Both sides agree: what is done is owed, the rest is cancelled and its instruments are free.

    Raises NotAsked when there is nothing of the other side to agree to, TermsChanged when it asks for another amount.
    """
    commission = _of(work, commission_id, by_staff=by_staff)
    if commission.termination_asked_by_id is None or commission.termination_asked_by_staff is by_staff:
        raise NotAsked
    due_fen = commission.termination_due_fen or 0
    if due_fen != shown_fen:
        raise TermsChanged(due=yuan_text(due_fen))
    step(work, commission, "terminate", due_fen=due_fen)
    give_up(work, commission, reason="terminated", fee_fen=due_fen)
    if by_staff:
        tell_client(work, commission, "commission_terminated", N_("Commission %(no)s has been terminated."))
    else:
        message = N_("The client has agreed to terminate %(no)s.")
        tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)
    return commission


def decline_termination(work: Work, commission_id: int, *, by_staff: bool) -> Commission:
    """One side takes back that it asked, or says no to the other; testing goes on as before."""
    commission = _of(work, commission_id, by_staff=by_staff)
    if commission.termination_asked_by_id is None:
        raise NotAsked
    commission.termination_asked_by_id, commission.termination_due_fen = None, None
    commission.termination_asked_by_staff = False
    note(work, commission, "decline_termination")
    work.record("commission.decline_termination", commission)
    if by_staff:
        tell_client(work, commission, "commission_goes_on", N_("Commission %(no)s is not terminated; testing goes on."))
    else:
        message = N_("Commission %(no)s is not terminated; testing goes on.")
        tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)
    return commission


def _of(work: Work, commission_id: int, *, by_staff: bool) -> Commission:
    if by_staff:
        return of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    return of_client(work, commission_id)
