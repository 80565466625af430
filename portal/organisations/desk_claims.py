"""Claims of registered organisations, decided by the platform."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.organisations import bp
from portal.organisations.forms import RefusalForm
from portal.work import begin_work
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.organisations import desk_queries, queries
from services.organisations.models import JoinRequest
from services.organisations.operations import joining


@bp.route("/claims")
@holds(Permission.PERSON_MANAGE)
def claims():
    """List the claims that wait, oldest first."""
    return render_template("organisations/desk/claims.html", claims=desk_queries.waiting_claims(db.session()))


@bp.route("/claims/<id:request_id>")
@holds(Permission.PERSON_MANAGE)
def claim_case(request_id: int):
    """Show one claim with its licence."""
    return _claim_page(desk_queries.claim_case(db.session(), request_id), ActionForm(), RefusalForm())


@bp.route("/claims/<id:request_id>/grant", methods=["POST"])
@holds(Permission.PERSON_MANAGE)
def grant_claim(request_id: int):
    """Make the claimant the organisation's administrator."""
    form = ActionForm()
    claim = desk_queries.claim_case(db.session(), request_id)
    if form.submitted():
        try:
            with begin_work() as work:
                joining.grant_claim(work, request_id)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The claimant now administers the organisation."), "success")
            return redirect(url_for("organisations.claims"), code=303)
    return _claim_page(claim, form, RefusalForm(formdata=None)), 409


@bp.route("/claims/<id:request_id>/refuse", methods=["POST"])
@holds(Permission.PERSON_MANAGE)
def refuse_claim(request_id: int):
    """Refuse a claim with a reason."""
    form = RefusalForm()
    claim = desk_queries.claim_case(db.session(), request_id)
    if form.submitted():
        try:
            with begin_work(form) as work:
                joining.refuse_claim(work, request_id, reason=form.reason.data)
                work.leads_to(url_for("organisations.claims"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The claim is refused."), "success")
            return redirect(url_for("organisations.claims"), code=303)
    return _claim_page(claim, ActionForm(formdata=None), form)


def _claim_page(claim: JoinRequest, action: ActionForm, refusal: RefusalForm) -> str:
    return render_template(
        "organisations/desk/claim.html",
        claim=claim,
        organisation=claim.organisation,
        has_administrator=queries.has_administrator(db.session(), claim.organisation),
        action=action,
        refusal=refusal,
    )
