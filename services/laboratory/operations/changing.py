"""What a client does with an order that was sent: answers quotations, asks for changes, cancels, orders the same again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import Quotation, QuotationState
from services.billing.operations import quotations
from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.money import percent_of, yuan_text
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission, CommissionCharge, CommissionState
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations.agreeing import agree, agree_editions, was_agreed
from services.laboratory.operations.altering import alter
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.ordering import draft
from services.laboratory.operations.planning import earliest_for, first_day, reserve_missing
from services.laboratory.operations.steps import of_client, step, tell_staff
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from services.laboratory.ordering_errors import FeeMoved, NothingOffered, PromiseMoved
from services.laboratory.queries.surveys import DROPPED, lines_of, samples_of
from services.laboratory.rules.states import COMMISSION_NAMES, COMMISSION_STEPS

REVIEW = Permission.COMMISSION_REVIEW


def accept_quotation(work: Work, commission_id: int, *, version: int, shown_promised_on: date) -> Commission:
    """Agree to the open quotation: its tests, price and date hold, and slots are taken for lines that have none.

    Raises NothingOffered when it is not the version that was shown, QuotationExpired after its last day, PromiseMoved
    with nothing changed when the instruments can only do it later than shown.
    """
    commission, quotation = _offered(work, commission_id, version)
    quotations.accept(work, quotation)
    commission.order = quotations.bring_order(work, quotation, commission.order_id)
    alter(work, commission, quotation.terms)
    agree_editions(work, commission, quotation.terms)
    start = first_day(work.session, work.now)
    reserve_missing(work, commission, start=start, latest_on=shown_promised_on)
    earliest = earliest_for(work, commission, start)
    if earliest.day > shown_promised_on:
        raise PromiseMoved(earliest.day)
    offered_on = date.fromisoformat(quotation.terms["promised_on"])
    commission.promised_on = min(shown_promised_on, max(offered_on, earliest.day))  # nobody agrees to any later day
    commission.promise_certain = earliest.certain
    agree(work, commission, "accept", version=version)
    message = N_("The client has accepted the quotation for %(no)s.")
    tell_staff(work, commission, message, permission=REVIEW)
    return commission


def reject_quotation(work: Work, commission_id: int, *, version: int, reason: str) -> Commission:
    """Refuse the open quotation: what was agreed before goes on as it was, and without that the commission ends."""
    commission, quotation = _offered(work, commission_id, version)
    if not reason.strip():
        raise ReasonNeeded
    quotations.reject(work, quotation, reason=reason)
    if was_agreed(work.session, commission):
        agree(work, commission, "keep", reason=reason, version=version)
    else:
        step(work, commission, "reject", reason=reason, version=version)
        give_up(work, commission, reason=reason)
    message = N_("The client has refused the quotation for %(no)s.")
    tell_staff(work, commission, message, permission=REVIEW)
    return commission


def _offered(work: Work, commission_id: int, version: int) -> tuple[Commission, Quotation]:
    commission = of_client(work, commission_id)
    if commission.state is not CommissionState.QUOTED:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    quotation = quotations.latest(work.session, commission.no or "")
    if quotation is None or quotation.version != version or quotation.state is not QuotationState.OFFERED:
        raise NothingOffered
    return commission, quotation


def ask_change(work: Work, commission_id: int, *, text: str) -> Commission:
    """Ask the laboratory to change what was agreed; nothing changes before a new version is accepted."""
    commission = of_client(work, commission_id)
    if not text.strip():
        raise ReasonNeeded(field="text")
    step(work, commission, "amend", reason=text.strip())
    message = N_("The client asks for a change of %(no)s.")
    tell_staff(work, commission, message, permission=REVIEW)
    return commission


@dataclass(frozen=True)
class CancelCost:
    """What cancelling costs now: nothing before the samples are there, then ``percent`` of the price."""

    percent: int
    fee_fen: int


def cost_of_cancelling(session: Session, commission: Commission) -> CancelCost:
    """Return what cancelling would cost the client now; shown before the button."""
    percent = int(setting(session, "laboratory.cancel_fee_percent"))
    has_begun = commission.state is CommissionState.SAMPLE_IN or commission.clock_started_at is not None
    if not has_begun or commission.order is None:
        return CancelCost(percent, 0)
    return CancelCost(percent, percent_of(commission.order.due_fen, percent))


def may_cancel(commission: Commission) -> bool:
    """Tell whether the client may still cancel alone."""
    return commission.state in COMMISSION_STEPS["cancel"][0]


def cancel(work: Work, commission_id: int, *, reason: str = "", shown_fee_fen: int | None = None) -> Commission:
    """End a commission before testing: slots free, lines cancelled, nothing owed but the fee that was shown.

    Raises FeeMoved when it costs more than the client was shown.
    """
    commission = of_client(work, commission_id)
    was_sent = commission.state is not CommissionState.DRAFT
    cost = cost_of_cancelling(work.session, commission)
    if shown_fee_fen is not None and cost.fee_fen > shown_fee_fen:
        raise FeeMoved(fee=yuan_text(cost.fee_fen))
    step(work, commission, "cancel", reason=reason, fee_fen=cost.fee_fen)
    give_up(work, commission, reason=reason or commission.no or "", fee_fen=cost.fee_fen)
    if was_sent:
        tell_staff(work, commission, N_("The client has cancelled %(no)s."), permission=REVIEW)
    return commission


def copy(work: Work, commission_id: int) -> Commission:
    """Return a draft that orders the same again: same samples, tests and options, today's prices and editions.

    Consent to subcontracting and the date wished for belonged to the earlier order and are not copied.
    """
    earlier = work.session.get(Commission, commission_id)
    if earlier is None:
        raise NotFound
    work.require(Permission.COMMISSION_PLACE, scope=earlier.organisation_id)
    samples = [one for one in samples_of(work.session, commission_id) if one.parent_id is None]
    wish = Wish(
        provider_id=earlier.provider_id,
        organisation_id=earlier.organisation_id,
        chosen=tuple(_chosen(work.session, earlier, samples)),
        samples=tuple(sample_wish(one) for one in samples),
        options=options_of(earlier, is_new=True),
        copied_from_id=earlier.id,
    )
    return draft(work, wish)


def sample_wish(sample: Sample) -> SampleWish:
    """Return a sample as its client described it."""
    return SampleWish(**{name: getattr(sample, name) for name in SampleWish.__dataclass_fields__})


def options_of(commission: Commission, *, is_new: bool = False) -> Options:
    """Return the options of a commission; for a new one without consent and the date wished for."""
    same = Options.__dataclass_fields__.keys() - {"extras", "may_subcontract", "wished_on"}
    return Options(
        **{name: getattr(commission, name) for name in same},
        extras=tuple(commission.extras),
        may_subcontract=not is_new and commission.subcontract_consent_at is not None,
        wished_on=None if is_new else commission.wished_on,
    )


def chosen_of(session: Session, commission: Commission) -> list[Chosen]:
    """Return what was chosen for a commission, as it would be chosen again."""
    samples = [one for one in samples_of(session, commission.id) if one.parent_id is None]
    return _chosen(session, commission, samples)


def _chosen(session: Session, commission: Commission, samples: Iterable[Sample]) -> list[Chosen]:
    """Put lines together again: items by quantity, packages by the samples they were on."""
    positions = {one.id: one.position for one in samples}
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    for line in lines_of(session, commission.id):
        position = positions.get(line.sample_id)
        if position is not None and line.state_reason != DROPPED:
            key = (line.item_id, line.quantity) if line.package_id is None else (line.package_id, 1)
            found[key].add(position)
    everywhere = set(positions.values())
    charged = _times(session, commission, found)
    return [
        Chosen(module_id, charged.get(module_id, quantity), () if on == everywhere else tuple(sorted(on)))
        for (module_id, quantity), on in sorted(found.items())
    ]


def _times(session: Session, commission: Commission, found: dict[tuple[int, int], set[int]]) -> dict[int, int]:
    """Return how often each package was ordered for a sample, from what was charged."""
    statement = select(TestLine.package_id).where(
        TestLine.commission_id == commission.id, TestLine.package_id.is_not(None)
    )
    packages = set(session.scalars(statement))
    charges = select(CommissionCharge).where(
        CommissionCharge.commission_id == commission.id, CommissionCharge.module_id.in_(packages)
    )
    return {
        one.module_id: max(1, one.quantity // max(1, len(found.get((one.module_id, 1), ()))))
        for one in session.scalars(charges)
    }
