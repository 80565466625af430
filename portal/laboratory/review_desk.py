"""The clerk's desk: commissions by what is to be done, one with everything, and its contract review."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.access import holds
from portal.desk import ActionForm, asked_words, carry_out, press, provider_id
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.review_forms import NoteForm, ReviewForm
from portal.laboratory.review_pages import commission_page
from portal.paging import paged
from services.core import clock
from services.core.errors import WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import ReviewDecision
from services.laboratory.operations import reviewing
from services.laboratory.queries import desk, review_facts
from services.laboratory.rules.reviewing import DECISIONS, Check
from services.laboratory.rules.states import COMMISSION_NAMES

PER_PAGE = 50
DONE = {
    ReviewDecision.ACCEPT: N_("The commission is accepted; the client has been told."),
    ReviewDecision.ASK: N_("The question has been sent; the clock stands still until it is answered."),
    ReviewDecision.DECLINE: N_("The commission is declined; the client has been told why."),
    ReviewDecision.QUOTE: N_("The review is kept. Now make the quotation."),
}


@bp.route("/laboratory/commissions")
@holds(Permission.COMMISSION_REVIEW)
def desk_commissions():
    """Show the commissions of one list; what waits longest comes first."""
    today = clock.local_day(clock.now())
    words = asked_words()
    shown = request.args.get("show", "all" if words else "review")
    shown = shown if shown in desk.QUEUES else "review"
    page = paged(desk.queue(provider_id(), shown, today, words=words), per_page=PER_PAGE)
    return render_template(
        "laboratory/desk/commissions.html",
        shown=shown,
        words=words,
        page=page,
        queues=desk.QUEUE_NAMES,
        counts=desk.queue_counts(db.session(), provider_id(), today),
        contents=desk.contents_of(db.session(), [one.id for one in page.items]),
        action=ActionForm(fresh=True),
        today=today,
        running=desk.PROMISED,
    )


@bp.route("/laboratory/commissions/<id:commission_id>")
@holds(Permission.COMMISSION_REVIEW)
def desk_commission(commission_id: int):
    """Show everything of a commission, and what can be done with it."""
    return commission_page(commission_id)


@bp.route("/laboratory/commissions/<id:commission_id>/take-up", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def take_up(commission_id: int):
    """Become the clerk of a commission and begin its contract review."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    address = url_for("laboratory.review", commission_id=commission_id)
    return press(
        ActionForm(), address, N_("You are the clerk of this commission now."), reviewing.take_up, commission_id
    )


@bp.route("/laboratory/commissions/<id:commission_id>/clerk", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def take_over(commission_id: int):
    """Become the clerk of a commission in place of a colleague."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    address = url_for("laboratory.desk_commission", commission_id=commission_id)
    told = N_("You are the clerk of this commission now.")
    return press(ActionForm(), address, told, reviewing.take_over, commission_id)


@bp.route("/laboratory/commissions/<id:commission_id>/note", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def add_note(commission_id: int):
    """Leave a note that only the laboratory reads."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    form, address = NoteForm(mark="note"), url_for("laboratory.desk_commission", commission_id=commission_id)
    answer = carry_out(
        form,
        lambda work: reviewing.add_note(work, commission_id, text=form.text.data or ""),
        leads_to=address,
        done=gettext("The note is kept."),
    )
    return answer or commission_page(commission_id, form, "note")


@bp.route("/laboratory/commissions/<id:commission_id>/review", methods=["GET", "POST"])
@holds(Permission.COMMISSION_REVIEW)
def review(commission_id: int):
    """Answer the seven questions beside what the portal found, and decide."""
    commission = desk.commission_of(db.session(), provider_id(), commission_id)
    if request.method == "GET" and commission.state not in DECISIONS:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    findings = review_facts.findings(db.session(), commission, clock.local_day(clock.now()))
    decisions = DECISIONS.get(commission.state, frozenset(ReviewDecision))
    form = ReviewForm(findings, decisions, is_prepaid=commission.is_prepaid)
    answer = carry_out(form, lambda work: _keep_review(work, commission_id, form), leads_to=_after, done=_told(form))
    if answer:
        return answer
    commission = desk.commission_of(db.session(), provider_id(), commission_id)
    page = render_template(
        "laboratory/desk/review.html",
        commission=commission,
        form=form,
        checks=list(Check),
        findings=findings,
        lines=review_facts.lines_to_review(db.session(), commission_id),
    )
    return page, form.status


def _keep_review(work, commission_id: int, form: ReviewForm):
    return reviewing.review(
        work,
        commission_id,
        form.replies,
        decision=form.decided,
        reason=form.reason.data or "",
        remark=form.remark.data or "",
        is_prepaid=form.is_prepaid.data,
    ), form.decided


def _after(kept) -> str:
    """Another quotation is made on its own page; everything else is seen on the commission's."""
    commission, decision = kept
    page = "laboratory.quote" if decision is ReviewDecision.QUOTE else "laboratory.desk_commission"
    return url_for(page, commission_id=commission.id)


def _told(form: ReviewForm) -> str:
    valid = {one.value: one for one in ReviewDecision}
    decision = valid.get(form.decision.data or "")
    return gettext(DONE[decision]) if decision else ""


@bp.route("/laboratory/commissions/<id:commission_id>/files/<id:file_id>")
@holds(Permission.COMMISSION_REVIEW)
def desk_commission_file(commission_id: int, file_id: int):
    """Hand out a file that belongs to a commission of this laboratory."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    return send_attachment(desk.file_of(db.session(), commission_id, file_id))
