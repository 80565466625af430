"""The laboratory's board: to receive, in test, due, overdue, turnaround, instruments, certificates."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds
from portal.components import may
from portal.desk import provider_id
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.laboratory import bp
from services.booking.desk_schedule import Use
from services.catalogue.models import CapacityKind
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.laboratory.queries import board as figures
from services.laboratory.queries import desk, reports

SHOWN = ("review", "receive", "running", "today", "overdue")
KINDS = {
    "calibration": N_("Calibration"),
    "certificate": N_("Certificate"),
    "signatory": N_("Authorisation to sign"),
}


@bp.route("/laboratory")
@holds(Permission.WORKLIST_READ)
def board():
    """Show the state of the laboratory in counts; whoever may open a list finds it behind its count."""
    session, now = db.session(), clock.now()
    today = clock.local_day(now)
    counts = desk.queue_counts(session, provider_id(), today)
    return render_template(
        "laboratory/desk/board.html",
        stats=[(translate(desk.QUEUE_NAMES[name]), counts[name], _list_behind(name)) for name in SHOWN],
        to_sign=reports.waiting(session, provider_id()).sign,
        sign_url=url_for("laboratory.reports", show="sign") if may(Permission.REPORT_ISSUE) else None,
        turnaround=figures.turnaround(session, provider_id(), now),
        rows=[_row(one) for one in figures.instruments_this_week(session, provider_id(), today)],
        expiring=figures.expiring(session, provider_id(), today),
        kinds={name: translate(label) for name, label in KINDS.items()},
        warning_days=int(setting(session, "laboratory.certificate_warning_days")),
        today=today,
    )


def _list_behind(name: str) -> str | None:
    return url_for("laboratory.desk_commissions", show=name) if may(Permission.COMMISSION_REVIEW) else None


def _row(use: Use) -> dict[str, object]:
    """Return how much of an instrument is taken this week, for the chart."""
    if use.percent is None:
        text = gettext("closed")
    elif use.resource.capacity_kind is CapacityKind.BATCH:
        text = gettext("%(booked)s of %(offered)s places, %(percent)s %%", **_used(use))
    else:
        hours = {"booked": f"{use.booked / 60:.1f}", "offered": f"{use.offered / 60:.1f}"}
        text = gettext("%(booked)s of %(offered)s hours, %(percent)s %%", **(_used(use) | hours))
    label = f"{use.resource.code} {use.resource.name}"
    return {"label": label, "value": min(use.booked, use.offered), "max": use.offered, "text": text}


def _used(use: Use) -> dict[str, object]:
    return {"booked": use.booked, "offered": use.offered, "percent": use.percent}
