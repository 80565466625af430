"""What the verifications by everybody share: how often one address may ask, and names of which strangers read a part."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from services.core.errors import RuleBroken
from services.core.locks import hold
from services.core.messages import N_
from services.core.work import Work

MOST = 30
WINDOW = timedelta(minutes=10)
LONGEST_ASKED = 60


class TooManyChecks(RuleBroken):
    """This address has verified too often within a short time."""

    message = N_("Too many verifications from your network. Please try again in a few minutes.")


def refuse_beyond_limit(work: Work, address: InstrumentedAttribute[str], at: InstrumentedAttribute[datetime]) -> None:
    """Raise TooManyChecks when the address behind ``work`` has left too many rows of late; the columns are the table's."""
    hold(work.session, f"{address.class_.__tablename__} from {work.actor.address}")
    asked = select(func.count()).where(address == work.actor.address, at > work.now - WINDOW)
    if (work.session.scalar(asked) or 0) >= MOST:
        raise TooManyChecks


def masked_name(name: str) -> str:
    """Return a name of which strangers read the beginning and the end only."""
    if len(name) <= 2:
        return name[:1] + "*"
    shown = 2 if len(name) > 5 else 1
    return name[:shown] + "*" * (len(name) - 2 * shown) + name[-shown:]
