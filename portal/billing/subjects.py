"""What an order is for: the booking, the commission or the registration behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import url_for

from portal.extensions import db
from services.booking import desk_money
from services.core import links
from services.laboratory.queries import orders as commissions
from services.training.queries.money import registrations_of_orders


@dataclass(frozen=True)
class Subject:
    """The number of what was ordered, and where the firm and the centre read about it."""

    no: str
    client_url: str
    desk_url: str


def subjects_of(order_ids: Collection[int]) -> dict[int, Subject]:
    """Return what each order is for, in three queries however many there are."""
    found = {
        order_id: Subject(
            no,
            url_for("booking.show", booking_id=booking_id),
            url_for("booking.desk_show", booking_id=booking_id, _anchor="money"),
        )
        for order_id, booking_id, no in desk_money.bookings_of_orders(db.session(), order_ids)
    }
    for order_id, commission_id, no in commissions.commissions_of_orders(db.session(), order_ids):
        found[order_id] = Subject(
            no,
            url_for("laboratory.commission", commission_id=commission_id),
            url_for("laboratory.desk_commission", commission_id=commission_id),
        )
    for order_id, registration in registrations_of_orders(db.session(), order_ids):
        found[order_id] = Subject(
            registration.no,
            url_for("training.registration", registration_id=registration.id),
            links.class_desk(registration.training_class.no),
        )
    return found
