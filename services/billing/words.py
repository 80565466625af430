"""What the fixed words of billing are called; marked here, translated where they are shown."""

from __future__ import annotations

from services.billing.models import PaymentMethod
from services.core.messages import N_

METHOD_NAMES: dict[PaymentMethod, str] = {
    PaymentMethod.TRANSFER: N_("Bank transfer"),
    PaymentMethod.CASH: N_("Cash"),
    PaymentMethod.SCAN: N_("Payment by phone"),
}
