"""Many firms, resources and bookings by bulk inserts, always the same ones: to measure with, not to look at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Insert, insert, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.booking.models import Booking, BookingState, Claim
from services.catalogue.models import (
    BookingMode,
    BookingPolicy,
    CapacityKind,
    ModuleField,
    ModuleKind,
    ModuleResource,
    ModuleState,
    OpeningRule,
    PriceUnit,
    PriceVersion,
    Provider,
    Resource,
    ResourceKind,
    ServiceField,
    ServiceModule,
)
from services.core import clock
from services.core.actor import Actor
from services.core.base import Base
from services.core.calendar import WorkingDays
from services.core.work import Work, working
from services.organisations.credit_code import check_character
from services.organisations.models import Cluster, ClusterOrganisation, Organisation, OrgKind, OrgState, OrgType, Region
from services.organisations.rules import name_key

SEED = 20261124
CHUNK = 5_000
REGION = "321023"
STARTS = (510, 570, 630, 810, 870, 930)
"""Minutes of the day at which an hour can be booked; three of them are taken on every day."""
TAKEN_A_DAY = 3
AHEAD = timedelta(days=59)
TOWNS = ("小官庄镇", "西安丰镇", "望直港镇", "安宜镇")


def load_volume(session: Session, *, now: datetime, organisations: int, resources: int, bookings: int) -> Counter[str]:
    """Add so many firms, resources of one centre (each with a service), and bookings with their claims.

    The bookings fill three hours of each working day of each resource, from 59 days ahead into the past. The
    second time nothing is added.
    """
    with working(session, Actor.system("demo"), now=now) as work:
        if session.scalar(select(Organisation.id).where(Organisation.key == "VOL-C")) is not None:
            return Counter()
        volume = _Volume(work)
        firms = volume.firms(organisations)
        slots = volume.equipment(resources)
        volume.bookings(firms, slots, bookings)
        return volume.added


class _Volume:
    """One bulk load in its transaction."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.added: Counter[str] = Counter()
        self.chance = random.Random(SEED)  # noqa: S311 - the same data every time, nothing secret
        self.provider_id = 0

    def insert(self, model: type[Base], rows: Iterator[dict[str, object]]) -> None:
        """Insert rows in chunks."""
        while chunk := list(islice(rows, CHUNK)):
            self.work.session.execute(insert(model), chunk)
            self.added[model.__tablename__] += len(chunk)

    def insert_with_ids(self, model: type[Base], rows: Iterator[dict[str, object]]) -> list[int]:
        """Insert rows in chunks and return their ids in the same order."""
        statement: Insert = insert(model).returning(model.__table__.c.id, sort_by_parameter_order=True)
        ids: list[int] = []
        while chunk := list(islice(rows, CHUNK)):
            ids += self.work.session.scalars(statement, chunk).all()
            self.added[model.__tablename__] += len(chunk)
        return ids

    def firms(self, count: int) -> list[int]:
        """Add a cluster with ``count`` verified firms and return their ids."""
        session = self.work.session
        if session.get(Region, REGION) is None:
            session.add(Region(code=REGION, name="江苏省扬州市宝应县"))
            session.flush()  # the cluster refers to it
        cluster = Cluster(key="VOL", name="示例·容量测试集群", short_name="容量测试", region_code=REGION)
        session.add(cluster)
        session.flush()  # the firms join it below
        firms = self.insert_with_ids(Organisation, (self._firm(number) for number in range(count)))
        self.insert(ClusterOrganisation, ({"cluster_id": cluster.id, "organisation_id": firm} for firm in firms))
        return firms

    def _firm(self, number: int) -> dict[str, object]:
        name = f"示例·容量测试企业{number:05d}有限公司"
        body = f"91{REGION}DEM9{number:05d}"
        return {
            "key": f"VOL-{number:05d}",
            "name": name,
            "short_name": f"示例·容量{number:05d}",
            "name_key": name_key(name),
            "org_type": self.chance.choice(list(OrgType)),
            "kind": OrgKind.ENTERPRISE,
            "credit_code": body + check_character(body),
            "region_code": REGION,
            "town": self.chance.choice(TOWNS),
            "level": 2,
            "state": OrgState.VERIFIED,
            "created_at": self.work.now,
        }

    def equipment(self, count: int) -> list[tuple[int, int]]:
        """Add a centre with ``count`` resources, each with a service; return the ids of both."""
        policy_id = self._centre()
        resources = self.insert_with_ids(Resource, (self._resource(number, policy_id) for number in range(count)))
        modules = self.insert_with_ids(ServiceModule, (self._module(number) for number in range(count)))
        pairs = list(zip(resources, modules, strict=True))
        self.insert(ModuleResource, ({"resource_id": one, "module_id": two, "group_no": 1} for one, two in pairs))
        self.insert(ModuleField, ({"module_id": one, "field": ServiceField.TECHNOLOGY} for one in modules))
        self.insert(PriceVersion, (self._price(one) for one in modules))
        hours = [(510, 690), (810, 1020)]
        self.insert(
            OpeningRule,
            (
                {"resource_id": one, "weekday": weekday, "opens_min": opens, "closes_min": closes}
                for one in resources
                for weekday in range(5)
                for opens, closes in hours
            ),
        )
        return pairs

    def _centre(self) -> int:
        session = self.work.session
        centre = Organisation(
            key="VOL-C",
            name="示例·容量测试中心",
            name_key=name_key("示例·容量测试中心"),
            org_type=OrgType.INTERMEDIARY,
            kind=OrgKind.CENTRE,
            region_code=REGION,
            level=2,
            state=OrgState.VERIFIED,
            created_at=self.work.now,
        )
        session.add(centre)
        session.flush()  # the provider has the id of its organisation
        session.add(Provider(id=centre.id, summary="容量测试用。"))
        session.flush()  # the policy refers to the provider
        policy = BookingPolicy(provider_id=centre.id, name="容量测试")
        session.add(policy)
        session.flush()  # the resources refer to it
        self.provider_id = centre.id
        return policy.id

    def _resource(self, number: int, policy_id: int) -> dict[str, object]:
        return {
            "code": f"VOL-E{number:04d}",
            "name": f"容量测试设备{number:04d}",
            "kind": ResourceKind.INSTRUMENT,
            "provider_id": self.provider_id,
            "policy_id": policy_id,
            "capacity_kind": CapacityKind.EXCLUSIVE,
            "units": 1,
        }

    def _module(self, number: int) -> dict[str, object]:
        return {
            "code": f"VOL-M{number:04d}",
            "provider_id": self.provider_id,
            "name": f"容量测试机时{number:04d}",
            "kind": ModuleKind.MACHINE_HOUR,
            "booking_mode": BookingMode.SLOT,
            "summary": "容量测试用。",
            "owner_name": "容量测试员",
            "owner_phone": "13800000999",
            "state": ModuleState.PUBLISHED,
            "published_at": self.work.now,
        }

    def _price(self, module_id: int) -> dict[str, object]:
        return {
            "module_id": module_id,
            "effective_on": self.work.today,
            "unit": PriceUnit.HOUR,
            "unit_fen": 10_000,
            "created_at": self.work.now,
        }

    def bookings(self, firms: list[int], slots: list[tuple[int, int]], count: int) -> None:
        """Add ``count`` bookings with claims, spread evenly over the resources."""
        plan = list(islice(self._plan(slots, self._days(count // (len(slots) * TAKEN_A_DAY) + 1)), count))
        person_id = self._person()
        ids = self.insert_with_ids(
            Booking,
            (
                self._booking(number, module_id, starts_at, self.chance.choice(firms), person_id)
                for number, (_, module_id, starts_at) in enumerate(plan)
            ),
        )
        self.insert(
            Claim,
            (
                {
                    "resource_id": resource_id,
                    "unit": 1,
                    "busy_from": starts_at,
                    "busy_to": starts_at + timedelta(hours=1),
                    "booking_id": booking_id,
                }
                for booking_id, (resource_id, _, starts_at) in zip(ids, plan, strict=True)
            ),
        )

    def _days(self, count: int) -> list[date]:
        """Return the last ``count`` working days up to 59 days ahead, latest first."""
        last = self.work.today + AHEAD
        calendar = WorkingDays.around(self.work.session, last - timedelta(days=2 * count + 40), last)
        days = (last - timedelta(days=step) for step in range(2 * count + 40))
        return list(islice((day for day in days if calendar.is_working(day) and day.weekday() < 5), count))

    def _plan(self, slots: list[tuple[int, int]], days: list[date]) -> Iterator[tuple[int, int, datetime]]:
        for day in days:
            for resource_id, module_id in slots:
                for minute in self.chance.sample(STARTS, TAKEN_A_DAY):
                    yield resource_id, module_id, clock.at(day, minute)

    def _person(self) -> int:
        person = Person(
            login="vol_clerk",
            name="容量测试员",
            password_hash="",  # nobody signs in with it
            password_changed_at=self.work.now,
            created_at=self.work.now,
            is_demo=True,
        )
        self.work.session.add(person)
        self.work.session.flush()  # the bookings refer to whoever made them
        return person.id

    def _booking(
        self, number: int, module_id: int, starts_at: datetime, organisation_id: int, person_id: int
    ) -> dict[str, object]:
        state = BookingState.CONFIRMED if starts_at > self.work.now else BookingState.COMPLETED
        made_at = min(starts_at - timedelta(days=7), self.work.now)
        return {
            "no": f"YY-VOL-{number:06d}",
            "module_id": module_id,
            "provider_id": self.provider_id,
            "organisation_id": organisation_id,
            "booked_by_id": person_id,
            "state": state,
            "state_at": made_at,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "created_at": made_at,
        }
