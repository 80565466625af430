"""The verifier's queue and cases, and the register with suspension."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.current import actor
from portal.extensions import db
from portal.forms import clean
from portal.i18n import gettext
from portal.organisations import bp
from portal.organisations.comparing import asked_and_verified
from portal.organisations.forms import AcceptanceForm, RefusalForm
from portal.paging import paged
from portal.work import begin_work
from services.core import clock
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.permissions import ROLE_NAMES, Permission
from services.organisations import credit_code, desk_queries, queries
from services.organisations.errors import DecidedMeanwhile
from services.organisations.models import OrgState, Verification
from services.organisations.operations import verifying
from services.organisations.rules import odd_letters
from services.organisations.scope import administers
from services.organisations.words import KIND_NAMES, LEVEL_NAMES, STATE_NAMES, TYPE_NAMES

LABELS = {
    "name": N_("Name of the organisation"),
    "credit_code": N_("Unified social credit code"),
    "org_type": N_("Type of body"),
}


@bp.route("/verifications")
@holds(Permission.ORGANISATION_VERIFY)
def verifications():
    """List what waits for verification, oldest first, with its clock."""
    page = paged(desk_queries.waiting_verifications(db.session(), actor()))
    days = desk_queries.days_waited(db.session(), [one.submitted_at for one in page.items], clock.now())
    return render_template(
        "organisations/desk/verifications.html",
        page=page,
        rows=list(zip(page.items, days, strict=True)),
        promised=desk_queries.PROMISED_DAYS,
    )


@bp.route("/verifications/<id:verification_id>")
@holds(Permission.ORGANISATION_VERIFY)
def verification(verification_id: int):
    """Show one case: what is asked for, what was verified before, and who may be the same."""
    case = desk_queries.verification_case(db.session(), actor(), verification_id)
    return _case_page(case, AcceptanceForm(), RefusalForm())


@bp.route("/verifications/<id:verification_id>/accept", methods=["POST"])
@holds(Permission.ORGANISATION_VERIFY)
def accept(verification_id: int):
    """Accept a submission; the slower of two clerks sees what the other decided."""
    form = AcceptanceForm()
    case = desk_queries.verification_case(db.session(), actor(), verification_id)
    if not form.submitted():
        return _case_page(case, form, RefusalForm(formdata=None))
    try:
        with begin_work(form) as work:
            verifying.accept(work, verification_id, visited=form.level.data == "3", remark=form.remark.data or "")
            work.leads_to(url_for("organisations.verifications"))
    except RuleBroken as error:
        form.blame(error)
        return _case_page(case, form, RefusalForm(formdata=None)), _status(error)
    flash(gettext("The organisation is verified."), "success")
    return redirect(url_for("organisations.verifications"), code=303)


@bp.route("/verifications/<id:verification_id>/return", methods=["POST"])
@holds(Permission.ORGANISATION_VERIFY)
def send_back(verification_id: int):
    """Return a submission with a reason."""
    form = RefusalForm()
    case = desk_queries.verification_case(db.session(), actor(), verification_id)
    if not form.submitted():
        return _case_page(case, AcceptanceForm(formdata=None), form)
    try:
        with begin_work(form) as work:
            verifying.send_back(work, verification_id, reason=form.reason.data)
            work.leads_to(url_for("organisations.verifications"))
    except RuleBroken as error:
        form.blame(error)
        return _case_page(case, AcceptanceForm(formdata=None), form), _status(error)
    flash(gettext("The particulars are returned; the organisation reads the reason."), "success")
    return redirect(url_for("organisations.verifications"), code=303)


@bp.route("/entries")
@holds(Permission.ORGANISATION_VERIFY)
def register_of_all():
    """List every organisation within reach, by name, code and state."""
    text = (clean(request.args.get("name", "")[:100]) or "").replace("\x00", "")
    state = request.args.get("state", "")
    wanted = OrgState(state) if state in set(OrgState) else None
    page = paged(desk_queries.whole_register(db.session(), actor(), text, wanted))
    return render_template(
        "organisations/desk/entries.html",
        page=page,
        text=text,
        state=wanted,
        states=STATE_NAMES,
        kind_names=KIND_NAMES,
        level_names=LEVEL_NAMES,
    )


@bp.route("/entries/<id:organisation_id>", methods=["GET", "POST"])
@holds(Permission.ORGANISATION_VERIFY)
def entry(organisation_id: int):
    """Show one organisation's file (一企一档); the platform suspends or restores it with a reason."""
    organisation = desk_queries.organisation_file(db.session(), actor(), organisation_id)
    form = RefusalForm()
    if form.submitted():
        change = verifying.restore if organisation.state is OrgState.SUSPENDED else verifying.suspend
        try:
            with begin_work(form) as work:
                change(work, organisation_id, reason=form.reason.data)
                work.leads_to(url_for("organisations.entry", organisation_id=organisation_id))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("Saved."), "success")
            return redirect(url_for("organisations.entry", organisation_id=organisation_id), code=303)
    return render_template(
        "organisations/desk/entry.html",
        organisation=organisation,
        form=form,
        region=queries.region_name(db.session(), organisation.region_code),
        history=queries.verifications_of(db.session(), organisation_id),
        page=paged(queries.colleagues(organisation_id)),
        kind_names=KIND_NAMES,
        type_names=TYPE_NAMES,
        level_names=LEVEL_NAMES,
        role_names=ROLE_NAMES,
        staffs=administers(actor(), organisation),
    )


def _status(error: RuleBroken) -> int:
    """Answer 409 to the slower of two clerks, and 200 with the form otherwise."""
    return 409 if isinstance(error, DecidedMeanwhile) else 200


def _case_page(case: Verification, acceptance: AcceptanceForm, refusal: RefusalForm) -> str:
    asked, organisation = case.particulars, case.organisation
    code = asked.get("credit_code")
    return render_template(
        "organisations/desk/verification.html",
        case=case,
        organisation=organisation,
        facts=asked_and_verified(case, LABELS),
        code_is_right=credit_code.is_consistent(code),
        remarks=credit_code.remarks(code, organisation.region_code) if code else [],
        odd=odd_letters(asked["name"]),
        duplicates=desk_queries.possible_duplicates(db.session(), organisation.id, asked["name"]),
        region=queries.region_name(db.session(), organisation.region_code),
        days=desk_queries.days_waited(db.session(), [case.submitted_at], clock.now())[0],
        promised=desk_queries.PROMISED_DAYS,
        acceptance=acceptance,
        refusal=refusal,
    )
