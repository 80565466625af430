"""What the laboratory is recognised for: scope of its certificates, calibrations of its instruments, its signatories."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.catalogue.models import Resource
from services.core.errors import NotFound, RuleBroken
from services.core.files import Attachment
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.capability_errors import (
    AuthorisedAlready,
    DatesOutOfOrder,
    EndInThePast,
    EndTooLate,
    FieldsMissing,
    NoSignatory,
    NotCalibratedYet,
    ScopeKnown,
)
from services.laboratory.models.capability import Calibration, Mark, ScopeEntry, Signatory, TestField
from services.laboratory.operations.capability import own_method, raise_all
from services.organisations.queries import holders_of


@dataclass(frozen=True)
class ScopeParticulars:
    """What a certificate says about an item by an edition."""

    mark: Mark
    certificate_no: str
    valid_from: date
    valid_until: date
    restriction: str = ""


@dataclass(frozen=True)
class CalibrationEntry:
    """What the certificate of a calibration says."""

    calibrated_on: date
    due_on: date
    certificate_no: str
    body: str = ""


def add_scope(work: Work, method_id: int, particulars: ScopeParticulars) -> ScopeEntry:
    """Put an item by an edition within the scope of a certificate. Raises DatesOutOfOrder or ScopeKnown."""
    method = own_method(work, method_id)
    if particulars.valid_until < particulars.valid_from:
        raise DatesOutOfOrder
    entry = ScopeEntry(
        method_id=method.id, entered_by_id=work.actor.person_id, entered_at=work.now, **asdict(particulars)
    )
    work.session.add(entry)
    try:
        work.session.flush()  # the database decides who was first
    except IntegrityError as clash:
        raise ScopeKnown from clash
    work.session.expire(method, ["scopes"])
    work.record("scope.added", entry, item_id=method.item_id, standard=method.standard.number, **asdict(particulars))
    return entry


def end_scope(work: Work, scope_id: int, last_day: date) -> ScopeEntry:
    """End an entry of the scope early. Raises EndInThePast or EndTooLate."""
    work.require(Permission.CAPABILITY_EDIT)
    entry = work.session.get(ScopeEntry, scope_id)
    if entry is None:
        raise NotFound
    method = own_method(work, entry.method_id)
    raise_all(_end_errors(work, last_day, entry.valid_until))
    before, entry.valid_until = entry.valid_until, max(last_day, entry.valid_from)
    work.session.expire(method, ["scopes"])
    work.record("scope.ended", entry, standard=method.standard.number, valid_until=[before, entry.valid_until])
    return entry


def own_instrument(work: Work, resource_id: int) -> Resource:
    """Return an instrument of the actor's laboratory, locked. Raises NotFound for one of another."""
    work.require(Permission.CAPABILITY_EDIT)
    resource = work.session.get(Resource, resource_id, with_for_update={"of": Resource})
    if resource is None:
        raise NotFound
    work.require(Permission.CAPABILITY_EDIT, scope=resource.provider_id)
    return resource


def add_calibration(
    work: Work, resource_id: int, entry: CalibrationEntry, file: Attachment | None = None
) -> Calibration:
    """Write down a calibration; the instrument can be used until the day that the latest one names.

    Raises NotCalibratedYet or DatesOutOfOrder.
    """
    resource = own_instrument(work, resource_id)
    errors: list[RuleBroken] = [NotCalibratedYet()] if entry.calibrated_on > work.today else []
    errors += [DatesOutOfOrder(field="due_on")] if entry.due_on < entry.calibrated_on else []
    raise_all(errors)
    calibration = Calibration(
        resource_id=resource.id,
        file_id=file.id if file else None,
        entered_by_id=work.actor.person_id,
        entered_at=work.now,
        **asdict(entry),
    )
    work.session.add(calibration)
    work.session.flush()  # the latest one is asked for
    latest = select(Calibration.due_on).where(Calibration.resource_id == resource.id)
    before = resource.calibration_due_on
    newest = latest.order_by(Calibration.calibrated_on.desc(), Calibration.id.desc()).limit(1)
    resource.calibration_due_on = work.session.scalars(newest).one()
    resource.version += 1
    facts = asdict(entry) | {"code": resource.code, "due_before": before, "due_now": resource.calibration_due_on}
    work.record("calibration.entered", calibration, **facts)
    return calibration


def authorise_signatory(
    work: Work, person_id: int, fields: Collection[TestField], valid_from: date, valid_until: date
) -> list[Signatory]:
    """Let a person sign reports of these fields between two days, both in. Raises all the rules it breaks together."""
    work.require(Permission.CAPABILITY_EDIT)
    provider_id = work.actor.organisation_id or 0
    errors: list[RuleBroken] = [] if fields else [FieldsMissing()]
    if valid_until < valid_from:
        errors.append(DatesOutOfOrder())
    signers = holders_of(Permission.REPORT_ISSUE, provider_id)
    if person_id not in set(work.session.scalars(signers)):
        errors.append(NoSignatory())
    raise_all(errors)
    rows = [
        Signatory(
            provider_id=provider_id, person_id=person_id, field=one, valid_from=valid_from, valid_until=valid_until
        )
        for one in sorted(fields)
    ]
    work.session.add_all(rows)
    try:
        work.session.flush()  # the database decides who was first
    except IntegrityError as clash:
        raise AuthorisedAlready from clash
    for row in rows:
        facts = {"field": row.field, "valid_from": valid_from, "valid_until": valid_until}
        work.record("signatory.authorised", row, signer_id=person_id, **facts)
    return rows


def end_signatory(work: Work, signatory_id: int, last_day: date) -> Signatory:
    """End an authorisation early; what was signed before stands. Raises EndInThePast or EndTooLate."""
    work.require(Permission.CAPABILITY_EDIT)
    row = work.session.get(Signatory, signatory_id, with_for_update={"of": Signatory})
    if row is None:
        raise NotFound
    work.require(Permission.CAPABILITY_EDIT, scope=row.provider_id)
    raise_all(_end_errors(work, last_day, row.valid_until))
    before, row.valid_until = row.valid_until, max(last_day, row.valid_from)
    work.record("signatory.ended", row, signer_id=row.person_id, valid_until=[before, row.valid_until])
    return row


def _end_errors(work: Work, last_day: date, present: date) -> list[RuleBroken]:
    if last_day < work.today - timedelta(days=1):
        return [EndInThePast()]
    return [EndTooLate(valid_until=present)] if last_day > present else []
