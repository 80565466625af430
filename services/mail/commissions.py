"""Letters about commissions. They never tell prices, results or what is tested: those are read on the page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.core import links
from services.laboratory.models.commissions import Commission
from services.mail.letters import Letter
from services.mail.readers import to_person

TO_CLIENT = ("commission_replanned", "commission_submitted")


def to_client(letter: str, session: Session, *, commission_id: int) -> Letter | None:
    """Return the letter to whoever placed the commission."""
    commission = session.get_one(Commission, commission_id)
    return to_person(
        session,
        commission.placed_by_id,
        f"laboratory/{letter}",
        no=commission.no or "",
        firm=commission.organisation.name,
        centre=commission.provider.organisation.name,
        address=commission.provider.address,
        phone=commission.provider.phone,
        promised_on=commission.promised_on,
        reason=commission.state_reason,
        link=links.commission(commission.id),
    )
