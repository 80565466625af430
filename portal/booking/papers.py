"""What a firm prints and fetches: the confirmation, receipts, and the file that was delivered."""

from __future__ import annotations

from flask import render_template

from portal.access import holds
from portal.booking import bp
from portal.booking.presenters import cancelling_text
from portal.current import actor
from portal.extensions import db
from portal.files import send_attachment
from portal.times import when_text
from services.billing.words import METHOD_NAMES
from services.booking import desk_money, queries
from services.core.errors import NotFound
from services.core.money import capital_amount
from services.core.permissions import Permission


@bp.route("/<id:booking_id>/print")
@holds(Permission.BOOKING_READ)
def confirmation(booking_id: int):
    """Show the booking as a document to print; a hold is none yet."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    if booking.no is None:
        raise NotFound
    return render_template(
        "documents/booking_confirmation.html",
        booking=booking,
        module=booking.module,
        order=booking.order,
        when=when_text(booking),
        resources=queries.resource_names(db.session(), booking_id),
        rule=cancelling_text(booking),
    )


@bp.route("/<id:booking_id>/receipts/<id:payment_id>")
@holds(Permission.BOOKING_READ)
def receipt(booking_id: int, payment_id: int):
    """Show the receipt of a payment to print."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    found = desk_money.receipt(db.session(), actor().organisation_id, payment_id)
    if found.order.id != booking.order_id:
        raise NotFound
    capital, method = capital_amount(found.payment.amount_fen), METHOD_NAMES[found.payment.method]
    return render_template("documents/receipt.html", receipt=found, capital=capital, method=method)


@bp.route("/<id:booking_id>/file")
@holds(Permission.BOOKING_READ)
def delivery_file(booking_id: int):
    """Hand out the file that was delivered with the booking."""
    booking = queries.booking_of(db.session(), booking_id, actor().organisation_id)
    attachment = booking.delivery_file
    if attachment is None:
        raise NotFound
    return send_attachment(attachment)
