"""The centre's desk for its booking policies."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.catalogue import bp
from portal.catalogue.resource_forms import PolicyForm
from portal.current import actor
from portal.desk import form_page
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.models import BookingPolicy
from services.catalogue.operations import policies as operations
from services.catalogue.operations.policies import PolicyTerms
from services.core.errors import RuleBroken
from services.core.permissions import Permission


@bp.route("/policies")
@holds(Permission.RESOURCE_EDIT)
def policies():
    """List the booking policies of the centre with the resources that follow them."""
    provider_id = actor().organisation_id
    return render_template(
        "catalogue/resource/policies.html",
        policies=desk_queries.provider_policies(db.session(), provider_id),
        used_by=desk_queries.resources_by_policy(db.session(), provider_id),
    )


@bp.route("/policies/new", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def policy_new():
    """Enter a booking policy."""
    form = PolicyForm(data=asdict(PolicyTerms(name="")))
    if form.submitted():
        address = url_for("catalogue.policies")
        try:
            with begin_work(form) as work:
                operations.create_policy(work, form.terms())
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The booking policy has been saved."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/resource/policy_new.html", form)


@bp.route("/policies/<id:policy_id>", methods=["GET", "POST"])
@holds(Permission.RESOURCE_EDIT)
def policy_edit(policy_id: int):
    """Change a booking policy for new bookings."""
    policy = desk_queries.provider_policy(db.session(), actor().organisation_id, policy_id)
    form = _edit_form(policy)
    if form.submitted():
        address = url_for("catalogue.policies")
        try:
            with begin_work(form) as work:
                operations.edit_policy(work, policy_id, form.version.data, form.terms())
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
            form.compare(lambda: _edit_form(policy, formdata=None))
        else:
            flash(gettext("The changes have been saved. Bookings already made keep their terms."), "success")
            return redirect(address, code=303)
    used_by = desk_queries.resources_by_policy(db.session(), actor().organisation_id).get(policy_id, [])
    return form_page("catalogue/resource/policy_edit.html", form, policy=policy, used_by=used_by)


def _edit_form(policy: BookingPolicy, **values: None) -> PolicyForm:
    data: dict[str, Any] = {one.name: getattr(policy, one.name) for one in fields(PolicyTerms)}
    return PolicyForm(data=data | {"version": policy.version}, **values)
