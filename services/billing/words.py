"""What the fixed words of billing are called; marked here, translated where they are shown."""

from __future__ import annotations

from services.billing.models import InvoiceKind, InvoiceState, LineKind, PaymentMethod, QuotationState
from services.core.messages import N_

METHOD_NAMES: dict[PaymentMethod, str] = {
    PaymentMethod.TRANSFER: N_("Bank transfer"),
    PaymentMethod.CASH: N_("Cash"),
    PaymentMethod.SCAN: N_("Payment by phone"),
}

LINE_NAMES: dict[LineKind, str] = {
    LineKind.BASE: N_("Price"),
    LineKind.EXTRA: N_("Extra"),
    LineKind.URGENT: N_("Urgent"),
    LineKind.DISCOUNT: N_("Member discount"),
    LineKind.MINIMUM: N_("Minimum"),
    LineKind.ADJUSTMENT: N_("Adjustment"),
    LineKind.CANCELLATION: N_("Cancellation"),
}

INVOICE_KIND_NAMES: dict[InvoiceKind, str] = {
    InvoiceKind.NORMAL: N_("Ordinary VAT invoice"),
    InvoiceKind.SPECIAL: N_("Special VAT invoice"),
}

INVOICE_STATE_NAMES: dict[InvoiceState, str] = {
    InvoiceState.ASKED: N_("Asked for"),
    InvoiceState.ISSUED: N_("Issued"),
    InvoiceState.REFUSED: N_("Not issued"),
    InvoiceState.CANCELLED: N_("Taken back"),
}

QUOTATION_NAMES: dict[QuotationState, str] = {
    QuotationState.OFFERED: N_("To be answered"),
    QuotationState.ACCEPTED: N_("Agreed"),
    QuotationState.REJECTED: N_("Rejected"),
    QuotationState.LAPSED: N_("No longer valid"),
    QuotationState.SUPERSEDED: N_("Replaced by a later version"),
}
