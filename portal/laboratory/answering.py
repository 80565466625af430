"""What a client answers: a question of the laboratory, and a termination; asking for one, too."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, carry_out, press
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.answering_forms import AnswerForm, EndForm
from portal.laboratory.review_forms import ShownAmountForm
from services.core.errors import WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.operations import overseeing, reviewing
from services.laboratory.queries import desk
from services.laboratory.rules.overseeing import due_for_done
from services.laboratory.rules.states import COMMISSION_NAMES, COMMISSION_STEPS


def _own(commission_id: int) -> Commission:
    """Return a commission of the active organisation. Raises NotFound for any other."""
    return desk.commission_of_firm(db.session(), actor().organisation_id, commission_id)


@bp.route("/commissions/<id:commission_id>/answer", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def answer(commission_id: int):
    """Answer the laboratory's question, with files where they help."""
    commission = _own(commission_id)
    if request.method == "GET" and commission.state is not CommissionState.NEED_INFO:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    form = AnswerForm()
    done = carry_out(
        form,
        lambda work: reviewing.answer(
            work, commission_id, text=form.text.data or "", uploads=form.uploads, folder=uploads_folder()
        ),
        leads_to=url_for("laboratory.commission", commission_id=commission_id),
        done=gettext("Your answer has been sent; the review goes on."),
    )
    if done:
        return done
    page = render_template("laboratory/answer.html", commission=_own(commission_id), form=form)
    return page, form.status


@bp.route("/commissions/<id:commission_id>/files/<id:file_id>")
@holds(Permission.COMMISSION_READ)
def commission_file(commission_id: int, file_id: int):
    """Hand out a file that the firm sent with its commission."""
    _own(commission_id)
    return send_attachment(desk.file_of(db.session(), commission_id, file_id))


@bp.route("/commissions/<id:commission_id>/termination", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def end(commission_id: int):
    """Ask the laboratory for the end of testing, or answer when it asks."""
    commission = _own(commission_id)
    if request.method == "GET" and commission.state not in COMMISSION_STEPS["terminate"][0]:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    form = EndForm()
    done = carry_out(
        form,
        lambda work: overseeing.ask_termination_by_client(
            work, commission_id, shown_fen=form.shown_fen, reason=form.reason.data or ""
        ),
        leads_to=url_for("laboratory.end", commission_id=commission_id),
        done=gettext("The laboratory has been asked to agree to the termination."),
    )
    return done or _end_page(commission_id, form)


def _end_page(commission_id: int, form: EndForm | ShownAmountForm):
    commission = _own(commission_id)
    states = [line.state for line in desk.lines_of(db.session(), commission_id)]
    done_fen = due_for_done(states, commission.order.due_fen if commission.order else 0)
    asking = form if isinstance(form, EndForm) else EndForm(fresh=True)
    asking.shown.data = str(done_fen)
    confirm = ShownAmountForm(mark="confirm", fresh=True, shown=str(commission.termination_due_fen or 0))
    page = render_template(
        "laboratory/end.html",
        commission=commission,
        form=asking,
        sent=form,
        confirm=confirm,
        action=ActionForm(mark="action", fresh=True),
        done_fen=done_fen,
    )
    return page, form.status


@bp.route("/commissions/<id:commission_id>/termination/agreement", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def agree_end(commission_id: int):
    """Agree to the termination that the laboratory asks for."""
    _own(commission_id)
    form, address = ShownAmountForm(mark="confirm"), url_for("laboratory.commission", commission_id=commission_id)
    done = carry_out(
        form,
        lambda work: overseeing.confirm_termination(work, commission_id, shown_fen=form.shown_fen, by_staff=False),
        leads_to=address,
        done=gettext("The commission is terminated."),
    )
    return done or _end_page(commission_id, form)


@bp.route("/commissions/<id:commission_id>/termination/refusal", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def decline_end(commission_id: int):
    """Say no to a termination, or take back that it was asked for."""
    _own(commission_id)
    address = url_for("laboratory.commission", commission_id=commission_id)
    told = N_("The commission is not terminated; testing goes on.")
    return press(
        ActionForm(), address, told, lambda work: overseeing.decline_termination(work, commission_id, by_staff=False)
    )
