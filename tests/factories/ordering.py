"""Wishes, drafts and sent orders of the laboratory's firm, for tests."""

from datetime import UTC, date, datetime

from services.laboratory.models.commissions import Commission
from services.laboratory.operations import ordering
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from tests.factories.laboratory import Laboratory

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in the centres
TUESDAY = date(2026, 11, 24)
USUAL = date(2026, 12, 1)
"""What is promised on Monday for five working days: samples come on Tuesday."""


def wish_of(lab: Laboratory, *chosen, samples: int = 1, **options) -> Wish:
    """Return a wish of the firm for some items, on all of its samples; for the stress where none is named."""
    return Wish(
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        chosen=tuple(one if isinstance(one, Chosen) else Chosen(one.id) for one in chosen or (lab.stress,)),
        samples=tuple(SampleWish(f"玻璃杯{number}") for number in range(1, samples + 1)),
        options=Options(**options),
    )


def make_draft(lab: Laboratory, *chosen, now: datetime = MONDAY, **how) -> Commission:
    """Make a draft of the firm; committed."""
    commission = ordering.draft(lab.work(now=now), wish_of(lab, *chosen, **how))
    lab.session.commit()
    return commission


def send(lab: Laboratory, commission: Commission, now: datetime = MONDAY) -> Commission:
    """Confirm a draft as it is shown at ``now``; committed."""
    found = ordering.survey(lab.session, commission, now)
    assert not found.faults
    shown = {"shown_due_fen": found.quote.due_fen, "shown_promised_on": found.plan.promised_on}
    sent = ordering.confirm(lab.work(now=now), commission.id, **shown)
    lab.session.commit()
    return sent


def make_order(lab: Laboratory, *chosen, now: datetime = MONDAY, **how) -> Commission:
    """Make an order that has been sent; committed."""
    return send(lab, make_draft(lab, *chosen, now=now, **how), now)
