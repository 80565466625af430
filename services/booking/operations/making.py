"""From a choice to a booking: hold, submit, abandon; and what staff enter on behalf of a firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from services.association.standing import is_member
from services.billing.operations.orders import open_order
from services.booking.claims import release
from services.booking.errors import HoldLapsed, NotBookable, ReasonNeeded, UnknownChoice
from services.booking.models import Booking, BookingState
from services.booking.operations.steps import PRICED, note, of_client, step, tell_centre, tell_client, void_order
from services.booking.placement import Choice, Placing
from services.booking.rules import STATE_NAMES
from services.booking.standing import standing_of
from services.catalogue.models import BookingMode, BookingPolicy, ModuleState, ServiceModule, Urgency
from services.catalogue.rules import Quote, price, price_on, quantity_of, terms_of, urgent_days
from services.core import clock
from services.core.calendar import promised_date
from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import all_settings, setting
from services.core.work import Work
from services.organisations.models import Membership

_MODULE = (
    select(ServiceModule)
    .options(*(joinedload(part) for part in PRICED))
    .where(ServiceModule.id == bindparam("module_id"))
)


@dataclass(frozen=True)
class Wish:
    """What comes with a choice: speed, extras by code, and what the firm wants done."""

    urgency: Urgency = Urgency.NORMAL
    extras: Sequence[str] = ()
    purpose: str = ""
    contact_name: str = ""
    contact_phone: str = ""


def quote(
    module: ServiceModule,
    choice: Choice,
    wish: Wish,
    day: date,
    *,
    is_member: bool,
    agreed: Mapping[str, Any] | None = None,
) -> Quote:
    """Return the price of a choice on ``day``, or by what was ``agreed`` in the terms of a booking.

    Raises UnknownChoice for an extra that is not offered, and what the price rules raise.
    """
    agreed = agreed or {}
    kept = (one for one in module.prices if one.id == agreed.get("price_version_id"))
    version = next(kept, None) or price_on(module.prices, day)
    terms = terms_of(module, version)
    terms = replace(terms, minimum_order_fen=agreed.get("minimum_order_fen", terms.minimum_order_fen))
    offered = {extra.code: (extra.name, extra.amount_fen) for extra in module.extras}
    offered |= {code: (name, amount_fen) for code, name, amount_fen in agreed.get("extras", ())}
    if unknown := [code for code in wish.extras if code not in offered]:
        raise UnknownChoice(field="extras", codes=", ".join(unknown))
    units = quantity_of(version.unit, choice.span.minutes) if module.booking_mode is BookingMode.SLOT else 1
    chosen = [(code, *offered[code], 1) for code in dict.fromkeys(wish.extras)]
    return price(
        terms,
        quantity=units * choice.quantity,
        urgency=wish.urgency,
        extras=chosen,
        is_member=is_member,
    )


def hold(work: Work, *, module_id: int, organisation_id: int, choice: Choice, wish: Wish | None = None) -> Booking:
    """Hold what the choice needs for the organisation until the hold runs out (15 minutes unless set otherwise).

    Raises RulesBroken with every broken rule at once, SlotTaken with the three nearest free slots, or DayFull.
    """
    work.require(Permission.BOOKING_REQUEST, scope=organisation_id)
    return _hold(work, _module(work, module_id), organisation_id, choice, wish or Wish(), overrides=False)


def submit(work: Work, booking_id: int, wish: Wish) -> Booking:
    """Send a held booking: it gets its number and its order, and is confirmed at once where no approval is needed.

    Raises HoldLapsed when its time has run out; the hold is never revived by a late click.
    """
    booking = of_client(work, booking_id)
    if booking.state is not BookingState.HELD:
        raise HoldLapsed if booking.state is BookingState.EXPIRED else WrongState(state=STATE_NAMES[booking.state])
    if booking.hold_expires_at is None or booking.hold_expires_at <= work.now:
        raise HoldLapsed
    _write_down(work, booking, wish)
    if booking.terms["needs_approval"]:
        step(work, booking, "submit")
        tell_centre(work, booking, "booking_requested", N_("New booking %(no)s of %(name)s is waiting for you."))
    else:
        step(work, booking, "book_at_once")
        tell_client(work, booking, "booking_confirmed", N_("Booking %(no)s of %(name)s is confirmed."))
    return booking


def abandon(work: Work, booking_id: int) -> None:
    """Give a held slot back before its time runs out."""
    booking = of_client(work, booking_id)
    step(work, booking, "abandon")
    release(work, booking_id)


def propose(
    work: Work,
    *,
    module_id: int,
    organisation_id: int,
    choice: Choice,
    wish: Wish,
    booked_for_id: int,
    override_reason: str = "",
    overrides: bool = False,
) -> Booking:
    """Enter a booking on behalf of a firm (代办); it holds the slot until the firm accepts, two days by default.

    With ``overrides`` the policy is set aside, but never overlaps and outages; ReasonNeeded without a reason.
    """
    module = _module(work, module_id)
    work.require(Permission.BOOKING_APPROVE, scope=module.provider_id)
    if overrides and not override_reason.strip():
        raise ReasonNeeded(field="override_reason")
    if not _acts_for(work, booked_for_id, organisation_id):
        raise UnknownChoice(field="booked_for")
    booking = _hold(work, module, organisation_id, choice, wish, overrides=overrides)
    booking.booked_by_id = booked_for_id
    booking.on_behalf = True
    booking.override_reason = override_reason
    _write_down(work, booking, wish)
    deadline = work.now + timedelta(days=int(setting(work.session, "booking.proposal_days")))
    step(work, booking, "propose", hold_expires_at=deadline)
    tell_client(work, booking, "booking_proposed", N_("The centre has prepared booking %(no)s of %(name)s for you."))
    return booking


def accept(work: Work, booking_id: int) -> Booking:
    """Accept what the centre has entered on the firm's behalf; HoldLapsed after its deadline."""
    booking = of_client(work, booking_id)
    if booking.state is BookingState.EXPIRED or (booking.hold_expires_at and booking.hold_expires_at <= work.now):
        raise HoldLapsed
    promise(work, booking, work.now)
    step(work, booking, "accept")
    tell_centre(work, booking, "booking_accepted", N_("The firm has accepted booking %(no)s of %(name)s."))
    return booking


