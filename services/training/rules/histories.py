"""What happened to a registration, in plain words: the sentence of each kind of event, and its colour."""

from __future__ import annotations

from services.core.messages import N_

EVENT_NAMES: dict[str, tuple[str, str]] = {
    "register": (N_("Registered"), "info"),
    "register_waiting": (N_("Registered for the waiting list with number %(place)s"), "info"),
    "approve": (N_("The centre accepted the registration"), "success"),
    "reject": (N_("The centre did not accept the registration"), "danger"),
    "pay": (N_("The fee has arrived"), "success"),
    "expire": (N_("Not paid in time; the seat is free again"), "danger"),
    "pay_late": (N_("The fee arrived after its time"), "warning"),
    "promote": (N_("A seat became free and was offered"), "warning"),
    "accept": (N_("The offered seat was accepted"), "success"),
    "decline": (N_("The offered seat was declined"), "neutral"),
    "lapse": (N_("The offer was not answered in time; the seat went to the next"), "danger"),
    "withdraw": (N_("Withdrawn"), "neutral"),
    "cancel": (N_("Cancelled with the class"), "danger"),
    "miss": (N_("Did not come to the class"), "danger"),
    "complete": (N_("Course completed"), "success"),
    "fail": (N_("Course not completed"), "danger"),
    "passed_over": (N_("Somebody behind got a seat first"), "warning"),
    "substitute": (N_("The seat was handed over to somebody else"), "info"),
}
