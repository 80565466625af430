"""Entering an organisation in three steps, and asking for one that is registered already."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from portal.access import signed_in
from portal.current import person, user
from portal.extensions import db
from portal.files import uploads_folder
from portal.i18n import gettext
from portal.organisations import bp
from portal.organisations.forms import ClaimForm, CreditCodeForm, EntryForm, JoinForm
from portal.work import begin_work
from services.core.errors import RuleBroken
from services.organisations import credit_code
from services.organisations.directory import public_organisation
from services.organisations.errors import CodeTaken
from services.organisations.models import Organisation
from services.organisations.operations.acting import act_for
from services.organisations.operations.joining import ask_to_join, claim
from services.organisations.operations.particulars import register as enter
from services.organisations.queries import has_administrator, organisation_with_code


@bp.route("/register", methods=["GET", "POST"])
@signed_in
def register():
    """Step 1: the credit code decides whether the organisation is new here."""
    form = CreditCodeForm()
    if form.submitted():
        return redirect(_next_step(form.credit_code.data), code=303)
    return render_template("organisations/register.html", form=form)


@bp.route("/register/particulars", methods=["GET", "POST"])
@signed_in
def particulars():
    """Step 2: the particulars; the draft is kept from here on."""
    code = credit_code.canonical(request.args.get("credit_code", ""))
    form = EntryForm(credit_code=code, shows_contact=True, contact_name=person().name, contact_phone=person().mobile)
    if form.submitted():
        sign_in_id = user().sign_in.id
        try:
            with begin_work(form) as work:
                organisation = enter(work, form.particulars(), kind=form.chosen_kind)
                act_for(work, sign_in_id, organisation.id)
                work.leads_to(url_for("organisations.evidence"))
        except CodeTaken:
            return redirect(_next_step(form.credit_code.data), code=303)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The draft is kept. Add the licence and submit it for verification."), "success")
            return redirect(url_for("organisations.evidence"), code=303)
    remarks = credit_code.remarks(code, form.region_code.data) if credit_code.is_consistent(code) else []
    return render_template("organisations/particulars.html", form=form, remarks=remarks)


@bp.route("/<id:organisation_id>/join", methods=["GET", "POST"])
@signed_in
def join(organisation_id: int):
    """Show that an organisation is registered, by its name alone, and the two ways in."""
    organisation = _asked_for(organisation_id)
    form = JoinForm()
    if form.submitted():
        try:
            with begin_work(form) as work:
                ask_to_join(work, organisation_id, remark=form.remark.data or "")
                work.leads_to(url_for("organisations.mine"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The administrator has been told. You will get a message."), "success")
            return redirect(url_for("organisations.mine"), code=303)
    return render_template(
        "organisations/join.html",
        organisation=organisation,
        form=form,
        can_join=has_administrator(db.session(), organisation),
        claim_url=url_for("organisations.claim_one", organisation_id=organisation_id, **_proof()),
    )


@bp.route("/<id:organisation_id>/claim", methods=["GET", "POST"])
@signed_in
def claim_one(organisation_id: int):
    """Ask the platform, with the licence, to administer an organisation."""
    organisation = _asked_for(organisation_id)
    form = ClaimForm()
    if form.submitted():
        try:
            with begin_work(form) as work:
                claim(
                    work,
                    organisation_id,
                    licence=form.licence.upload,
                    folder=uploads_folder(),
                    remark=form.remark.data or "",
                )
                work.leads_to(url_for("organisations.mine"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The platform will compare the licence and decide. You will get a message."), "success")
            return redirect(url_for("organisations.mine"), code=303)
    return render_template("organisations/claim.html", organisation=organisation, form=form)


def _next_step(code: str) -> str:
    """Return where somebody goes who has typed a right credit code."""
    taken = organisation_with_code(db.session(), code)
    if taken is None:
        return url_for("organisations.particulars", credit_code=code)
    return url_for("organisations.join", organisation_id=taken.id, credit_code=code)


def _proof() -> dict[str, str]:
    """Return the credit code of the address, by which a stranger knows an organisation that is not public."""
    code = credit_code.canonical(request.args.get("credit_code", "")[:40])
    return {"credit_code": code} if code else {}


def _asked_for(organisation_id: int) -> Organisation:
    """Return an organisation that is public, or whose credit code the visitor knows; 404 otherwise."""
    known = organisation_with_code(db.session(), _proof().get("credit_code", ""))
    if known is not None and known.id == organisation_id:
        return known
    return public_organisation(db.session(), organisation_id) or abort(404)
