"""From a wish to an order: a draft, changed as often as the client likes, and confirmed once with price and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services.billing.operations import quotations
from services.catalogue.models import Urgency
from services.catalogue.rules import Quote
from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.models.capability import TestItem
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.consulted import mark_ordered
from services.laboratory.operations.planning import Plan, first_day, plan, reserve_by
from services.laboratory.operations.steps import note, of_client, step, tell_client, tell_staff
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish, write_options, write_rows
from services.laboratory.ordering_errors import (
    ItemClosed,
    NobodyNamed,
    NotFaster,
    PriceMoved,
    WishedTooEarly,
    WishPassed,
)
from services.laboratory.queries.demands import demands_of, items_of
from services.laboratory.queries.faults import limit_faults, order_faults
from services.laboratory.queries.surveys import (
    ChargedModule,
    charges_of,
    lines_of,
    priced,
    samples_of,
    terms_of_offer,
)
from services.laboratory.rules.editions import method_on
from services.laboratory.rules.states import COMMISSION_NAMES
from services.organisations.queries import acts_for


@dataclass(frozen=True)
class Survey:
    """What an order would cost and when it could be done; ``faults`` are all the reasons why it cannot be sent now."""

    charged: list[ChargedModule]
    lines: list[TestLine]
    items: Mapping[int, TestItem]
    quote: Quote | None
    plan: Plan | None
    faults: list[RuleBroken]


def draft(work: Work, wish: Wish) -> Commission:
    """Return a new draft of the wish. A clerk enters it for a firm and names one of its people.

    Raises RulesBroken with everything that is wrong with samples and tests at once.
    """
    placed_by = _placer(work, wish)
    commission = Commission(
        provider_id=wish.provider_id,
        organisation_id=wish.organisation_id,
        placed_by_id=placed_by,
        entered_by_id=work.actor.person_id if placed_by != work.actor.person_id else None,
        copied_from_id=wish.copied_from_id,
        state=CommissionState.DRAFT,
        state_at=work.now,
        created_at=work.now,
        version=1,
    )
    work.session.add(commission)
    write_options(work, commission, wish.options)
    work.session.flush()  # samples and lines need its id
    write_rows(work, commission, wish.chosen, wish.samples)
    note(work, commission, "draft")
    work.record("commission.draft", commission, samples=len(wish.samples), tests=len(wish.chosen))
    return commission


def _placer(work: Work, wish: Wish) -> int:
    if work.actor.organisation_id == wish.organisation_id or not work.actor.may(Permission.COMMISSION_REVIEW):
        work.require(Permission.COMMISSION_PLACE, scope=wish.organisation_id)
        placed_by = wish.placed_by_id or work.actor.person_id
    else:
        work.require(Permission.COMMISSION_REVIEW, scope=wish.provider_id)
        placed_by = wish.placed_by_id
    if placed_by is None or not acts_for(work.session, placed_by, wish.organisation_id):
        raise NobodyNamed
    return placed_by


def change_rows(
    work: Work, commission_id: int, chosen: tuple[Chosen, ...], samples: tuple[SampleWish, ...]
) -> Commission:
    """Let a draft have other samples and tests."""
    commission = _draft_of(work, commission_id)
    write_rows(work, commission, chosen, samples)
    work.record("commission.changed", commission, samples=len(samples), tests=len(chosen))
    return commission


def change_options(work: Work, commission_id: int, options: Options) -> Commission:
    """Let a draft have other options. Raises RulesBroken for limits that judge nothing, and a day that has passed."""
    commission = _draft_of(work, commission_id)
    write_options(work, commission, options)
    broken = [*limit_faults(work.session, commission, {one.item_id for one in lines_of(work.session, commission.id)})]
    if options.wished_on is not None and options.wished_on < work.today:
        broken.append(WishPassed())
    if broken:
        raise RulesBroken(broken)
    work.record("commission.changed", commission, urgency=options.urgency)
    return commission


def _draft_of(work: Work, commission_id: int) -> Commission:
    """Return a draft, locked: the firm's own for its people, one a clerk has entered for the clerks."""
    commission = work.session.get(Commission, commission_id, with_for_update={"of": Commission})
    if commission is None:
        raise NotFound
    if commission.entered_by_id is not None and work.actor.organisation_id == commission.provider_id:
        work.require(Permission.COMMISSION_REVIEW, scope=commission.provider_id)
    else:
        work.require(Permission.COMMISSION_PLACE, scope=commission.organisation_id)
    if commission.state is not CommissionState.DRAFT:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    return commission


