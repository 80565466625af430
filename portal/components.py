"""What components of templates need from Python: the one mapping from a state to its word and colour."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from portal.current import actor
from portal.i18n import translate
from services.core.messages import N_
from services.core.permissions import Permission

STATES: dict[str, dict[str, tuple[str, str]]] = {
    "booking": {
        "held": (N_("Slot held"), "info"),
        "requested": (N_("Waiting for the centre"), "warning"),
        "proposed": (N_("Waiting for the firm"), "warning"),
        "confirmed": (N_("Confirmed"), "success"),
        "in_use": (N_("In use"), "info"),
        "completed": (N_("Completed"), "success"),
        "expired": (N_("Lapsed"), "neutral"),
        "rejected": (N_("Declined"), "danger"),
        "cancelled": (N_("Cancelled"), "neutral"),
        "no_show": (N_("No-show"), "danger"),
        "displaced": (N_("To be rearranged"), "danger"),
    },
    "module": {
        "draft": (N_("Draft"), "neutral"),
        "submitted": (N_("Waiting for publication"), "warning"),
        "published": (N_("Published"), "success"),
        "paused": (N_("Paused"), "warning"),
        "withdrawn": (N_("Withdrawn"), "neutral"),
    },
    "organisation": {
        "draft": (N_("Draft"), "neutral"),
        "submitted": (N_("Waiting for verification"), "warning"),
        "verified": (N_("Verified"), "success"),
        "returned": (N_("Returned"), "danger"),
        "changing": (N_("Change waiting for verification"), "warning"),
        "suspended": (N_("Suspended"), "danger"),
    },
    "verification": {
        "waiting": (N_("Waiting for verification"), "warning"),
        "accepted": (N_("Accepted"), "success"),
        "returned": (N_("Returned"), "danger"),
    },
    "join": {
        "waiting": (N_("Waiting for a decision"), "warning"),
        "granted": (N_("Granted"), "success"),
        "refused": (N_("Refused"), "danger"),
    },
    "resource": {
        "normal": (N_("In service"), "success"),
        "repair": (N_("Under repair"), "warning"),
        "stopped": (N_("Out of service"), "danger"),
    },
    "payment": {
        "unpaid": (N_("Unpaid"), "warning"),
        "part_paid": (N_("Partly paid"), "warning"),
        "paid": (N_("Paid"), "success"),
        "on_account": (N_("On account"), "info"),
        "refund_due": (N_("Refund due"), "danger"),
        "free": (N_("Free of charge"), "neutral"),
    },
    "task": {
        "waiting": (N_("Waiting"), "neutral"),
        "running": (N_("Running"), "info"),
        "done": (N_("Done"), "success"),
        "parked": (N_("Parked"), "danger"),
    },
}


def state_word(kind: str, state: str) -> str:
    """Return the word for a state in the reader's language."""
    return translate(STATES[kind][str(state)][0])


def state_tone(kind: str, state: str) -> str:
    """Return the tone (colour) of a state."""
    return STATES[kind][str(state)][1]


def state_tag(kind: str, state: str) -> Markup:
    """Return the tag component for a state."""
    macro = current_app.jinja_env.get_template("components/tag.html").module.tag  # type: ignore[attr-defined]
    return macro(state_word(kind, state), state_tone(kind, state))


def may(permission: Permission, scope: int | None = None) -> bool:
    """Tell templates whether to show something; the operation decides again."""
    return actor().may(permission, scope)


def init_app(app: Flask) -> None:
    """Give the components to every template."""
    app.jinja_env.globals.update(
        state_tag=state_tag, state_word=state_word, state_tone=state_tone, may=may, Permission=Permission
    )

    @app.context_processor
    def _names() -> dict[str, Any]:
        return {"acting": actor}
