"""What can happen in a story: one function for each word, which lets somebody perform one operation of the portal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.demo.days import Days
from services.accounts.models import Person
from services.billing.models import Order, PaymentMethod
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import put_on_account as charge_to_account
from services.billing.operations.orders import record_payment, record_refund
from services.booking.models import Booking
from services.booking.operations import changing, making, pricing, sweeping
from services.booking.operations.making import Wish
from services.booking.placement import Choice
from services.catalogue.models import ServiceModule, Urgency
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Membership, Organisation

Act = dict[str, Any]

ACCOUNT_LIMIT_FEN = 5_000_000


class Cast:
    """The people of the demonstration, who act for the organisation in their login: c06_clerk for C06."""

    def __init__(self, session: Session, days: Days) -> None:
        self.session = session
        self.days = days
        self.actor = cache(self._actor)

    def work(self, login: str, moment: datetime, key: str = "") -> Work:
        """Return the work of somebody at a moment, for their own organisation or the one with this key."""
        return Work(self.session, self.actor(login, key or organisation_key(login)), moment)

    def _actor(self, login: str, key: str) -> Actor:
        statement = (
            select(Person, Organisation.id, Membership.role)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Person.login == login, Organisation.key == key, Membership.ended_at.is_(None))
            .order_by(Membership.id)
        )
        rows = self.session.execute(statement).all()
        person, organisation_id, _ = rows[0]
        return Actor(person.id, person.name, organisation_id, frozenset(role for _, _, role in rows))


class Bill(Protocol):
    """A story with something to pay."""

    cast: Cast

    @property
    def order(self) -> Order | None:
        """What is owed."""

    def work(self, act: Act) -> Work:
        """Return the work of whoever performs ``act``."""


class Told:
    """One story while it is told: who wants what, and the booking it became."""

    def __init__(self, cast: Cast, story: Act) -> None:
        self.cast = cast
        self.story = story
        self.client: str = story["client"]
        self.key: str = story.get("for") or organisation_key(self.client)
        self.booking_id = 0

    @property
    def booking(self) -> Booking:
        """The booking as it stands."""
        return self.cast.session.get_one(Booking, self.booking_id)

    @property
    def order(self) -> Order | None:
        """What the booking costs."""
        return self.booking.order

    def work(self, act: Act) -> Work:
        """Return the work of whoever performs ``act``: somebody named, or else the client."""
        moment = self.cast.days.moment(act["at"])
        return self.cast.work(act["by"], moment) if "by" in act else self.cast.work(self.client, moment, self.key)

    def choice(self, when: Act) -> Choice:
        """Return the time that is asked for, in the words of the story."""
        days, quantity = self.cast.days, int(self.story.get("quantity", 1))
        if "day" in when:
            return Choice(day=days.day(when["day"]), quantity=quantity)
        if "from" not in when:
            return Choice(quantity=quantity)
        starts_at = days.moment(when["from"])
        ends_at = starts_at + timedelta(minutes=when["minutes"]) if "minutes" in when else days.moment(when["to"])
        return Choice(starts_at, ends_at, quantity=quantity)

    def wish(self) -> Wish:
        """Return what comes with the choice."""
        client = self.cast.actor(self.client, self.key)
        organisation = self.cast.session.get_one(Organisation, client.organisation_id)
        return Wish(
            urgency=Urgency(self.story.get("urgency", Urgency.NORMAL)),
            extras=tuple(self.story.get("extras", ())),
            purpose=self.story["purpose"],
            contact_name=client.name,
            contact_phone=organisation.contact_phone,
        )

    def module_and_firm(self) -> dict[str, int]:
        """Return the ids that making a booking starts from."""
        statement = select(ServiceModule.id).where(ServiceModule.code == self.story["module"])
        organisation_id = self.cast.actor(self.client, self.key).organisation_id
        assert organisation_id is not None
        return {"module_id": self.cast.session.scalars(statement).one(), "organisation_id": organisation_id}


def organisation_key(login: str) -> str:
    """Return the key of the organisation that a login names."""
    return login.split("_", maxsplit=1)[0].upper()


def _hold(told: Told, act: Act) -> None:
    choice = told.choice(told.story.get("when", {}))
    booking = making.hold(told.work(act), choice=choice, wish=told.wish(), **told.module_and_firm())
    told.booking_id = booking.id


def _book(told: Told, act: Act) -> None:
    _hold(told, act)
    making.submit(told.work(act), told.booking_id, told.wish())


def _propose(told: Told, act: Act) -> None:
    client = told.cast.actor(told.client, told.key)
    assert client.person_id is not None
    booking = making.propose(
        told.work(act),
        choice=told.choice(told.story.get("when", {})),
        wish=told.wish(),
        booked_for_id=client.person_id,
        **told.module_and_firm(),
    )
    told.booking_id = booking.id


def _expire(told: Told, act: Act) -> None:
    sweeping.expire_overdue(Work(told.cast.session, Actor.system("demo"), told.cast.days.moment(act["at"])))


def pay(told: Bill, act: Act) -> None:
    """The centre records money that arrived: what is owed, or ``yuan`` of it."""
    work, order = told.work(act), told.order
    assert order is not None
    record_payment(
        work,
        order.id,
        amount_fen=act["yuan"] * 100 if "yuan" in act else order.balance_fen,
        method=PaymentMethod(act["method"]),
        received_on=_day(work),
        reference=act.get("reference", ""),
    )
    told.cast.session.expire(order)  # the amount paid was changed in the database directly


def refund(told: Bill, act: Act) -> None:
    """The centre gives money back."""
    work, order = told.work(act), told.order
    assert order is not None
    record_refund(
        work,
        order.id,
        amount_fen=act["yuan"] * 100,
        method=PaymentMethod(act["method"]),
        refunded_on=_day(work),
        reason=act["reason"],
    )
    told.cast.session.expire(order)


def put_on_account(told: Bill, act: Act) -> None:
    """The centre lets the firm pay with the monthly statement."""
    order = told.order
    assert order is not None
    pair = {"provider_id": order.provider_id, "organisation_id": order.organisation_id}
    work = told.work(act)
    administrator = Actor(work.actor.person_id, work.actor.name, order.provider_id, frozenset({Role.PROVIDER_ADMIN}))
    open_account(Work(work.session, administrator, work.now), **pair, limit_fen=ACCOUNT_LIMIT_FEN)
    charge_to_account(work, order.id, on_account=True)


def _change_price(told: Told, act: Act) -> None:
    order = told.booking.order
    assert order is not None
    was_fen, due_fen = order.due_fen, act["yuan"] * 100
    pricing.change_price(told.work(act), told.booking_id, was_fen=was_fen, due_fen=due_fen, reason=act["reason"])


def _day(work: Work) -> date:
    return clock.local_day(work.now)


ACTS: dict[str, Callable[[Told, Act], Any]] = {
    "hold": _hold,
    "book": _book,
    "propose": _propose,
    "expire": _expire,
    "pay": pay,
    "refund": refund,
    "account": put_on_account,
    "price": _change_price,
    "accept": lambda told, act: making.accept(told.work(act), told.booking_id),
    "decline": lambda told, act: making.decline(told.work(act), told.booking_id, reason=act["reason"]),
    "confirm": lambda told, act: changing.confirm(told.work(act), told.booking_id),
    "reject": lambda told, act: changing.reject(told.work(act), told.booking_id, reason=act["reason"]),
    "move": lambda told, act: changing.move(told.work(act), told.booking_id, told.choice(act)),
    "cancel": lambda told, act: changing.cancel(told.work(act), told.booking_id, reason=act["reason"]),
    "cancel_by_centre": lambda told, act: changing.cancel_by_centre(
        told.work(act), told.booking_id, reason=act["reason"]
    ),
    "check_in": lambda told, act: changing.check_in(told.work(act), told.booking_id),
    "complete": lambda told, act: changing.complete(told.work(act), told.booking_id, delivery_note=act["note"]),
    "miss": lambda told, act: changing.miss(told.work(act), told.booking_id),
}
"""The words of data/bookings.json."""
