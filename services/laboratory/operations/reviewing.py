"""Contract review (合同评审): a clerk takes a commission up, reviews it, asks, declines or approves; the client answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from services.core.errors import NotAllowed, RuleBroken, RulesBroken, WrongState
from services.core.files import store
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.laboratory.models.commissions import (
    Commission,
    CommissionFile,
    ContractReview,
    ReviewDecision,
)
from services.laboratory.operations.agreeing import agree
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.steps import note, of_client, of_laboratory, step, tell_client, tell_staff
from services.laboratory.queries.review_facts import findings
from services.laboratory.reviewing_errors import AnswerMissing, NoteNeeded, NothingSaid, Unanswered
from services.laboratory.rules.reviewing import DECISIONS, Check, Reply, record_of, unexplained
from services.laboratory.rules.states import COMMISSION_NAMES

LONGEST_REASON = 300


def take_up(work: Work, commission_id: int) -> Commission:
    """The actor becomes the named clerk of a commission that was sent in; its contract review has begun."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    step(work, commission, "take_up")
    commission.clerk_id = work.actor.person_id
    return commission


def take_over(work: Work, commission_id: int) -> Commission:
    """The actor becomes the named clerk in place of a colleague; the history says so."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if commission.clerk_id != work.actor.person_id:
        before, commission.clerk_id = commission.clerk_id, work.actor.person_id
        note(work, commission, "take_over")
        work.record("commission.take_over", commission, before=before, after=commission.clerk_id)
    return commission


def add_note(work: Work, commission_id: int, *, text: str) -> None:
    """Leave a note that only the laboratory reads."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if not text.strip():
        raise AnswerMissing
    note(work, commission, "note", is_internal=True, text=text.strip())


def review(
    work: Work,
    commission_id: int,
    replies: Mapping[Check, Reply],
    *,
    decision: ReviewDecision,
    reason: str = "",
    remark: str = "",
    is_prepaid: bool = False,
) -> Commission:
    """Keep the record of a contract review and do what it decided; with ``is_prepaid`` testing waits for payment.

    An approval lets the commission wait for payment or samples; a question stops its clock; a refusal gives its slots
    back and its order is void; another quotation leaves it in review. Every no, and every answer against what the portal
    found, needs a note (NoteNeeded for each question); what the client has to read must be there (NothingSaid).
    """
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if decision not in DECISIONS.get(commission.state, frozenset()):
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    _refuse_incomplete(work, commission, replies, decision, reason)
    if work.actor.person_id is None:
        raise NotAllowed  # a review is signed by a person
    work.session.add(
        ContractReview(
            commission_id=commission.id,
            checks=record_of(replies, findings(work.session, commission, work.today)),
            decision=decision,
            note=remark,
            reviewed_by_id=work.actor.person_id,
            reviewed_at=work.now,
        )
    )
    if decision in {ReviewDecision.ACCEPT, ReviewDecision.QUOTE}:
        commission.is_prepaid = is_prepaid
    _carry_out(work, commission, decision, reason.strip())
    return commission


def _refuse_incomplete(
    work: Work, commission: Commission, replies: Mapping[Check, Reply], decision: ReviewDecision, reason: str
) -> None:
    """A review that says yes answers everything; one that says no, or asks, only has to be told to the client."""
    wrong: list[RuleBroken] = []
    if decision in {ReviewDecision.ACCEPT, ReviewDecision.QUOTE}:
        lacking = unexplained(replies, findings(work.session, commission, work.today))
        wrong += [
            NoteNeeded(field=f"{check.value}_note") if check in replies else Unanswered(field=check.value)
            for check in lacking
        ]
    if decision in {ReviewDecision.ASK, ReviewDecision.DECLINE} and not reason.strip():
        wrong.append(NothingSaid())
    if wrong:
        raise RulesBroken(wrong)


def _carry_out(work: Work, commission: Commission, decision: ReviewDecision, reason: str) -> None:
    if decision is ReviewDecision.ACCEPT:
        agree(work, commission, "approve")
        tell_client(work, commission, "commission_approved", N_("Your commission %(no)s has been accepted."))
    elif decision is ReviewDecision.ASK:
        step(work, commission, "ask", reason=reason)
        tell_client(work, commission, "commission_question", N_("The laboratory has a question about %(no)s."))
    elif decision is ReviewDecision.DECLINE:
        step(work, commission, "decline", reason=reason)
        give_up(work, commission, reason=reason)
        tell_client(work, commission, "commission_declined", N_("The laboratory cannot accept your commission %(no)s."))
    else:
        work.record("commission.reviewed", commission, decision=decision)


def answer(
    work: Work, commission_id: int, *, text: str, uploads: Sequence[Upload] = (), folder: Path | None = None
) -> Commission:
    """The client answers the laboratory's question, with files where they help; the review goes on and so does the clock."""
    commission = of_client(work, commission_id)
    if not text.strip():
        raise AnswerMissing
    step(work, commission, "answer", text=text.strip())
    for upload in uploads:
        assert folder is not None
        add_file(work, commission, folder, upload)
    tell_staff(
        work,
        commission,
        N_("The client has answered the question about %(no)s."),
        permission=Permission.COMMISSION_REVIEW,
    )
    return commission


def add_file(work: Work, commission: Commission, folder: Path, upload: Upload) -> CommissionFile:
    """Keep a file with a commission; it counts towards the client's room."""
    kept = store(work, folder, upload, organisation_id=commission.organisation_id, purpose="commission")
    linked = CommissionFile(commission_id=commission.id, attachment_id=kept.id)
    work.session.add(linked)
    return linked
