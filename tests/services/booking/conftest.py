"""A centre with an instrument, a firm that may book it, and both their people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.booking.models import Booking
from services.booking.operations.making import Wish, hold, submit
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
from tests.factories.catalogue import make_module, make_policy, make_provider, make_resource, open_weekly

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # Tuesday 08:00 at the centres
DAY = date(2026, 11, 25)


def at(text: str, day: date = DAY) -> datetime:
    """Return a moment such as ``09:30`` of the centres' Wednesday after NOW."""
    hours, minutes = text.split(":")
    return clock.at(day, int(hours) * 60 + int(minutes))


def slot(starts: str, ends: str, day: date = DAY, **over) -> Choice:
    """Return the choice of a slot on the Wednesday after NOW."""
    return Choice(at(starts, day), at(ends, day), **over)


@dataclass
class Scene:
    """What the tests of booking play with; everything is committed."""

    session: Session
    provider: Provider
    resource: Resource
    module: ServiceModule
    firm: Organisation
    client: Actor
    staff: Actor
    now: datetime = NOW

    def work(self, actor: Actor | None = None, now: datetime | None = None) -> Work:
        """Return a work of the client, or of ``actor``."""
        return Work(self.session, actor or self.client, now or self.now)

    def held(self, choice: Choice | None = None, **over) -> Booking:
        """Hold a slot for the client."""
        module = over.pop("module", self.module)
        organisation_id = over.pop("organisation_id", self.firm.id)
        return hold(
            self.work(**over),
            module_id=module.id,
            organisation_id=organisation_id,
            choice=choice or slot("09:00", "10:00"),
        )

    def requested(self, choice: Choice | None = None, **over) -> Booking:
        """Hold and send a booking of the client."""
        return submit(self.work(), self.held(choice, **over).id, Wish(purpose="试样"))


def make_firm(session: Session, name: str = "示例·晶禾玻璃", **over) -> tuple[Organisation, Actor]:
    """Make a verified firm and an agent of it."""
    firm = Organisation(
        name=name,
        name_key=name,
        org_type=OrgType.MAKER,
        created_at=NOW,
        **{"level": 2, "state": OrgState.VERIFIED} | over,
    )
    person = Person(
        login=f"u{id(firm)}", name=f"{name}经办人", password_hash="-", password_changed_at=NOW, created_at=NOW
    )
    session.add_all([firm, person])
    session.flush()
    session.add(Membership(person_id=person.id, organisation_id=firm.id, role=Role.ENT_ADMIN, started_at=NOW))
    session.flush()
    return firm, Actor(person.id, person.name, firm.id, frozenset({Role.ENT_ADMIN}))


def make_staff(session: Session, provider: Provider) -> Actor:
    """Make an administrator of a centre."""
    person = Person(
        login=f"s{provider.id}", name="中心管理员", password_hash="-", password_changed_at=NOW, created_at=NOW
    )
    session.add(person)
    session.flush()
    return Actor(person.id, person.name, provider.id, frozenset({Role.PROVIDER_ADMIN}))


@pytest.fixture
def scene(session: Session) -> Scene:
    """Set the scene: one instrument of one unit, open Monday to Friday, steps of 30 minutes, approval needed."""
    provider = make_provider(session)
    policy = make_policy(session, provider, lead_min=60, maximum_min=240)
    resource = make_resource(session, provider, policy=policy)
    open_weekly(session, resource, "08:30-11:30,13:30-17:00")
    module = make_module(
        session,
        provider,
        kind=ModuleKind.MACHINE_HOUR,
        booking_mode=BookingMode.SLOT,
        resources=[resource],
        working_days=None,
        price={"unit": PriceUnit.HOUR, "unit_fen": 20000, "urgent_percent": None},
    )
    firm, client = make_firm(session)
    staff = make_staff(session, provider)
    session.commit()
    return Scene(session, provider, resource, module, firm, client, staff)


@pytest.fixture
def batch(scene: Scene) -> Callable[..., ServiceModule]:
    """Return a function that makes a module on a batch resource of ten a day."""

    def make(daily_capacity: int = 10, working_days: int | None = 3) -> ServiceModule:
        session = scene.session
        bath = make_resource(
            session,
            scene.provider,
            policy=scene.resource.policy,
            capacity_kind=CapacityKind.BATCH,
            daily_capacity=daily_capacity,
        )
        open_weekly(session, bath, "08:30-17:00")
        module = make_module(session, scene.provider, resources=[bath], working_days=working_days)
        session.commit()
        return module

    return make