def decline(work: Work, booking_id: int, *, reason: str) -> Booking:
    """Decline what the centre has entered; the slot is free again."""
    booking = of_client(work, booking_id)
    step(work, booking, "decline", reason=reason)
    release(work, booking_id)
    void_order(work, booking)
    tell_centre(work, booking, "booking_cancelled", N_("The firm has declined booking %(no)s of %(name)s."))
    return booking


def _acts_for(work: Work, person_id: int, organisation_id: int) -> bool:
    """Tell whether a person holds a role in the organisation now."""
    statement = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    return work.session.scalar(statement.limit(1)) is not None


def _hold(
    work: Work, module: ServiceModule, organisation_id: int, choice: Choice, wish: Wish, *, overrides: bool
) -> Booking:
    standing = standing_of(work, organisation_id, module.provider_id)
    closed = [] if module.state is ModuleState.PUBLISHED else [NotBookable()]
    known = [*closed, *standing.faults()]
    settings = all_settings(work.session)
    placing = Placing(work, module, organisation_id, choice, overrides=overrides, known=known)
    placing.prepare()
    member = is_member(work.session, organisation_id, work.today)
    quote(module, choice, wish, work.today, is_member=member)  # so that what is not offered is refused now
    prepay = standing.no_shows >= int(settings["booking.no_show_limit"])
    booking = _row(work, module, organisation_id, choice, wish)
    booking.hold_expires_at = work.now + timedelta(minutes=int(settings["booking.hold_minutes"]))
    booking.terms = _terms(work, module, placing.policies, wish.extras, is_member=member, prepay=prepay)
    work.session.add(booking)
    work.session.flush()  # the claims need its id
    placing.take(booking.id)
    booking.terms = _terms(work, module, placing.policies, wish.extras, is_member=member, prepay=prepay)
    note(work, booking, "hold")
    work.record("booking.hold", booking, module=module.code, starts_at=choice.starts_at, day=choice.day)
    return booking


