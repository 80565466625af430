"""Figures that everybody may see, counted from live data; each carries its date and definition where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from services.booking.availability import next_free
from services.booking.models import Booking, BookingState, Outage
from services.catalogue.models import BookingMode, ModuleState, PriceVersion, Provider, Resource, ServiceModule
from services.core import clock
from services.organisations.models import Organisation, OrgKind, OrgState

FEW = 5
"""Counts of firms below this are not told (domain.md 8)."""


@dataclass(frozen=True)
class CentreFigures:
    """What the door of a centre says."""

    modules: int
    served_firms: int
    next_free_at: datetime | None


@dataclass(frozen=True)
class PortalFigures:
    """The portal in five numbers; ``on_time`` is None before anything with a promised date was finished."""

    firms: int
    verified_firms: int
    modules: int
    served_firms: int
    finished: int
    on_time: int | None


@dataclass(frozen=True)
class News:
    """Something that changes for clients: a closed resource, a new service, a new price."""

    kind: str
    day: date
    name: str
    code: str
    until: date | None = None


def month_of(now: datetime) -> datetime:
    """Return the first moment of the centres' month."""
    return clock.at(clock.local_day(now).replace(day=1), 0)


def centre_figures(session: Session, now: datetime) -> dict[int, CentreFigures]:
    """Return the figures of each provider: published modules, firms served this month, next free slot of a resource."""
    modules = dict(
        session.execute(
            select(ServiceModule.provider_id, func.count())
            .where(ServiceModule.state == ModuleState.PUBLISHED)
            .group_by(ServiceModule.provider_id)
        ).all()
    )
    served = dict(
        session.execute(
            select(Booking.provider_id, func.count(Booking.organisation_id.distinct()))
            .where(
                Booking.state == BookingState.COMPLETED,
                Booking.is_reservation.is_(False),
                Booking.state_at >= month_of(now),
            )
            .group_by(Booking.provider_id)
        ).all()
    )
    free = _next_free_by_provider(session, now)
    return {key: CentreFigures(count, served.get(key, 0), free.get(key)) for key, count in modules.items()}


def _next_free_by_provider(session: Session, now: datetime) -> dict[int, datetime]:
    statement = select(ServiceModule.id, ServiceModule.provider_id).where(
        ServiceModule.state == ModuleState.PUBLISHED, ServiceModule.booking_mode == BookingMode.SLOT
    )
    homes = dict(session.execute(statement.order_by(ServiceModule.id).limit(60)).all())
    earliest: dict[int, datetime] = {}
    for module_id, moment in next_free(session, list(homes), now).items():
        provider_id = homes[module_id]
        if moment is not None and moment < earliest.get(provider_id, datetime.max.replace(tzinfo=moment.tzinfo)):
            earliest[provider_id] = moment
    return earliest


def portal_figures(session: Session, now: datetime) -> PortalFigures:
    """Return the figures of the whole portal for the last ninety days.

    Whoever had something tested was served as well; reservations of the laboratory are no bookings that were finished.
    """
    since = now - timedelta(days=90)
    firms, verified = session.execute(
        select(func.count(), func.sum(cast(Organisation.level >= 2, Integer))).where(
            Organisation.kind == OrgKind.ENTERPRISE, Organisation.state != OrgState.SUSPENDED
        )
    ).one()
    modules = session.scalar(select(func.count()).where(ServiceModule.state == ModuleState.PUBLISHED)) or 0
    done = (Booking.state == BookingState.COMPLETED, Booking.state_at >= since)
    served, finished = session.execute(
        select(
            func.count(Booking.organisation_id.distinct()),
            func.coalesce(func.sum(cast(Booking.is_reservation.is_(False), Integer)), 0),
        ).where(*done)
    ).one()
    promised = session.execute(
        select(Booking.state_at, Booking.promised_on).where(*done, Booking.promised_on.is_not(None)).limit(5000)
    ).all()
    kept = sum(clock.local_day(finished_at) <= day for finished_at, day in promised if day is not None)
    on_time = round(100 * kept / len(promised)) if promised else None
    return PortalFigures(firms, verified or 0, modules, served, finished, on_time)


def hot_modules(session: Session, now: datetime, most: int = 6) -> list[int]:
    """Return the ids of the published modules most booked in the last ninety days, then packages by code."""
    count = (
        select(func.count())
        .where(Booking.module_id == ServiceModule.id, Booking.created_at >= now - timedelta(days=90))
        .scalar_subquery()
    )
    statement = (
        select(ServiceModule.id)
        .where(ServiceModule.state == ModuleState.PUBLISHED)
        .order_by((ServiceModule.kind == "package").desc(), count.desc(), ServiceModule.code)
        .limit(most)
    )
    return list(session.scalars(statement))


def news(session: Session, now: datetime, most: int = 8) -> list[News]:
    """Return what changes for clients: coming and running outages, new services, coming prices; newest days first."""
    today = clock.local_day(now)
    outages = session.execute(
        select(Resource.name, Resource.code, Outage.starts_at, Outage.ends_at)
        .join(Resource, Resource.id == Outage.resource_id)
        .where(Outage.ended_at.is_(None), Outage.ends_at > now, Outage.starts_at < now + timedelta(days=30))
        .order_by(Outage.starts_at, Outage.id)
        .limit(most)
    )
    found = [
        News("outage", clock.local_day(start), name, code, clock.local_day(end)) for name, code, start, end in outages
    ]
    published = session.execute(
        select(ServiceModule.name, ServiceModule.code, ServiceModule.published_at)
        .where(ServiceModule.state == ModuleState.PUBLISHED, ServiceModule.published_at > now - timedelta(days=60))
        .order_by(ServiceModule.published_at.desc(), ServiceModule.code)
        .limit(most)
    )
    found += [News("module", clock.local_day(moment), name, code) for name, code, moment in published if moment]
    prices = session.execute(
        select(ServiceModule.name, ServiceModule.code, PriceVersion.effective_on)
        .join(PriceVersion, PriceVersion.module_id == ServiceModule.id)
        .where(ServiceModule.state == ModuleState.PUBLISHED, PriceVersion.effective_on > today)
        .order_by(PriceVersion.effective_on, ServiceModule.code)
        .limit(most)
    )
    found += [News("price", day, name, code) for name, code, day in prices]
    return sorted(found, key=lambda one: (one.day, one.code), reverse=True)[:most]


def centres(session: Session) -> list[Provider]:
    """Return the providers that are one of the four centres, by type and name."""
    statement = (
        select(Provider)
        .join(Provider.organisation)
        .where(Provider.center_type.is_not(None), Organisation.state != OrgState.SUSPENDED)
        .order_by(Provider.center_type, Organisation.key, Provider.id)
    )
    return list(session.scalars(statement))
