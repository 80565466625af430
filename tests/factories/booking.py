"""Firms and their people, a centre with something to book in each mode, and bookings, for tests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.billing.models import LineKind, Order, OrderLine
from services.booking.models import Booking, BookingState
from services.booking.operations import making
from services.booking.operations.making import Wish
from services.booking.placement import Choice
from services.catalogue.models import (
    BookingMode,
    CapacityKind,
    ModuleKind,
    PriceUnit,
    Provider,
    Resource,
    ServiceModule,
)
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Membership, Organisation, OrgState, OrgType
from tests.factories.catalogue import make_extra, make_module, make_policy, make_provider, make_resource, open_weekly

_numbers = count(1)


def make_firm(session: Session, name: str = "", **over) -> Organisation:
    """Make a verified enterprise."""
    name = name or f"示例·玻璃厂{next(_numbers)}"
    values = {"level": 2, "state": OrgState.VERIFIED, "contact_name": "周厂长", "contact_phone": "13800000009"} | over
    firm = Organisation(name=name, name_key=name, org_type=OrgType.MAKER, created_at=clock.now(), **values)
    session.add(firm)
    session.flush()
    return firm


def make_agent(session: Session, organisation: Organisation, role: Role = Role.ENT_ADMIN, **over) -> Person:
    """Make somebody who acts for an organisation."""
    number = next(_numbers)
    values = {"login": f"agent{number}", "name": f"经办人{number}", "mobile": f"139{number:08d}"} | over
    person = Person(password_hash="-", password_changed_at=clock.now(), created_at=clock.now(), **values)
    session.add(person)
    session.flush()
    join(session, person, organisation, role)
    return person


def join(session: Session, person: Person, organisation: Organisation, role: Role = Role.ENT_ADMIN) -> Membership:
    """Let a person act for one more organisation."""
    membership = Membership(person_id=person.id, organisation_id=organisation.id, role=role, started_at=clock.now())
    session.add(membership)
    session.flush()
    return membership


def actor_of(person: Person, organisation: Organisation, role: Role = Role.ENT_ADMIN) -> Actor:
    """Return the person acting for the organisation."""
    return Actor(person.id, person.name, organisation.id, frozenset({role}))


@dataclass
class Market:
    """A centre with one service of each mode, and two firms; everything is committed."""

    session: Session
    provider: Provider
    stove: Resource
    bench: Resource
    bath: Resource
    hours: ServiceModule
    test: ServiceModule
    project: ServiceModule
    firm: Organisation
    agent: Person
    rival: Organisation
    rival_agent: Person
    clerk: Person

    def work(self, person: Person | None = None, organisation: Organisation | None = None, **over) -> Work:
        """Return a work of the firm's agent, or of somebody else."""
        organisation = organisation or self.firm
        role = over.get("role", Role.ENT_ADMIN)
        actor = actor_of(person or self.agent, organisation, role)
        return Work(self.session, actor, over.get("now") or clock.now())

    def staff(self) -> Work:
        """Return a work of the centre's administrator."""
        return self.work(self.clerk, self.provider.organisation, role=Role.PROVIDER_ADMIN)

    def hold(self, choice: Choice, module: ServiceModule | None = None, *, by: Organisation | None = None) -> Booking:
        """Hold something for the firm, or its rival; committed."""
        firm = by or self.firm
        person = self.rival_agent if firm is self.rival else self.agent
        booking = making.hold(
            self.work(person, firm),
            module_id=(module or self.hours).id,
            organisation_id=firm.id,
            choice=choice,
        )
        self.session.commit()
        return booking

    def request(
        self, choice: Choice, module: ServiceModule | None = None, *, by: Organisation | None = None
    ) -> Booking:
        """Hold and send something for the firm, or its rival; committed."""
        firm = by or self.firm
        person = self.rival_agent if firm is self.rival else self.agent
        booking = self.hold(choice, module, by=by)
        wish = Wish(purpose="试样", contact_name="周厂长", contact_phone="13800000009")
        making.submit(self.work(person, firm), booking.id, wish)
        self.session.commit()
        return booking


