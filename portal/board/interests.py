"""Interests in posts: answering a post, one's lists, and the page of an interest for each of its sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.board import bp
from portal.board.interest_forms import AmountForm, DealForm, DeclineForm, InterestForm, RatingForm
from portal.board.interest_pages import clock_text, history, next_text
from portal.current import organisation, person
from portal.desk import ActionForm, DeskForm, asked_word, carry_out, press
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from portal.reading import reader
from portal.work import begin_work
from services.board.models.interests import InterestState
from services.board.operations import interests as operations
from services.board.queries import interests as lists
from services.board.queries.figures import figures_of
from services.board.queries.interests import Box, InterestView
from services.board.queries.posts import readable_post
from services.board.queries.visibility import face_of
from services.board.rules.answering import PartyRole
from services.core import links
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

BOX_NAMES = {
    Box.RECEIVED: N_("Received from others"),
    Box.SENT: N_("Sent by us"),
    Box.FORWARD: N_("To pass on"),
    Box.LATE: N_("Not answered in time"),
}


def seen_interest(no: str) -> InterestView:
    """Return an interest as the active organisation sees it. Raises NotFound for strangers."""
    return lists.interest_for(db.session(), reader(), no)


@bp.route("/board/<no>/interest", methods=["GET", "POST"])
@holds(Permission.INTEREST_SEND)
def interest_new(no: str):
    """Answer a post with an interest; a firm that has one open is led to it."""
    who = reader()
    post = readable_post(db.session(), who, no)
    before = lists.open_interest(db.session(), who.organisation_id, post.id)
    if before is not None and request.method != "POST":
        return redirect(url_for("board.interest", no=before.no))
    form = InterestForm(contact_name=person().name, contact_phone=person().mobile or "")
    done = carry_out(
        form,
        lambda work: operations.send(work, post.id, form.said),
        leads_to=lambda made: url_for("board.interest", no=made.no),
        done=gettext("Your interest has been sent. You hear from us as soon as it is answered."),
    )
    if done:
        return done
    post = readable_post(db.session(), who, no)
    face = face_of(post)
    figures = figures_of(db.session(), face.organisation_id, who.today) if face.organisation_id else None
    values = {"post": post, "face": face, "figures": figures, "post_url": links.post(no), "reader": who}
    return render_template("board/interests/new.html", form=form, **values), form.status


@bp.route("/board/interests")
@holds(Permission.INTEREST_SEND)
def interests():
    """Show the interests of the firm: received, sent, and what its association has to pass on."""
    who = reader()
    boxes = [Box.RECEIVED, Box.SENT, *([Box.FORWARD, Box.LATE] if who.associations else [])]
    box = asked_word(Box, "box")
    box = box if box in boxes else boxes[0]
    counts = lists.counts(db.session(), who)
    page = paged(lists.interests_in(who, box))
    tabs = [(f"{translate(BOX_NAMES[one])} ({counts[one]})", _list(one), one is box) for one in boxes]
    return render_template(
        "board/interests/index.html",
        box=box,
        tabs=tabs,
        page=page,
        views=lists.views_of(who, page.items),
        today=who.today,
        figures=figures_of(db.session(), who.organisation_id or 0, who.today) if organisation() else None,
    )


def _list(box: Box) -> str:
    return url_for("board.interests", box=box.value)


@bp.route("/board/interests/<no>")
@holds(Permission.INTEREST_SEND)
def interest(no: str):
    """Show one interest: the answers, what to do next, contacts after acceptance, the deal, the history."""
    return interest_page(no)


def interest_page(no: str, sent: DeskForm | None = None, name: str = "", contact: operations.Contact | None = None):
    """Show the interest; with ``sent``, the form that was refused, as it was typed."""
    view = seen_interest(no)
    fresh = {"decline": DeclineForm, "fail": DeclineForm, "deal": DealForm, "amount": AmountForm, "rating": RatingForm}
    forms: dict[str, DeskForm] = {key: kind(mark=key, fresh=True) for key, kind in fresh.items()}
    forms["action"] = ActionForm(mark="action", fresh=True)
    if sent is not None:
        forms[name] = sent
    page = render_template(
        "board/interests/show.html",
        view=view,
        interest=view.interest,
        post=view.interest.post,
        post_url=links.post(view.interest.post.no or ""),
        next=next_text(view),
        clock=clock_text(view),
        history=history(view.events),
        forms=forms,
        sent=sent,
        contact=contact,
        waits_for_me=view.role is PartyRole.POSTER and view.interest.state is InterestState.SUBMITTED,
    )
    return page, sent.status if sent else 200


def _press(no: str, told: str, operation: Callable[..., Any]):
    """Carry out a button of the interest's page."""
    interest_id = seen_interest(no).interest.id
    return press(ActionForm(), url_for("board.interest", no=no), told, operation, interest_id)


