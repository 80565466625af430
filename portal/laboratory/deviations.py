"""The client decides on a sample that is not as ordered."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import carry_out
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.sample_forms import DecisionForm
from services.core import links
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import samples as operations
from services.laboratory.queries import samples as queries


@bp.route("/commissions/<id:commission_id>/deviation", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def deviation(commission_id: int):
    """Show what differs, with photographs, and take the decision on one sample after the other."""
    queries.commission_of_client(db.session(), actor().organisation_id, commission_id)
    form = DecisionForm()

    def decide(work: Work) -> None:
        decided = operations.accept_deviation if form.decision.data == "accept" else operations.decline_deviation
        decided(work, commission_id, form.chosen_id)

    address = url_for("laboratory.deviation", commission_id=commission_id)
    done = gettext("Your decision is recorded; the laboratory has been told.")
    return carry_out(form, decide, leads_to=address, done=done) or _page(commission_id, form)


def _page(commission_id: int, sent: DecisionForm):
    samples = queries.deviating(db.session(), commission_id)
    if not samples:
        raise NotFound
    forms = {
        one.id: sent
        if sent.is_submitted() and sent.chosen_id == one.id
        else DecisionForm(mark=f"s{one.id}", fresh=True, sample_id=str(one.id))
        for one in samples
        if one.state is SampleState.DEVIATING
    }
    page = render_template(
        "laboratory/deviation.html",
        commission=queries.commission_of_client(db.session(), actor().organisation_id, commission_id),
        commission_url=links.commission(commission_id),
        samples=samples,
        forms=forms,
        sent=sent if sent.is_submitted() else None,
    )
    return page, sent.status


@bp.route("/commissions/deviations/<id:event_id>/photo")
@holds(Permission.COMMISSION_READ)
def deviation_photo(event_id: int):
    """Hand out the photograph that shows a deviation."""
    return send_attachment(queries.deviation_photographed(db.session(), actor().organisation_id, event_id).photo)
