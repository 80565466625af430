"""What the laboratory offers: another version of a quotation, or an order that a clerk entered for a firm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import LineKind, Quotation
from services.billing.operations import quotations
from services.catalogue.rules import Quote
from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.capability import ItemMethod
from services.laboratory.models.commissions import Commission, CommissionState, ContractReview, ReviewDecision
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.agreeing import agree
from services.laboratory.operations.altering import Alteration, Outlook, foresee, terms_with
from services.laboratory.operations.ordering import draft, send, survey, title_of
from services.laboratory.operations.planning import earliest_for, first_day, plan, release
from services.laboratory.operations.steps import of_laboratory, step, tell_client
from services.laboratory.operations.wishes import Wish
from services.laboratory.ordering_errors import NothingFree
from services.laboratory.queries.surveys import ChargedModule, live_lines_of, priced, terms_of_offer
from services.laboratory.reviewing_errors import (
    BelowNothing,
    EditionUnknown,
    ReviewFirst,
    TooEarly,
    TooLate,
    ValidityPassed,
)
from services.laboratory.rules.offering import list_prices
from services.laboratory.rules.places import Demand
from services.laboratory.rules.states import COMMISSION_NAMES, COMMISSION_STEPS

LONGEST_REASON = 200
LONGEST_OFFER = timedelta(days=366)
KEPT_TERMS = ("price_versions", "is_member")
"""What a later version keeps of the first: the prices of the day of the order, and whether the firm was a member."""


@dataclass(frozen=True)
class Proposal:
    """What a clerk offers. ``prices`` are by module, beside the list price; ``change_fen`` is on top, or off if negative.

    ``methods`` names another edition for an item, ``tests`` what is tested otherwise. ``note`` is read by the client.
    """

    promised_on: date
    valid_until: date
    prices: Mapping[int, int] = field(default_factory=dict)
    change_fen: int = 0
    reason: str = ""
    methods: Mapping[int, int] = field(default_factory=dict)
    note: str = ""
    tests: Alteration = field(default_factory=Alteration)


def default_validity(session: Session, today: date) -> date:
    """Return until when a quotation made today is valid."""
    return today + timedelta(days=int(setting(session, "laboratory.quotation_days")))


def quote(work: Work, commission_id: int, proposal: Proposal) -> Quotation:
    """Offer another version; the client agrees or not, and until then nothing else is owed.

    In contract review the slots are given back until the client agrees; what was agreed before a change is kept. Raises
    ReviewFirst without a contract review that decided on it, TooEarly for a day the instruments cannot hold,
    EditionUnknown, ValidityPassed, ReasonNeeded for a price without a reason, BelowNothing.
    """
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if commission.state not in COMMISSION_STEPS["quote"][0]:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    if not _is_reviewed(work, commission):
        raise ReviewFirst
    agreed = quotations.accepted(work.session, commission.no or "")
    after = foresee(work, commission, proposal.tests)
    charged = after.charged
    price = priced(work.session, commission, work.today, charged=charged, agreed=agreed.terms if agreed else None)
    lines = [*quotations.lines_of(price), *_changes(charged, price, proposal)]
    if commission.state is CommissionState.IN_REVIEW:
        release(work, commission, reason="quoted")
    _refuse_unfit(work, commission, proposal, lines, after)
    terms = terms_of_offer(work.session, commission, work.today, charged, proposal.promised_on)
    if agreed is not None:
        terms |= kept_terms(terms, agreed.terms)
    offered = quotations.offer(
        work,
        subject_no=commission.no or "",
        organisation_id=commission.organisation_id,
        provider_id=commission.provider_id,
        title=title_of(charged),
        lines=lines,
        due_fen=sum(int(one["amount_fen"]) for one in lines),
        terms=terms | terms_with(work, commission, proposal.tests) | _methods(proposal),
        valid_until=proposal.valid_until,
        note=proposal.note.strip(),
    )
    step(work, commission, "quote", no=offered.no, promised_on=proposal.promised_on.isoformat())
    message = N_("There is a quotation for %(no)s. Please look at it and agree.")
    tell_client(work, commission, "commission_quoted", message)
    return offered


def kept_terms(terms: Mapping[str, Any], agreed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a later version keeps: agreed prices, whether the firm was a member; new tests have today's prices."""
    kept = {name: agreed[name] for name in KEPT_TERMS if name in agreed}
    return kept | {"price_versions": terms["price_versions"] | kept.get("price_versions", {})}


def _methods(proposal: Proposal) -> dict[str, Any]:
    return {"methods": {str(item): method for item, method in proposal.methods.items()}}


def _is_reviewed(work: Work, commission: Commission) -> bool:
    """A contract review has decided for another quotation since the commission came into its present state."""
    statement = select(ContractReview.id).where(
        ContractReview.commission_id == commission.id,
        ContractReview.decision == ReviewDecision.QUOTE,
        ContractReview.reviewed_at >= commission.state_at,
    )
    return work.session.scalars(statement.limit(1)).first() is not None


def _changes(charged: Sequence[ChargedModule], price: Quote, proposal: Proposal) -> Iterator[dict[str, Any]]:
    """Yield what the offer costs more or less than the list price, each with its reason."""
    listed = list_prices(price, [one.module.name for one in charged])
    reason = proposal.reason.strip()[:LONGEST_REASON]
    for one in charged:
        difference = proposal.prices.get(one.module.id, listed[one.module.name]) - listed[one.module.name]
        if difference:
            label = N_("%(name)s: price by agreement")
            yield _adjustment(label, difference, reason, name=one.module.name)
    if proposal.change_fen:
        yield _adjustment(N_("Adjustment by agreement"), proposal.change_fen, reason)


