"""Free questions before an order (检测咨询), the client's and the clerk's side."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, asked_words, carry_out, press, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext, translate
from portal.laboratory import bp
from portal.laboratory.consulting_forms import QuestionForm, ReplyForm
from portal.paging import paged
from services.catalogue.desk_queries import product_classes
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import ConsultationState, Feasibility
from services.laboratory.operations import consulting
from services.laboratory.queries import consultations
from services.laboratory.queries.tests_on_offer import offered_tests
from services.laboratory.rules.consulting import CONSULTATION_STEPS, FEASIBILITY_NAMES

LISTS = {
    "asked": frozenset({ConsultationState.ASKED}),
    "answered": frozenset({ConsultationState.ANSWERED}),
    "done": frozenset({ConsultationState.ORDERED, ConsultationState.CLOSED}),
}


@bp.app_template_filter("feasibility_word")
def feasibility_word(value: Feasibility) -> str:
    """Return how a clerk judges what was asked for, in words."""
    return translate(FEASIBILITY_NAMES[value])


# The firm's side ----------------------------------------------------------------------------------------------------


@bp.route("/consultations")
@holds(Permission.COMMISSION_PLACE)
def consultations_index():
    """Show what the firm has asked, the newest first."""
    page = paged(consultations.of_firm(actor().organisation_id))
    return render_template("laboratory/consultations.html", page=page)


@bp.route("/consultations/new", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def ask():
    """Ask a laboratory, with photographs; free of charge."""
    form = QuestionForm(consultations.laboratories(db.session()), product_classes(db.session()))
    answer = carry_out(
        form,
        lambda work: consulting.ask(work, form.asked, folder=uploads_folder()),
        leads_to=lambda asked: url_for("laboratory.consultation", consultation_id=asked.id),
        done=gettext("Your question has been sent. You are told as soon as it is answered."),
    )
    return answer or (render_template("laboratory/ask.html", form=form), form.status)


@bp.route("/consultations/<id:consultation_id>")
@holds(Permission.COMMISSION_PLACE)
def consultation(consultation_id: int):
    """Show a question of the firm with its answer, and the ready order if there is one."""
    found = consultations.asked_by_firm(db.session(), consultation_id, actor().organisation_id)
    may_close = found.state in CONSULTATION_STEPS["close"][0]
    action = ActionForm(fresh=True)
    return render_template("laboratory/consultation.html", consultation=found, may_close=may_close, action=action)


@bp.route("/consultations/<id:consultation_id>/photos/<id:file_id>")
@holds(Permission.COMMISSION_PLACE)
def consultation_photo(consultation_id: int, file_id: int):
    """Hand out a photograph of a question of the firm."""
    found = consultations.asked_by_firm(db.session(), consultation_id, actor().organisation_id)
    return send_attachment(consultations.photo_of(found, file_id))


@bp.route("/consultations/<id:consultation_id>/end", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def close_consultation(consultation_id: int):
    """Close a question of the firm."""
    consultations.asked_by_firm(db.session(), consultation_id, actor().organisation_id)
    address = url_for("laboratory.consultation", consultation_id=consultation_id)
    return press(ActionForm(), address, N_("The question is closed."), consulting.close, consultation_id)


# The laboratory's side ----------------------------------------------------------------------------------------------


@bp.route("/laboratory/consultations")
@holds(Permission.COMMISSION_REVIEW)
def desk_consultations():
    """Show what the laboratory was asked; what waits longest comes first."""
    shown = request.args.get("show", "asked")
    shown = shown if shown in LISTS else "asked"
    page = paged(consultations.of_laboratory(provider_id(), LISTS[shown]))
    count, _ = consultations.waiting(db.session(), provider_id())
    return render_template("laboratory/desk/consultations.html", page=page, shown=shown, waiting=count)


@bp.route("/laboratory/consultations/<id:consultation_id>", methods=["GET", "POST"])
@holds(Permission.COMMISSION_REVIEW)
def reply(consultation_id: int):
    """Answer a question: whether it can be done, how, and perhaps with a ready order."""
    found = consultations.asked_of_laboratory(db.session(), consultation_id, provider_id())
    words = asked_words()
    form = ReplyForm(offered_tests(db.session(), found.provider_id, product_code=found.product_code, words=words))
    answer = carry_out(
        form,
        lambda work: consulting.answer(
            work, consultation_id, feasibility=form.judged, text=form.answer.data or "", items=form.chosen
        ),
        leads_to=url_for("laboratory.reply", consultation_id=consultation_id),
        done=gettext("The answer has been sent to the firm."),
    )
    if answer:
        return answer
    found = consultations.asked_of_laboratory(db.session(), consultation_id, provider_id())
    page = render_template(
        "laboratory/desk/consultation.html",
        consultation=found,
        form=form,
        words=words,
        action=ActionForm(mark="action", fresh=True),
        may_answer=found.state in CONSULTATION_STEPS["answer"][0],
    )
    return page, form.status


@bp.route("/laboratory/consultations/<id:consultation_id>/photos/<id:file_id>")
@holds(Permission.COMMISSION_REVIEW)
def desk_consultation_photo(consultation_id: int, file_id: int):
    """Hand out a photograph of a question that the laboratory was asked."""
    found = consultations.asked_of_laboratory(db.session(), consultation_id, provider_id())
    return send_attachment(consultations.photo_of(found, file_id))


@bp.route("/laboratory/consultations/<id:consultation_id>/end", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def desk_close_consultation(consultation_id: int):
    """Close a question that the laboratory was asked."""
    consultations.asked_of_laboratory(db.session(), consultation_id, provider_id())
    address = url_for("laboratory.desk_consultations")
    return press(ActionForm(), address, N_("The question is closed."), consulting.close, consultation_id)
