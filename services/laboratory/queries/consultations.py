"""Reads of consultations (检测咨询), the firm's and the laboratory's side."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.catalogue.models import CenterType, Provider
from services.core.errors import NotFound
from services.core.files import Attachment
from services.laboratory.models.commissions import Consultation, ConsultationState

MOST_LABORATORIES = 100


def laboratories(session: Session) -> list[Provider]:
    """Return the testing centres that can be asked."""
    statement = (
        select(Provider)
        .options(joinedload(Provider.organisation))
        .where(Provider.center_type == CenterType.TEST)
        .order_by(Provider.id)
        .limit(MOST_LABORATORIES)
    )
    return list(session.scalars(statement))


def of_firm(organisation_id: int | None) -> Select[Consultation]:
    """Select what a firm has asked, the newest first."""
    return _listed(Consultation.organisation_id == organisation_id).order_by(Consultation.id.desc())


def of_laboratory(provider_id: int | None, states: frozenset[ConsultationState]) -> Select[Consultation]:
    """Select what a laboratory was asked: what waits longest first, what is answered newest first."""
    statement = _listed(Consultation.provider_id == provider_id, Consultation.state.in_(sorted(states)))
    if states == {ConsultationState.ASKED}:
        return statement.order_by(Consultation.asked_at, Consultation.id)
    return statement.order_by(Consultation.id.desc())


def _listed(*conditions: ColumnElement[bool]) -> Select[Consultation]:
    return (
        select(Consultation)
        .options(joinedload(Consultation.organisation), joinedload(Consultation.asked_by))
        .where(*conditions)
    )


def waiting(session: Session, provider_id: int | None) -> tuple[int, datetime | None]:
    """Return how many questions wait for an answer, and since when."""
    statement = select(func.count(), func.min(Consultation.asked_at)).where(
        Consultation.provider_id == provider_id, Consultation.state == ConsultationState.ASKED
    )
    count, since = session.execute(statement).one()
    return count, since


def asked_by_firm(session: Session, consultation_id: int, organisation_id: int | None) -> Consultation:
    """Return a question of this firm. Raises NotFound for any other."""
    return _one(session, consultation_id, Consultation.organisation_id == organisation_id)


def asked_of_laboratory(session: Session, consultation_id: int, provider_id: int | None) -> Consultation:
    """Return a question that this laboratory was asked. Raises NotFound for any other."""
    return _one(session, consultation_id, Consultation.provider_id == provider_id)


def _one(session: Session, consultation_id: int, condition: ColumnElement[bool]) -> Consultation:
    statement = (
        _listed(Consultation.id == consultation_id, condition)
        .options(selectinload(Consultation.photos), joinedload(Consultation.commission))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def photo_of(consultation: Consultation, attachment_id: int) -> Attachment:
    """Return one photograph of a question. Raises NotFound for any other file."""
    for photo in consultation.photos:
        if photo.id == attachment_id:
            return photo
    raise NotFound
