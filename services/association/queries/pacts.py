"""Reads of the pact: the version in force, the draft, the versions before, and who has signed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from services.association.models.pacts import Pact, PactSignature, PactState
from services.core.errors import NotFound

MOST_VERSIONS = 50


def pact_of(session: Session, pact_id: int) -> Pact:
    """Return a version that has been adopted once. Raises NotFound for drafts, which are the secretariat's."""
    pact = session.get(Pact, pact_id)
    if pact is None or pact.state is PactState.DRAFT:
        raise NotFound
    return pact


def pact_in_force(session: Session, association_id: int) -> Pact | None:
    """Return the version in force."""
    return _in_state(session, association_id, PactState.ADOPTED)


def pact_to_adopt(session: Session, association_id: int) -> Pact | None:
    """Return the draft of the next version."""
    return _in_state(session, association_id, PactState.DRAFT)


def versions(session: Session, association_id: int) -> list[Pact]:
    """Return the versions that have been adopted, the newest first."""
    statement = (
        select(Pact)
        .where(Pact.association_id == association_id, Pact.state != PactState.DRAFT)
        .order_by(Pact.version.desc())
        .limit(MOST_VERSIONS)
    )
    return list(session.scalars(statement))


def signers(pact_id: int) -> Select[PactSignature]:
    """Select the signatures of a version that stand, in the order in which they were given."""
    return (
        select(PactSignature)
        .join(PactSignature.organisation)
        .options(contains_eager(PactSignature.organisation))
        .where(PactSignature.pact_id == pact_id, PactSignature.withdrawn_at.is_(None))
        .order_by(PactSignature.signed_at, PactSignature.id)
    )


def signature_counts(session: Session, pact_ids: Iterable[int]) -> dict[int, int]:
    """Return how many signatures of each version stand."""
    statement = (
        select(PactSignature.pact_id, func.count())
        .where(PactSignature.pact_id.in_(list(pact_ids)), PactSignature.withdrawn_at.is_(None))
        .group_by(PactSignature.pact_id)
        .order_by(PactSignature.pact_id)
    )
    return dict(session.execute(statement).all())


def own_signature(session: Session, pact_id: int, organisation_id: int | None) -> PactSignature | None:
    """Return the standing signature of a firm."""
    statement = select(PactSignature).where(
        PactSignature.pact_id == pact_id,
        PactSignature.organisation_id == organisation_id,
        PactSignature.withdrawn_at.is_(None),
    )
    return session.scalars(statement).one_or_none()


def _in_state(session: Session, association_id: int, state: PactState) -> Pact | None:
    statement = select(Pact).where(Pact.association_id == association_id, Pact.state == state)
    return session.scalars(statement).one_or_none()
