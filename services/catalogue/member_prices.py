"""The services that cost members of an association less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.cards import Card, cards, shown_modules
from services.catalogue.models import PriceVersion, ServiceModule
from services.core.money import percent_of
from services.organisations.models import ClusterOrganisation

MOST = 60


@dataclass(frozen=True)
class MemberPrice:
    """A service, by how much it is cheaper for members, and what its unit costs them."""

    card: Card
    percent: int

    @property
    def member_fen(self) -> int | None:
        """The lowest price of a unit for a member; None without a price in force."""
        fen = self.card.from_fen
        return None if fen is None else fen - percent_of(fen, self.percent)


def member_prices(session: Session, association_id: int, day: date) -> list[MemberPrice]:
    """Return the services of the association's clusters that have a price for members, by code."""
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    serving = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(clusters))
    statement = (
        shown_modules(ServiceModule.id, PriceVersion.member_discount_percent)
        .where(PriceVersion.member_discount_percent > 0, ServiceModule.provider_id.in_(serving))
        .order_by(ServiceModule.code)
        .limit(MOST)
    )
    percents: dict[int, int] = dict(session.execute(statement, {"day": day}).all())
    return [MemberPrice(card, percents[card.id]) for card in cards(session, list(percents), day)]