def make_market(session: Session) -> Market:
    """Make a centre: hours of two equal stoves (200 yuan), a test of ten samples a day, and a project."""
    provider = make_provider(session)
    policy = make_policy(session, provider, lead_min=60, maximum_min=240)
    stove, bench = (make_resource(session, provider, policy=policy, name=name) for name in ("试验炉甲", "试验炉乙"))
    bath = make_resource(
        session, provider, policy=policy, name="冷热槽", capacity_kind=CapacityKind.BATCH, daily_capacity=10
    )
    for resource, hours in ((stove, "08:30-11:30,13:30-17:00"), (bench, "08:30-11:30"), (bath, "08:30-17:00")):
        open_weekly(session, resource, hours)
    hours = make_module(
        session,
        provider,
        name="试验炉机时",
        kind=ModuleKind.MACHINE_HOUR,
        booking_mode=BookingMode.SLOT,
        resources=[stove, bench],
        working_days=None,
        price={"unit": PriceUnit.HOUR, "unit_fen": 20000, "urgent_percent": None},
    )
    test = make_module(session, provider, name="抗热震性", resources=[bath], working_days=3)
    make_extra(session, test)
    project = make_module(
        session,
        provider,
        name="配方优化",
        kind=ModuleKind.PROJECT,
        booking_mode=BookingMode.PROJECT,
        working_days=20,
        price={"unit": PriceUnit.TIME, "unit_fen": 500000, "urgent_percent": None},
    )
    firm, rival = make_firm(session), make_firm(session)
    agent, rival_agent = make_agent(session, firm), make_agent(session, rival)
    clerk = make_agent(session, provider.organisation, Role.PROVIDER_ADMIN)
    session.commit()
    return Market(session, provider, stove, bench, bath, hours, test, project, firm, agent, rival, rival_agent, clerk)


def make_booking(session: Session, market: Market, **over) -> Booking:
    """Make a bare booking of the firm in any state, without claims and history; 200 yuan unless it is a hold."""
    number = next(_numbers)
    state = over.pop("state", BookingState.CONFIRMED)
    starts_at = over.pop("starts_at", clock.now() + timedelta(days=1, hours=number))
    order = over.pop("order", None)
    if order is None and state is not BookingState.HELD:
        order = make_order(session, market, over.get("organisation") or market.firm)
    waits = state in {BookingState.HELD, BookingState.PROPOSED}
    values = {
        "no": None if state is BookingState.HELD else f"YY-20260101-{number:04d}",
        "module": market.hours,
        "provider_id": market.provider.id,
        "organisation": market.firm,
        "booked_by": market.agent,
        "state_at": clock.now(),
        "hold_expires_at": clock.now() + timedelta(minutes=15) if waits else None,
        "ends_at": starts_at + timedelta(hours=1) if starts_at else None,
        "created_at": clock.now(),
        "terms": {"free_cancel_hours": 24, "late_fee_percent": 30, "needs_approval": True},
    } | over
    booking = Booking(state=state, starts_at=starts_at, order=order, **values)
    session.add(booking)
    session.flush()
    return booking


def make_order(session: Session, market: Market, firm: Organisation, due_fen: int = 20000, **over) -> Order:
    """Make an order of one line."""
    order = Order(
        organisation_id=firm.id,
        provider_id=market.provider.id,
        title="试验炉机时",
        due_fen=due_fen,
        created_at=clock.now(),
        lines=[
            OrderLine(
                kind=LineKind.BASE,
                label="Basic price: %(unit_price)s × %(quantity)s",
                facts={"unit_price": "200.00", "quantity": "1"},
                amount_fen=due_fen,
            )
        ],
        **over,
    )
    session.add(order)
    session.flush()
    return order


def at(text: str, day: date) -> datetime:
    """Return a moment such as ``09:30`` of a day of the centres."""
    hours, minutes = text.split(":")
    return clock.at(day, int(hours) * 60 + int(minutes))


def slot(starts: str, ends: str, day: date, **over) -> Choice:
    """Return the choice of a time on a day."""
    return Choice(at(starts, day), at(ends, day), **over)


def again(market: Market, booking: Booking) -> Booking:
    """Return the booking as it now stands in the database."""
    market.session.rollback()
    return market.session.get_one(Booking, booking.id, populate_existing=True)
