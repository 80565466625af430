"""What firms and centres print alike: receipts and monthly statements."""

from __future__ import annotations

from flask import render_template

from portal.billing.subjects import subjects_of
from portal.current import actor
from portal.extensions import db
from services.billing import queries
from services.billing.models import Order
from services.billing.words import METHOD_NAMES
from services.core.money import capital_amount


def receipt_page(order: Order, payment_id: int) -> str:
    """Return the receipt of a payment of an order that the reader may see, on A4. Raises NotFound."""
    payment = queries.payment_of(order, payment_id)
    return render_template(
        "documents/order_receipt.html",
        order=order,
        payment=payment,
        subject=subjects_of([order.id]).get(order.id),
        capital=capital_amount(payment.amount_fen),
        method=METHOD_NAMES[payment.method],
    )


def statement_page(statement_id: int) -> str:
    """Return a monthly statement on A4, for its firm and its centre. Raises NotFound."""
    found = queries.statement_for(db.session(), statement_id, actor().organisation_id or 0)
    subjects = subjects_of([line["order_id"] for line in found.lines])
    capital = capital_amount(found.total_fen)
    return render_template("documents/statement.html", statement=found, subjects=subjects, capital=capital)
