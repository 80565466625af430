"""Why an order cannot be sent: the firm's standing, closed items, the wrong product, limits that do not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.billing.models import Order
from services.billing.queries import BALANCE
from services.booking.models import Booking, BookingState
from services.catalogue.models import ModuleState, ProductClass, ServiceModule
from services.core import clock
from services.core.errors import RuleBroken
from services.laboratory.models.capability import Limit, LimitSet, TestItem
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.ordering_errors import (
    BillsOpen,
    ItemClosed,
    LimitsDoNotFit,
    LimitsNeeded,
    NotForProduct,
    NotVerified,
)
from services.laboratory.queries.capability import groups_of
from services.laboratory.queries.surveys import ChargedModule
from services.laboratory.rules.editions import closed_because
from services.organisations.models import Organisation, OrgState

VERIFIED = 2
UNPAID_AFTER = timedelta(days=30)
DONE = (CommissionState.ISSUED, CommissionState.DELIVERED, CommissionState.CLOSED, CommissionState.TERMINATED)


def order_faults(
    session: Session,
    commission: Commission,
    charged: Sequence[ChargedModule],
    items: Mapping[int, TestItem],
    now: datetime,
) -> list[RuleBroken]:
    """Return every reason why an order for these items cannot be sent now, apart from price and date."""
    today = clock.local_day(now)
    return [
        *_standing(session, commission, now),
        *test_faults(session, commission, charged, items, today),
        *limit_faults(session, commission, items),
    ]


def test_faults(
    session: Session,
    commission: Commission,
    charged: Sequence[ChargedModule],
    items: Mapping[int, TestItem],
    day: date,
) -> list[RuleBroken]:
    """Return why these tests cannot be ordered for the commission's product on ``day``."""
    return [*_closed(session, charged, items, day), *_wrong_product(session, commission, charged)]


def _standing(session: Session, commission: Commission, now: datetime) -> Iterator[RuleBroken]:
    firm = session.get_one(Organisation, commission.organisation_id)
    if firm.level < VERIFIED or firm.state not in {OrgState.VERIFIED, OrgState.CHANGING}:
        yield NotVerified()
    if has_bills_open(session, commission.organisation_id, commission.provider_id, now):
        yield BillsOpen()


def has_bills_open(session: Session, organisation_id: int, provider_id: int, now: datetime) -> bool:
    """Tell whether a firm has not paid a provider for what was done more than thirty days ago."""
    tested = select(Commission.order_id).where(Commission.state.in_(DONE), Commission.order_id == Order.id)
    used = select(Booking.order_id).where(
        Booking.state.in_([BookingState.COMPLETED, BookingState.NO_SHOW]), Booking.order_id == Order.id
    )
    overdue = select(Order.id).where(
        Order.organisation_id == organisation_id,
        Order.provider_id == provider_id,
        Order.on_account.is_(False),
        BALANCE > 0,
        Order.created_at < now - UNPAID_AFTER,
        or_(tested.exists(), used.exists()),
    )
    return session.scalar(overdue.limit(1)) is not None


def _closed(
    session: Session, charged: Iterable[ChargedModule], items: Mapping[int, TestItem], day: date
) -> Iterator[RuleBroken]:
    groups = groups_of(session, items)
    for one in charged:
        if one.module.id not in items and one.module.state is not ModuleState.PUBLISHED:
            yield ItemClosed(name=one.module.name)
    for item in items.values():
        reasons = closed_because(item, day, groups.get(item.id, ()))
        if reasons:
            yield ItemClosed(name=item.module.name)
        for reason in reasons:
            reason.field = ItemClosed.field
            yield reason


def _wrong_product(session: Session, commission: Commission, charged: Iterable[ChargedModule]) -> Iterator[RuleBroken]:
    if commission.product_code is None:
        return
    product = session.get_one(ProductClass, commission.product_code)
    for one in charged:
        if not is_for(one.module, product.code):
            yield NotForProduct(name=one.module.name, product=product.name)


def is_for(module: ServiceModule, product_code: str) -> bool:
    """Tell whether a module serves a class of products; one that names none serves all."""
    codes = {one.code for one in module.products}
    return not codes or product_code in codes


def limit_faults(session: Session, commission: Commission, item_ids: Collection[int]) -> Iterator[RuleBroken]:
    """Yield why the results of these items cannot be judged as the commission wishes; nothing if it does not wish it."""
    if not commission.is_judged:
        return
    limits = session.get(LimitSet, commission.limit_set_id) if commission.limit_set_id else None
    if limits is None or not limits.is_active or limits.provider_id != commission.provider_id:
        yield LimitsNeeded()
        return
    covered = set(session.scalars(select(Limit.item_id).where(Limit.limit_set_id == limits.id)))
    if covered.isdisjoint(item_ids) or not _holds_for(limits, commission):
        yield LimitsDoNotFit(limits=limits.name)


def _holds_for(limits: LimitSet, commission: Commission) -> bool:
    other_product = limits.product_code and commission.product_code not in {None, limits.product_code}
    other_market = limits.market and commission.market not in {None, limits.market}
    return not other_product and not other_market
