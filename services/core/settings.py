"""Settings that staff change while the portal runs; the defaults stand here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base, Facts

DEFAULTS: dict[str, Any] = {
    "board.answer_days": 5,
    "board.close_days": 10,
    "board.digest_hour": 7,
    "board.interests_per_day": 20,
    "board.posts_per_day": 10,
    "board.posts_require_membership": True,
    "board.preapproved_after": 3,
    "board.renewal_days": 30,
    "board.suspension_days": 90,
    "booking.hold_minutes": 15,
    "booking.proposal_days": 2,
    "booking.no_show_grace_minutes": 30,
    "booking.no_show_limit": 3,
    "laboratory.cancel_fee_percent": 20,
    "laboratory.certificate_warning_days": 30,
    "laboratory.objection_answer_days": 10,
    "laboratory.objection_days": 15,
    "laboratory.quotation_days": 15,
    "laboratory.reporting_days": 1,
    "laboratory.reviewer_may_sign": False,
    "laboratory.sample_days": 10,
    "security.staff_second_factor": False,
    "training.decision_days": 3,
    "training.late_refund_percent": 50,
    "training.payment_hours": 24,
    "training.subsidy_age_men": 60,
    "training.subsidy_age_women": 55,
    "training.subsidy_junior": 1000,
    "training.subsidy_middle": 1500,
    "training.subsidy_senior": 2000,
    "training.subsidy_senior_technician": 3000,
    "training.subsidy_special": 800,
    "training.subsidy_technician": 2500,
}
RANGES: dict[str, tuple[int, int]] = {
    "board.answer_days": (1, 30),
    "board.close_days": (1, 60),
    "board.digest_hour": (0, 23),
    "board.interests_per_day": (1, 200),
    "board.posts_per_day": (1, 100),
    "board.preapproved_after": (1, 50),
    "board.renewal_days": (1, 90),
    "board.suspension_days": (1, 365),
    "booking.hold_minutes": (5, 120),
    "booking.proposal_days": (1, 14),
    "booking.no_show_grace_minutes": (0, 240),
    "booking.no_show_limit": (1, 20),
    "laboratory.cancel_fee_percent": (0, 100),
    "laboratory.certificate_warning_days": (1, 180),
    "laboratory.objection_answer_days": (1, 60),
    "laboratory.objection_days": (1, 90),
    "laboratory.quotation_days": (1, 90),
    "laboratory.reporting_days": (0, 10),
    "laboratory.sample_days": (1, 60),
    "training.decision_days": (1, 14),
    "training.late_refund_percent": (0, 100),
    "training.payment_hours": (1, 240),
    "training.subsidy_age_men": (16, 80),
    "training.subsidy_age_women": (16, 80),
    "training.subsidy_junior": (0, 20000),
    "training.subsidy_middle": (0, 20000),
    "training.subsidy_senior": (0, 20000),
    "training.subsidy_senior_technician": (0, 20000),
    "training.subsidy_special": (0, 20000),
    "training.subsidy_technician": (0, 20000),
}
"""The smallest and the largest value of each setting that is a number."""


class Setting(Base):
    """One changed setting."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Facts)


_CHANGED = select(Setting.__table__.c.name, Setting.__table__.c.value)


def setting(session: Session, name: str) -> Any:
    """Return the value of ``name``, its default when nobody has changed it. Raises KeyError for an unknown name."""
    default = DEFAULTS[name]
    row = session.get(Setting, name)
    return default if row is None else row.value


def all_settings(session: Session) -> dict[str, Any]:
    """Return every setting with its present value."""
    changed: dict[str, Any] = dict(session.execute(_CHANGED).all())
    return {name: changed.get(name, default) for name, default in DEFAULTS.items()}