def survey(session: Session, commission: Commission, now: datetime) -> Survey:
    """Return what the order would cost and when it could be done if it were sent at ``now``, and what is in the way."""
    today = clock.local_day(now)
    charged, lines = charges_of(session, commission.id), lines_of(session, commission.id)
    items = items_of(session, {one.item_id for one in lines})
    faults = order_faults(session, commission, charged, items, now)
    quote, found = None, None
    try:
        quote = priced(session, commission, today, charged=charged)
    except RuleBroken as refusal:
        faults.append(refusal)
    if not any(isinstance(one, ItemClosed) for one in faults):
        try:
            start = first_day(session, now)
            demands = demands_of(session, lines, today, items=items)
            found = plan(session, demands, start=start, urgency=commission.urgency, now=now)
            faults += _date_faults(commission, found)
        except RuleBroken as refusal:
            faults.append(refusal)
    return Survey(charged, lines, items, quote, found, faults)


def _date_faults(commission: Commission, found: Plan) -> Iterator[RuleBroken]:
    if commission.urgency is not Urgency.NORMAL and found.promised_on >= found.normal_on:
        yield NotFaster(promised_on=found.normal_on)
    if commission.wished_on is not None and commission.wished_on < found.promised_on:
        yield WishedTooEarly(promised_on=found.promised_on)


def confirm(work: Work, commission_id: int, *, shown_due_fen: int, shown_promised_on: date) -> Commission:
    """Send a draft: it gets its number, its price is agreed, its order opened, its slots taken and its date promised.

    Raises RulesBroken with everything in the way; PriceMoved when it no longer costs what was shown; PromiseMoved, with
    nothing claimed, when the instruments can only do it later than shown.
    """
    commission = of_client(work, commission_id)
    if commission.state is not CommissionState.DRAFT:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    found = survey(work.session, commission, work.now)
    if found.faults or found.quote is None or found.plan is None:
        raise RulesBroken(found.faults)
    if found.quote.due_fen != shown_due_fen:
        raise PriceMoved(found.quote.due_fen)
    send(work, commission, found)
    commission.submitted_at = work.now
    step(work, commission, "submit")
    mark_ordered(work, commission)
    taken = reserve_by(work, commission, found.plan, shown_promised_on)
    commission.promised_on, commission.promise_certain = taken.promised_on, taken.certain
    _agree_at_list_price(work, commission, found, found.quote, taken.promised_on)
    name = title_of(found.charged)
    message = N_("New commission %(no)s is waiting for contract review: %(name)s.")
    tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW, name=name)
    tell_client(work, commission, "commission_submitted", N_("Your order %(no)s has been sent to the laboratory."))
    return commission


def send(work: Work, commission: Commission, found: Survey) -> None:
    """Give a draft and its samples their numbers, and each line the edition of its standard in force today."""
    commission.no = work.number("JC")
    for sample in samples_of(work.session, commission.id):
        sample.no = f"{commission.no}-S{sample.position:02d}"
    for line in found.lines:
        method = method_on(found.items[line.item_id], work.today)
        line.method_id = None if method is None else method.id
    work.session.flush()  # bookings and quotations refer to the number


def _agree_at_list_price(work: Work, commission: Commission, found: Survey, quote: Quote, promised_on: date) -> None:
    """The published price was shown and confirmed: version 1 is offered and accepted at once, and the order opened."""
    valid = timedelta(days=int(setting(work.session, "laboratory.quotation_days")))
    quotation = quotations.offer(
        work,
        subject_no=commission.no or "",
        organisation_id=commission.organisation_id,
        provider_id=commission.provider_id,
        title=title_of(found.charged),
        lines=quotations.lines_of(quote),
        due_fen=quote.due_fen,
        terms=terms_of_offer(work.session, commission, work.today, found.charged, promised_on),
        valid_until=work.today + valid,
    )
    quotations.accept(work, quotation)
    commission.order = quotations.bring_order(work, quotation, None)


def title_of(charged: Sequence[ChargedModule]) -> str:
    """Return what an order is called: the names of what is charged."""
    return "、".join(one.module.name for one in charged)[:120]