def _row(work: Work, module: ServiceModule, organisation_id: int, choice: Choice, wish: Wish) -> Booking:
    starts_at, ends_at = choice.starts_at, choice.ends_at
    if module.booking_mode is BookingMode.BATCH and choice.day is not None:
        starts_at, ends_at = clock.at(choice.day, 0), clock.at(choice.day, 1440)
    elif module.booking_mode is BookingMode.PROJECT:
        starts_at = ends_at = None
    return Booking(
        module_id=module.id,
        provider_id=module.provider_id,
        organisation_id=organisation_id,
        booked_by_id=work.actor.person_id,
        on_behalf=False,
        state=BookingState.HELD,
        state_at=work.now,
        starts_at=starts_at,
        ends_at=ends_at,
        quantity=choice.quantity,
        urgency=wish.urgency,
        extras=list(wish.extras),
        purpose=wish.purpose,
        contact_name=wish.contact_name,
        contact_phone=wish.contact_phone,
        created_at=work.now,
        version=1,
    )


def _terms(
    work: Work,
    module: ServiceModule,
    policies: Sequence[BookingPolicy],
    extras: Sequence[str],
    *,
    is_member: bool,
    prepay: bool,
) -> dict[str, object]:
    """Return what is agreed: the price, the strictest cancellation rule, whether staff approve, prepayment."""
    return {
        "price_version_id": price_on(module.prices, work.today).id,
        "minimum_order_fen": module.minimum_order_fen,
        "extras": [[one.code, one.name, one.amount_fen] for one in module.extras if one.code in extras],
        "is_member": is_member,
        "free_cancel_hours": max((one.free_cancel_hours for one in policies), default=24),
        "late_fee_percent": max((one.late_fee_percent for one in policies), default=0),
        "needs_approval": prepay or not policies or any(one.needs_approval for one in policies),
        "prepay": prepay,
    }


def agreed_quote(booking: Booking) -> Quote:
    """Return the price that a booking was held with, whatever the price list says by now."""
    return quote(
        booking.module,
        Choice(booking.starts_at, booking.ends_at, quantity=booking.quantity),
        Wish(booking.urgency, booking.extras),
        clock.local_day(booking.created_at),
        is_member=bool(booking.terms["is_member"]),
        agreed=booking.terms,
    )


def agreed_extras(booking: Booking) -> list[str]:
    """Return the names of the extras of a booking as they were when it was held."""
    agreed = booking.terms.get("extras")
    if agreed is None:
        return [one.name for one in booking.module.extras if one.code in booking.extras]
    return [name for _, name, _ in agreed]


def _write_down(work: Work, booking: Booking, wish: Wish) -> None:
    """Give the booking its number, its order at the price it was held with, and the date that is promised."""
    booking.no = work.number("YY")
    order = open_order(
        work,
        agreed_quote(booking),
        organisation_id=booking.organisation_id,
        provider_id=booking.provider_id,
        title=booking.module.name,
    )
    booking.order = order
    booking.purpose = wish.purpose
    booking.contact_name = wish.contact_name
    booking.contact_phone = wish.contact_phone
    promise(work, booking, work.now)


def promise(work: Work, booking: Booking, accepted_at: datetime) -> None:
    """Promise a date in working days, where the module promises one; from the booked day or from ``accepted_at``."""
    days = urgent_days(booking.module.working_days, booking.urgency)
    if days is None:
        return
    promised = promised_date(work.session, booking.starts_at or accepted_at, days)
    booking.promised_on, booking.promise_certain = promised.day, promised.certain


def _module(work: Work, module_id: int) -> ServiceModule:
    module = work.session.scalars(_MODULE, {"module_id": module_id}).unique().one_or_none()
    if module is None:
        raise NotFound
    return module
