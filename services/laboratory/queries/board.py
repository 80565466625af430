"""What the board of a laboratory shows: counts, turnaround kept in time, instruments, and what is about to expire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.booking.desk_schedule import Use, utilisation
from services.catalogue.models import Resource, ResourceKind, ResourceState, ServiceModule
from services.core import clock
from services.core.settings import setting
from services.laboratory.models.capability import ItemMethod, ScopeEntry, Signatory
from services.laboratory.models.commissions import Commission
from services.laboratory.models.reports import Report

TURNAROUND_DAYS = 90
MOST_REPORTS = 5000
MOST_EXPIRING = 100


@dataclass(frozen=True)
class Turnaround:
    """Of ``issued`` first reports of the last ninety days, ``kept`` left the laboratory by their promised day."""

    issued: int
    kept: int

    @property
    def percent(self) -> int | None:
        """The share in per cent, rounded; None before anything was issued."""
        return round(100 * self.kept / self.issued) if self.issued else None


def turnaround(session: Session, provider_id: int | None, now: datetime) -> Turnaround:
    """Return how many first reports were issued in the last ninety days, and how many of them in time.

    The promised day is the one that held at the issue: it moved by the working days on which the client had to answer.
    """
    statement = (
        select(Report.issued_at, Commission.promised_on)
        .join(Report.commission)
        .where(
            Commission.provider_id == provider_id,
            Report.edition == 1,
            Report.issued_at >= now - timedelta(days=TURNAROUND_DAYS),
            Commission.promised_on.is_not(None),
        )
        .order_by(Report.issued_at.desc(), Report.id)
        .limit(MOST_REPORTS)
    )
    rows = session.execute(statement).all()
    kept = [clock.local_day(issued) <= promised for issued, promised in rows if issued and promised]
    return Turnaround(len(kept), sum(kept))


def instruments_this_week(session: Session, provider_id: int | None, today: date) -> list[Use]:
    """Return the use of each instrument from Monday to Sunday of this week."""
    monday = today - timedelta(days=today.weekday())
    uses = utilisation(session, provider_id, monday, monday + timedelta(days=6))
    return [one for one in uses if one.resource.kind is ResourceKind.INSTRUMENT]


@dataclass(frozen=True)
class Expiring:
    """Something that holds until a day: a calibration, a certificate, an authorisation; ``what`` is a proper name."""

    kind: str
    what: str
    due_on: date
    count: int = 1


def expiring(session: Session, provider_id: int | None, today: date) -> list[Expiring]:
    """Return what has expired or will within the days of the setting, soonest first."""
    until = today + timedelta(days=int(setting(session, "laboratory.certificate_warning_days")))
    found = [
        *_calibrations(session, provider_id, until),
        *_certificates(session, provider_id, today, until),
        *_signatories(session, provider_id, today, until),
    ]
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.what))


def _calibrations(session: Session, provider_id: int | None, until: date) -> Sequence[Expiring]:
    statement = (
        select(Resource.code, Resource.name, Resource.calibration_due_on)
        .where(
            Resource.provider_id == provider_id,
            Resource.state != ResourceState.STOPPED,
            Resource.calibration_due_on <= until,
        )
        .order_by(Resource.calibration_due_on, Resource.code)
        .limit(MOST_EXPIRING)
    )
    rows = session.execute(statement)
    return [Expiring("calibration", f"{code} {name}", due_on) for code, name, due_on in rows if due_on]


def _certificates(session: Session, provider_id: int | None, today: date, until: date) -> Sequence[Expiring]:
    """A certificate is told once, with the number of methods that it covers; one that a later entry prolongs is not."""
    last = func.max(ScopeEntry.valid_until)
    statement = (
        select(ScopeEntry.certificate_no, last, func.count(ScopeEntry.method_id.distinct()))
        .join(ItemMethod, ItemMethod.id == ScopeEntry.method_id)
        .join(ServiceModule, ServiceModule.id == ItemMethod.item_id)
        .where(ServiceModule.provider_id == provider_id, ItemMethod.ended_at.is_(None))
        .group_by(ScopeEntry.certificate_no)
        .having(last.between(today - timedelta(days=TURNAROUND_DAYS), until))
        .order_by(last, ScopeEntry.certificate_no)
        .limit(MOST_EXPIRING)
    )
    return [Expiring("certificate", no, valid_until, count) for no, valid_until, count in session.execute(statement)]


def _signatories(session: Session, provider_id: int | None, today: date, until: date) -> Sequence[Expiring]:
    last = func.max(Signatory.valid_until)
    statement = (
        select(Person.name, last, func.count(Signatory.field.distinct()))
        .join(Person, Person.id == Signatory.person_id)
        .where(Signatory.provider_id == provider_id)
        .group_by(Person.id, Person.name)
        .having(last.between(today - timedelta(days=TURNAROUND_DAYS), until))
        .order_by(last, Person.id)
        .limit(MOST_EXPIRING)
    )
    return [Expiring("signatory", name, valid_until, count) for name, valid_until, count in session.execute(statement)]