def with_form(form: DeskForm, no: str, name: str, told: str, operation: Callable[[Work, int], Any]):
    """Carry out a form of the interest's page, or show it again with what is wrong."""
    interest_id = seen_interest(no).interest.id
    address = url_for("board.interest", no=no)
    done = carry_out(form, lambda work: operation(work, interest_id), leads_to=address, done=translate(told))
    return done or interest_page(no, form, name)


@bp.route("/board/interests/<no>/see", methods=["POST"])
@holds(Permission.POST_WRITE)
def interest_see(no: str):
    """Mark a received interest as seen."""
    return _press(no, N_("Marked as seen."), operations.see)


@bp.route("/board/interests/<no>/acceptance", methods=["POST"])
@holds(Permission.POST_WRITE)
def interest_accept(no: str):
    """Accept a received interest: contacts are exchanged."""
    return _press(no, N_("Accepted. Both sides can now see each other's contact."), operations.accept)


@bp.route("/board/interests/<no>/forwarding", methods=["POST"])
@holds(Permission.POST_REVIEW)
def interest_forward(no: str):
    """Pass an interest on to the firm behind an anonymous post."""
    return _press(no, N_("Passed on; the firm has been told."), operations.forward)


@bp.route("/board/interests/<no>/negotiation", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def interest_negotiate(no: str):
    """Note that both are in talks."""
    return _press(no, N_("Noted: you are in talks."), operations.negotiate)


@bp.route("/board/interests/<no>/withdrawal", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def interest_withdraw(no: str):
    """Take back one's own interest that was not answered."""
    return _press(no, N_("Your interest has been taken back."), operations.withdraw)


@bp.route("/board/interests/<no>/refusal", methods=["POST"])
@holds(Permission.POST_WRITE)
def interest_decline(no: str):
    """Decline a received interest with a reason."""
    form = DeclineForm(mark="decline")

    def decline(work: Work, interest_id: int) -> None:
        operations.decline(work, interest_id, reason=form.reason.data or "")

    return with_form(form, no, "decline", N_("Declined; the sender has been told."), decline)


@bp.route("/board/interests/<no>/failure", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def interest_fail(no: str):
    """Note that nothing came of it, with a reason."""
    form = DeclineForm(mark="fail")

    def fail(work: Work, interest_id: int) -> None:
        operations.fail(work, interest_id, reason=form.reason.data or "")

    return with_form(form, no, "fail", N_("Noted: nothing came of it."), fail)


@bp.route("/board/interests/<no>/contact", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def interest_contact(no: str):
    """Show the other side's contact on this answer alone; each time it is shown is kept."""
    interest_id = seen_interest(no).interest.id
    form, contact = ActionForm(), None
    if form.submitted():
        try:
            with begin_work() as work:
                contact = operations.reveal(work, interest_id)
        except RuleBroken as error:
            form.blame(error)
    for message in form.form_errors:
        flash(message, "warning")
    return interest_page(no, contact=contact)
