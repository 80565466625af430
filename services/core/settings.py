"""Settings that staff change while the portal runs; the defaults stand here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base, Facts

DEFAULTS: dict[str, Any] = {
    "booking.hold_minutes": 15,
    "booking.proposal_days": 2,
    "booking.no_show_grace_minutes": 30,
    "booking.no_show_limit": 3,
    "security.staff_second_factor": False,
}
RANGES: dict[str, tuple[int, int]] = {
    "booking.hold_minutes": (5, 120),
    "booking.proposal_days": (1, 14),
    "booking.no_show_grace_minutes": (0, 240),
    "booking.no_show_limit": (1, 20),
}
"""The smallest and the largest value of each setting that is a number."""


class Setting(Base):
    """One changed setting."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Facts)


def setting(session: Session, name: str) -> Any:
    """Return the value of ``name``, its default when nobody has changed it. Raises KeyError for an unknown name."""
    default = DEFAULTS[name]
    row = session.get(Setting, name)
    return default if row is None else row.value


def all_settings(session: Session) -> dict[str, Any]:
    """Return every setting with its present value."""
    changed: dict[str, Any] = dict(session.execute(select(Setting.name, Setting.value)).all())
    return {name: changed.get(name, default) for name, default in DEFAULTS.items()}
