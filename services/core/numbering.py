"""Numbers such as YY-20261124-0001, handed out by counter rows inside the transaction that uses them (domain.md 4.3)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, bindparam, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base
from services.core.insertion import insert_unless_taken


class Counter(Base):
    """The last number given in one series."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


_COUNTER = Counter.__table__.c
_STEP = (
    update(Counter.__table__)
    .where(_COUNTER.series == bindparam("counted"))
    .values(last=_COUNTER.last + 1)
    .returning(_COUNTER.last)
)


def next_in(session: Session, series: str) -> int:
    """Take the next whole number of ``series``; without gaps, since a rollback gives it back."""
    number: int | None = session.scalar(_STEP, {"counted": series})
    if number is None:
        insert_unless_taken(session, Counter, series=series, last=0)
        number = session.scalar(_STEP, {"counted": series})
    assert number is not None
    return number


def next_number(session: Session, module: str, day: date) -> str:
    """Return the next number of ``module`` on ``day``: ``YY-20261124-0001``."""
    stamp = f"{module}-{day:%Y%m%d}"
    return f"{stamp}-{next_in(session, stamp):04d}"
