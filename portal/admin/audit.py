"""The audit log."""

from __future__ import annotations

from flask import abort, render_template, request

from portal.access import holds
from portal.admin import bp
from portal.admin.audit_words import kind_word
from portal.csv_files import csv_answer
from portal.extensions import db
from portal.forms import ActionForm
from portal.forms.fields import wall_clock
from portal.i18n import local_time, translate
from portal.paging import paged
from portal.work import begin_work
from services.core.audit import AuditEntry
from services.core.audit_queries import Wanted, entries, kinds
from services.core.messages import N_
from services.core.permissions import Permission
from services.organisations.staff_queries import organisation_names

MOST_EXPORTED = 20_000
HEAD = (
    N_("No."),
    N_("Time"),
    N_("Event"),
    N_("Subject"),
    N_("Subject no."),
    N_("Who"),
    N_("Organisation no."),
    N_("Network address"),
    N_("Facts"),
)


@bp.route("/audit")
@holds(Permission.AUDIT_READ)
def audit():
    """List what happened, newest first."""
    page = paged(entries(_wanted()), per_page=50)
    return render_template(
        "admin/audit.html",
        page=page,
        kinds=[(kind, kind_word(kind)) for kind in kinds(db.session())],
        kind_word=kind_word,
        names=organisation_names(db.session(), {entry.organisation_id for entry in page.items}),
        asked=request.args,
        form=ActionForm(),
    )


@bp.route("/audit/export", methods=["POST"])
@holds(Permission.AUDIT_READ)
def export_audit():
    """Save the wanted entries, at most 20,000, as a table; that somebody did so is an entry of its own."""
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        found = work.session.scalars(entries(_wanted()).limit(MOST_EXPORTED)).all()
        work.record("audit.exported", AuditEntry(), count=len(found), filters=request.args.to_dict())
        rows = [_row(entry) for entry in found]
    return csv_answer("audit.csv", [translate(word) for word in HEAD], rows)


def _row(entry: AuditEntry) -> list[object]:
    facts = "; ".join(f"{name}={value}" for name, value in entry.facts.items())
    return [
        entry.id,
        local_time(entry.at),
        kind_word(entry.kind),
        entry.subject_table,
        entry.subject_id,
        entry.person_name,
        entry.organisation_id,
        entry.address,
        facts,
    ]


def _wanted() -> Wanted:
    """Read the filters of the address; what makes no sense does not narrow."""
    organisation = request.args.get("organisation", "")
    is_id = organisation.isascii() and organisation.isdigit() and len(organisation) < 10
    first, last = (wall_clock(request.args.get(name, ""), "%Y-%m-%d") for name in ("first", "last"))
    return Wanted(
        kind=request.args.get("kind", "")[:80],
        person=request.args.get("person", "").strip()[:80],
        organisation_id=int(organisation) if is_id else None,
        first=first.date() if first else None,
        last=last.date() if last else None,
    )
