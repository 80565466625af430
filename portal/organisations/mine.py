"""The active organisation's own file: particulars, verification, licence, and the switch to another one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds, signed_in
from portal.current import actor, organisation, person, user
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.organisations import bp
from portal.organisations.comparing import differences
from portal.organisations.forms import EditForm, LicenceForm
from portal.work import begin_work
from services.core.errors import ChangedMeanwhile, RuleBroken
from services.core.permissions import ROLE_NAMES, Permission
from services.organisations import credit_code, queries
from services.organisations.operations.acting import act_for
from services.organisations.operations.particulars import edit as edit_particulars
from services.organisations.operations.submitting import submit
from services.organisations.particulars import Particulars
from services.organisations.words import KIND_NAMES, LEVEL_NAMES, TYPE_NAMES


@bp.route("/mine")
@signed_in
def mine():
    """Show the active organisation's particulars, or how to come to one."""
    active = organisation()
    if active is None:
        return render_template("organisations/none.html", requests=queries.own_requests(db.session(), person().id))
    return render_template(
        "organisations/mine.html",
        organisation=active,
        kind_names=KIND_NAMES,
        type_names=TYPE_NAMES,
        level_names=LEVEL_NAMES,
        remarks=credit_code.remarks(active.credit_code, active.region_code) if active.credit_code else [],
        region=queries.region_name(db.session(), active.region_code),
    )


@bp.route("/mine/edit", methods=["GET", "POST"])
@holds(Permission.ORGANISATION_EDIT)
def edit():
    """Change the particulars; when somebody else was quicker, show both versions and ask again."""
    active = organisation()
    form, theirs, status = EditForm(obj=active), [], 200
    if form.submitted():
        try:
            with begin_work(form) as work:
                edit_particulars(
                    work,
                    active.id,
                    form.particulars(),
                    version=form.shown_version,
                    licence=form.licence.upload,
                    folder=uploads_folder(),
                )
                work.leads_to(url_for("organisations.mine"))
        except RuleBroken as error:
            form.blame(error)
            if isinstance(error, ChangedMeanwhile):
                theirs, status = differences(form, Particulars.of(active)), 409
                form.version.data = active.version
        else:
            flash(gettext("Saved."), "success")
            return redirect(url_for("organisations.mine"), code=303)
    return render_template("organisations/edit.html", form=form, organisation=active, theirs=theirs), status


@bp.route("/mine/verification", methods=["GET", "POST"])
@holds(Permission.ORGANISATION_EDIT)
def evidence():
    """Hand in the licence, and show what was decided before."""
    active = organisation()
    form = LicenceForm()
    if form.submitted():
        try:
            with begin_work(form) as work:
                submit(work, active.id, licence=form.licence.upload, folder=uploads_folder())
                work.leads_to(url_for("organisations.evidence"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("Handed in. A person will compare the licence; you will get a message."), "success")
            return redirect(url_for("organisations.evidence"), code=303)
    return render_template(
        "organisations/evidence.html",
        organisation=active,
        form=form,
        history=queries.verifications_of(db.session(), active.id),
        level_names=LEVEL_NAMES,
        type_names=TYPE_NAMES,
    )


@bp.route("/licences/<id:attachment_id>")
@signed_in
def licence(attachment_id: int):
    """Fetch a licence: its own organisation, the verifier, and whoever handed it in with a claim."""
    return send_attachment(queries.readable_licence(db.session(), actor(), attachment_id))


@bp.route("/switch", methods=["GET", "POST"])
@signed_in
def switch():
    """List the organisations a person may act for, and act for another one."""
    who = user()
    form = ActionForm()
    if request.method == "POST" and form.validate():
        wanted = request.form.get("organisation_id", 0, type=int)
        with begin_work() as work:
            active = act_for(work, who.sign_in.id, max(0, min(wanted, 2**31 - 1)))
        flash(gettext("You now act for %(organisation)s.", organisation=active.label), "success")
        return redirect(url_for("home.bench"), code=303)
    return render_template("organisations/switch.html", who=who, form=form, role_names=ROLE_NAMES)
