"""What a commission would cost and when it could be done, read from today's prices, editions and calendars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.association.standing import is_member
from services.catalogue.models import ServiceModule
from services.catalogue.rules import Extra, Quote, price_on, terms_of
from services.laboratory.models.capability import PackageItem
from services.laboratory.models.commissions import Commission, CommissionCharge, ReportLanguage
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.ordering_errors import ExtraUnknown
from services.laboratory.rules.charging import Charge, price

ENGLISH_REPORT = "english-report"
EXTRA_COPY = "extra-copy"
FOLLOWS = frozenset({ENGLISH_REPORT, EXTRA_COPY})
"""Extras that follow from other options and are never chosen by themselves."""

DROPPED = "dropped_by_agreement"
"""Why a line is cancelled that a later version of the quotation dropped."""

FREE_COPIES = 1
"""Paper copies of a report that cost nothing."""


@dataclass(frozen=True)
class ChargedModule:
    """A module of an order and how much of it is charged."""

    module: ServiceModule
    quantity: int


def charges_of(session: Session, commission_id: int) -> list[ChargedModule]:
    """Return what a commission is charged for, with prices and extras, by code."""
    statement = (
        select(CommissionCharge)
        .join(CommissionCharge.module)
        .options(joinedload(CommissionCharge.module, innerjoin=True).options(*_PRICED))
        .where(CommissionCharge.commission_id == commission_id)
        .order_by(ServiceModule.code)
    )
    return [ChargedModule(one.module, one.quantity) for one in session.scalars(statement)]


_PRICED = (selectinload(ServiceModule.prices), selectinload(ServiceModule.extras))


def offered_extras(charged: Sequence[ChargedModule]) -> dict[str, tuple[str, int]]:
    """Return the extras offered with any of the modules by code: name and amount, the highest where they differ."""
    offered: dict[str, tuple[str, int]] = {}
    for one in charged:
        for extra in one.module.extras:
            known = offered.get(extra.code)
            if known is None or known[1] < extra.amount_fen:
                offered[extra.code] = (extra.name, extra.amount_fen)
    return offered


def priced(
    session: Session,
    commission: Commission,
    day: date,
    *,
    charged: Sequence[ChargedModule] | None = None,
    agreed: Mapping[str, Any] | None = None,
) -> Quote:
    """Return the price of a commission by the prices of ``day``, or by what was ``agreed`` in a quotation's terms.

    Raises ExtraUnknown for an extra that is not offered, and what the price rules raise.
    """
    charged = charges_of(session, commission.id) if charged is None else charged
    agreed = agreed or {}
    member = bool(agreed["is_member"]) if "is_member" in agreed else is_member(session, commission.organisation_id, day)
    return price(
        [charge_of(one, day, agreed.get("price_versions", {})) for one in charged],
        extras=extras_of(commission, charged),
        urgency=commission.urgency,
        is_member=member,
    )


def charge_of(charged: ChargedModule, day: date, agreed: Mapping[str, int]) -> Charge:
    """Return how a module is charged on ``day``, or by the version of its price that was agreed."""
    module = charged.module
    kept = (one for one in module.prices if one.id == agreed.get(str(module.id)))
    version = next(kept, None) or price_on(module.prices, day)
    return Charge(module.name, terms_of(module, version), charged.quantity)


def extras_of(commission: Commission, charged: Sequence[ChargedModule]) -> list[Extra]:
    """Return the extras of a commission: those chosen, the English report, and copies beyond the free one."""
    offered = offered_extras(charged)
    chosen = [str(code) for code in commission.extras]
    if unknown := [code for code in chosen if code not in offered]:
        raise ExtraUnknown(codes=", ".join(unknown))
    counts = dict.fromkeys(chosen, 1)
    if commission.report_language is not ReportLanguage.CHINESE and ENGLISH_REPORT in offered:
        counts[ENGLISH_REPORT] = 1
    if commission.paper_copies > FREE_COPIES and EXTRA_COPY in offered:
        counts[EXTRA_COPY] = commission.paper_copies - FREE_COPIES
    return [(code, *offered[code], count) for code, count in counts.items()]


def terms_of_offer(
    session: Session, commission: Commission, day: date, charged: Sequence[ChargedModule], promised_on: date
) -> dict[str, Any]:
    """Return what is agreed beside the price: price versions, membership, speed, the promised date."""
    return {
        "price_versions": {str(one.module.id): price_on(one.module.prices, day).id for one in charged},
        "is_member": is_member(session, commission.organisation_id, day),
        "urgency": commission.urgency.value,
        "promised_on": promised_on.isoformat(),
    }


def samples_of(session: Session, commission_id: int) -> list[Sample]:
    """Return the samples of a commission in their order, parts after the whole."""
    statement = select(Sample).where(Sample.commission_id == commission_id)
    return list(session.scalars(statement.order_by(Sample.parent_id.is_not(None), Sample.position, Sample.id)))


def lines_of(session: Session, commission_id: int) -> list[TestLine]:
    """Return the test lines of a commission in the order of its samples."""
    statement = (
        select(TestLine)
        .join(Sample, Sample.id == TestLine.sample_id)
        .where(TestLine.commission_id == commission_id)
        .order_by(Sample.position, TestLine.id)
    )
    return list(session.scalars(statement))


def live_lines_of(session: Session, commission_id: int) -> list[TestLine]:
    """Return the test lines of a commission that are not cancelled."""
    return [one for one in lines_of(session, commission_id) if one.state is not LineState.CANCELLED]


def charged_for(session: Session, lines: Sequence[TestLine]) -> Counter[int]:
    """Return how much of each module the lines stand for: their own quantity, or that of the package they came with."""
    whole = {(one.sample_id, one.package_id): one for one in lines if one.package_id is not None}
    inside = select(PackageItem).where(PackageItem.package_id.in_({package_id for _, package_id in whole}))
    each = {(one.package_id, one.item_id): one.quantity for one in session.scalars(inside)}
    charged: Counter[int] = Counter()
    for line in lines:
        if line.package_id is None:
            charged[line.item_id] += line.quantity
    for (_, package_id), line in whole.items():
        charged[package_id or 0] += line.quantity // each.get((package_id, line.item_id), line.quantity)
    return charged