def _adjustment(label: str, amount_fen: int, reason: str, **facts: str) -> dict[str, Any]:
    kind = LineKind.ADJUSTMENT.value
    return {"kind": kind, "label": label, "facts": facts, "amount_fen": amount_fen, "reason": reason}


def _refuse_unfit(
    work: Work, commission: Commission, proposal: Proposal, lines: Sequence[Mapping[str, Any]], after: Outlook
) -> None:
    wrong: list[RuleBroken] = []
    if any(line["kind"] == LineKind.ADJUSTMENT for line in lines) and not proposal.reason.strip():
        wrong.append(ReasonNeeded())
    if sum(int(line["amount_fen"]) for line in lines) < 0:
        wrong.append(BelowNothing())
    if proposal.valid_until <= work.today:
        wrong.append(ValidityPassed())
    earliest = earliest_day(work, commission, after)
    if proposal.promised_on < earliest:
        wrong.append(TooEarly(earliest=earliest.isoformat()))
    latest = work.today + LONGEST_OFFER
    offered = {"promised_on": proposal.promised_on, "valid_until": proposal.valid_until}
    wrong += [TooLate(name, latest) for name, day in offered.items() if day > latest]
    if not _are_known(work, commission, proposal.methods):
        wrong.append(EditionUnknown())
    if wrong:
        raise RulesBroken(wrong)


def earliest_day(work: Work, commission: Commission, after: Outlook) -> date:
    """Return the earliest day that can be promised: as the instruments are free, or as they are reserved already.

    Tests that are added have no slot yet, whatever the others keep.
    """
    start = work.today if commission.clock_started_at else first_day(work.session, work.now)

    def free_by(demands: Sequence[Demand]) -> date:
        return plan(work.session, demands, start=start, urgency=commission.urgency, now=work.now).promised_on

    found = free_by(after.demands(work))
    if commission.state is CommissionState.IN_REVIEW or commission.promised_on is None:
        return found
    kept = min(found, commission.promised_on)
    return max(kept, free_by(after.new_demands(work))) if after.new else kept


def day_to_offer(work: Work, commission: Commission) -> date:
    """Return the day that is filled in for an offer: as promised before, or the earliest that can still be kept.

    Slots that the commission has taken are counted on, unless samples can no longer be there when they begin.
    """
    start = first_day(work.session, work.now)
    slots = [line.booking for line in live_lines_of(work.session, commission.id)]
    is_kept = all(slot and slot.starts_at and slot.starts_at >= clock.at(start, 0) for slot in slots)
    promised = commission.promised_on or work.today
    try:
        counts_on_slots = is_kept and commission.state is CommissionState.IN_REVIEW
        earliest = earliest_for(work, commission, start).day if counts_on_slots else _earliest_now(work, commission)
    except NothingFree:  # the clerk reads it when the offer is sent
        earliest = work.today
    return max(promised, earliest, work.today)


def _earliest_now(work: Work, commission: Commission) -> date:
    return earliest_day(work, commission, foresee(work, commission, Alteration()))


def _are_known(work: Work, commission: Commission, methods: Mapping[int, int]) -> bool:
    """Every edition named belongs to the item, and the item to the commission."""
    known = (
        select(ItemMethod.item_id, ItemMethod.id)
        .join(TestLine, TestLine.item_id == ItemMethod.item_id)
        .where(TestLine.commission_id == commission.id, ItemMethod.ended_at.is_(None))
    )
    pairs = {(item_id, method_id) for item_id, method_id in work.session.execute(known)}
    return set(methods.items()) <= pairs


def keep(work: Work, commission_id: int, *, reason: str) -> Commission:
    """Leave the contract as it is, whatever change was asked for; the client is told why."""
    commission = of_laboratory(work, commission_id, Permission.COMMISSION_REVIEW)
    if commission.state is not CommissionState.AMENDING:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    if not reason.strip():
        raise ReasonNeeded
    agree(work, commission, "keep", reason=reason.strip())
    message = N_("The laboratory leaves %(no)s as it was agreed.")
    tell_client(work, commission, "commission_kept", message)
    return commission


def propose(work: Work, commission_id: int) -> Commission:
    """Send an order that a clerk entered for a firm to the firm: number, price and date stand, its consent is missing.

    Nothing is reserved before the firm agrees. Raises RulesBroken with everything that is in the way of the order.
    """
    commission = work.session.get(Commission, commission_id, with_for_update={"of": Commission})
    if commission is None or commission.entered_by_id is None:
        raise NotFound  # a client's own draft is nobody else's
    work.require(Permission.COMMISSION_REVIEW, scope=commission.provider_id)
    if commission.state is not CommissionState.DRAFT:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    found = survey(work.session, commission, work.now)
    if found.faults or found.quote is None or found.plan is None:
        raise RulesBroken(found.faults)
    send(work, commission, found)
    commission.clerk_id, commission.submitted_at = work.actor.person_id, work.now
    commission.promised_on, commission.promise_certain = found.plan.promised_on, found.plan.certain
    quotations.offer(
        work,
        subject_no=commission.no or "",
        organisation_id=commission.organisation_id,
        provider_id=commission.provider_id,
        title=title_of(found.charged),
        lines=quotations.lines_of(found.quote),
        due_fen=found.quote.due_fen,
        terms=terms_of_offer(work.session, commission, work.today, found.charged, found.plan.promised_on),
        valid_until=default_validity(work.session, work.today),
    )
    step(work, commission, "propose", promised_on=found.plan.promised_on.isoformat())
    message = N_("The laboratory has entered order %(no)s for you. Please look at it and agree.")
    tell_client(work, commission, "commission_proposed", message)
    return commission


def enter_for_firm(work: Work, wish: Wish) -> Commission:
    """Enter an order that a firm gave by telephone and send it to the firm, which has to agree."""
    return propose(work, draft(work, wish).id)
