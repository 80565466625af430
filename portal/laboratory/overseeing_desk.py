"""The desk suspends testing, takes it up again, and ends it with the client's consent."""

from __future__ import annotations

from flask import url_for

from portal.access import holds
from portal.desk import ActionForm, ReasonForm, carry_out, press, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.review_forms import ShownAmountForm, TerminationForm
from portal.laboratory.review_pages import commission_page
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.operations import overseeing
from services.laboratory.queries import desk


def _address(commission_id: int) -> str:
    """Return the page of a commission of this laboratory. Raises NotFound for any other."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    return url_for("laboratory.desk_commission", commission_id=commission_id)


@bp.route("/laboratory/commissions/<id:commission_id>/suspension", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def suspend(commission_id: int):
    """Suspend testing with a reason."""
    address, form = _address(commission_id), ReasonForm(mark="suspend")
    answer = carry_out(
        form,
        lambda work: overseeing.suspend(work, commission_id, reason=form.reason.data or ""),
        leads_to=address,
        done=gettext("Testing is suspended; the client has been told why."),
    )
    return answer or commission_page(commission_id, form, "suspend")


@bp.route("/laboratory/commissions/<id:commission_id>/resumption", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def resume(commission_id: int):
    """Let testing go on."""
    told = N_("Testing goes on; the promised date has moved by the days that were lost.")
    return press(ActionForm(), _address(commission_id), told, overseeing.resume, commission_id)


@bp.route("/laboratory/commissions/<id:commission_id>/termination", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def ask_termination(commission_id: int):
    """Ask the client to agree to the end of testing."""
    address, form = _address(commission_id), TerminationForm(mark="terminate")
    answer = carry_out(
        form,
        lambda work: overseeing.ask_termination(
            work, commission_id, due_fen=form.amount.data, reason=form.reason.data or ""
        ),
        leads_to=address,
        done=gettext("The client has been asked to agree to the termination."),
    )
    return answer or commission_page(commission_id, form, "terminate")


@bp.route("/laboratory/commissions/<id:commission_id>/termination/agreement", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def agree_termination(commission_id: int):
    """Agree to the termination that the client asks for."""
    address, form = _address(commission_id), ShownAmountForm(mark="confirm")
    answer = carry_out(
        form,
        lambda work: overseeing.confirm_termination(work, commission_id, shown_fen=form.shown_fen, by_staff=True),
        leads_to=address,
        done=gettext("The commission is terminated; the client has been told."),
    )
    return answer or commission_page(commission_id, form, "confirm")


@bp.route("/laboratory/commissions/<id:commission_id>/termination/refusal", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def decline_termination(commission_id: int):
    """Say no to a termination, or take back that it was asked for."""
    address, told = _address(commission_id), N_("The commission is not terminated; testing goes on.")
    return press(
        ActionForm(), address, told, lambda work: overseeing.decline_termination(work, commission_id, by_staff=True)
    )
