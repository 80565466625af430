"""What the portal itself finds about the questions of a contract review, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.booking.models import BatchClaim, Booking, BookingState, Claim
from services.catalogue.models import Resource
from services.core import clock
from services.laboratory.capability_errors import CalibrationOverdue
from services.laboratory.models.capability import ItemMethod, Limit, Mark, TestItem
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.queries.capability import groups_of
from services.laboratory.rules.editions import closed_because, scope_on
from services.laboratory.rules.reviewing import Answer, Check, Finding, is_enough
from services.standards.models import StandardState
from services.standards.rules import state_on

RESERVED = frozenset({BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED})


def lines_to_review(session: Session, commission_id: int) -> Sequence[TestLine]:
    """Return what is to be tested, with everything the review looks at."""
    statement = (
        select(TestLine)
        .options(
            joinedload(TestLine.sample),
            joinedload(TestLine.booking),
            joinedload(TestLine.item).joinedload(TestItem.module),
            joinedload(TestLine.item).selectinload(TestItem.methods).joinedload(ItemMethod.standard),
            joinedload(TestLine.method).joinedload(ItemMethod.standard),
            joinedload(TestLine.method).selectinload(ItemMethod.scopes),
        )
        .where(TestLine.commission_id == commission_id, TestLine.state != LineState.CANCELLED)
        .order_by(TestLine.sample_id, TestLine.id)
    )
    return session.scalars(statement).all()


def findings(session: Session, commission: Commission, day: date) -> dict[Check, Finding]:
    """Return what is found about each question on ``day``."""
    lines = lines_to_review(session, commission.id)
    return {
        Check.SCOPE: _scope(commission, lines, day),
        Check.STANDARD: _standard(lines, day),
        Check.CALIBRATION: _calibration(session, lines, day),
        Check.AMOUNT: _amount(lines),
        Check.CAPACITY: _capacity(lines),
        Check.DECISION_RULE: _decision_rule(session, commission, lines),
        Check.SUBCONTRACT: _subcontract(commission, lines),
    }


def _all_or(wrong: Iterable[str]) -> Finding:
    """Return yes when nothing is wrong, else no with each wrong thing once."""
    about = tuple(dict.fromkeys(wrong))
    return Finding(Answer.NO if about else Answer.YES, about)


def _scope(commission: Commission, lines: Sequence[TestLine], day: date) -> Finding:
    """A mark is wanted: every line lies in the scope of one."""
    if not commission.wants_mark:
        return Finding(Answer.NOT_APPLICABLE)
    outside = (one.item.module.name for one in lines if not _has_mark(one.method, day))
    return _all_or(outside)


def _has_mark(method: ItemMethod | None, day: date) -> bool:
    return method is not None and any(scope_on(method, mark, day) for mark in Mark)


def _standard(lines: Sequence[TestLine], day: date) -> Finding:
    """The edition agreed for each line is in force on the day."""
    return _all_or(
        f"{one.item.module.name} {one.method.standard.number if one.method else ''}".strip()
        for one in lines
        if one.method is None or state_on(one.method.standard, day) is not StandardState.CURRENT
    )


def _calibration(session: Session, lines: Sequence[TestLine], day: date) -> Finding:
    """What is reserved, or else one instrument of each kind, is in calibration on the day of the test."""
    reserved = _reserved(session, {one.booking_id for one in lines if one.booking_id is not None})
    groups = groups_of(session, {one.item_id for one in lines})
    if not reserved and not groups:
        return Finding(Answer.NOT_APPLICABLE)
    wrong: list[str] = []
    for line in lines:
        when = _day_of(line.booking, day)
        taken = reserved.get(line.booking_id or 0)
        if taken:
            wrong += [one.name for one in taken if one.calibration_due_on and one.calibration_due_on < when]
        else:
            reasons = closed_because(line.item, when, groups.get(line.item_id, []))
            wrong += [str(one.values["instrument"]) for one in reasons if isinstance(one, CalibrationOverdue)]
    return _all_or(wrong)


def _day_of(booking: Booking | None, day: date) -> date:
    return clock.local_day(booking.starts_at) if booking is not None and booking.starts_at is not None else day


def _reserved(session: Session, booking_ids: set[int]) -> dict[int, list[Resource]]:
    """Return the instruments that each booking holds, by the hour or by the day."""
    taken: dict[int, list[Resource]] = defaultdict(list)
    by_hour = select(Claim).options(joinedload(Claim.resource)).where(Claim.booking_id.in_(booking_ids))
    for claim in session.scalars(by_hour.order_by(Claim.id)):
        taken[claim.booking_id or 0].append(claim.resource)
    by_day = select(BatchClaim).options(joinedload(BatchClaim.resource)).where(BatchClaim.booking_id.in_(booking_ids))
    for batch in session.scalars(by_day.order_by(BatchClaim.booking_id, BatchClaim.resource_id)):
        taken[batch.booking_id].append(batch.resource)
    return taken


def _amount(lines: Sequence[TestLine]) -> Finding:
    """Each sample is as much as the items want, where both are counted in the same unit."""
    told = [(one, is_enough(one.item.sample_amount, one.sample.quantity, one.sample.quantity_unit)) for one in lines]
    wrong = _all_or(
        f"{line.sample.name}: {line.item.module.name} {line.item.sample_amount}"
        for line, enough in told
        if enough is False
    )
    if wrong.about:
        return wrong
    return Finding(Answer.YES if told and all(enough for _, enough in told) else None)


def _capacity(lines: Sequence[TestLine]) -> Finding:
    """Every line that needs an instrument holds one."""
    needing = [one for one in lines if one.item.minutes_per_sample]
    if not needing:
        return Finding(Answer.NOT_APPLICABLE)
    return _all_or(one.item.module.name for one in needing if one.booking is None or one.booking.state not in RESERVED)


def _decision_rule(session: Session, commission: Commission, lines: Sequence[TestLine]) -> Finding:
    """A judgement is wanted: there are limits in use, and each item has one."""
    if not commission.is_judged:
        return Finding(Answer.NOT_APPLICABLE)
    if commission.limit_set is None or not commission.limit_set.is_active:
        return Finding(Answer.NO, (commission.limit_set.name,) if commission.limit_set else ())
    limited = set(session.scalars(select(Limit.item_id).where(Limit.limit_set_id == commission.limit_set_id)))
    return _all_or(one.item.module.name for one in lines if one.item_id not in limited)


def _subcontract(commission: Commission, lines: Sequence[TestLine]) -> Finding:
    """Consent is on file; nothing can be said where no item may be given away."""
    if commission.subcontract_consent_at is not None:
        return Finding(Answer.YES)
    given_away = [one.item.module.name for one in lines if one.state is LineState.SUBCONTRACTED]
    if given_away:
        return _all_or(given_away)
    return Finding(None if any(one.item.may_subcontract for one in lines) else Answer.NOT_APPLICABLE)
