"""Answering the offer of a seat: on the page of the registration, or by the link of the letter without signing in."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from wtforms import HiddenField
from wtforms.validators import AnyOf

from portal.access import public, signed_in
from portal.current import actor
from portal.desk import ActionForm, carry_out
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.registrations import registration_page
from portal.training.telling import next_of, until
from services.core import clock
from services.core.messages import N_
from services.core.verifying import masked_name
from services.training.models.registrations import OfferResult, RegistrationState
from services.training.operations.answering import answer_by_link
from services.training.operations.registering import accept_offer, decline_offer
from services.training.queries import mine as queries

ANSWERED = {
    OfferResult.ACCEPTED: N_("This seat was accepted."),
    OfferResult.DECLINED: N_("This seat was declined and went to the next on the list."),
    OfferResult.LAPSED: N_("Nobody answered in time, so the seat went to the next on the list."),
    OfferResult.CANCELLED: N_("This offer ended with the class."),
}
GONE = 410


class AnswerForm(ActionForm):
    """Two buttons: accept or decline."""

    answer = HiddenField(validators=[AnyOf(["accept", "decline"])])

    @property
    def accepts(self) -> bool:
        """Whether the seat is taken."""
        return self.answer.data == "accept"

    @property
    def told(self) -> str:
        """What is said after the answer."""
        if self.accepts:
            return gettext("You have accepted the seat.")
        return gettext("You have declined the seat. It goes to the next on the list.")


@bp.route("/registrations/<id:registration_id>/answer", methods=["POST"])
@signed_in
def answer_offer(registration_id: int):
    """Accept or decline the seat that was offered."""
    queries.decided(db.session(), actor(), registration_id)
    form = AnswerForm()
    operation = accept_offer if form.accepts else decline_offer
    done = carry_out(
        form,
        lambda work: operation(work, registration_id),
        leads_to=url_for("training.registration", registration_id=registration_id),
        done=form.told,
    )
    return done or registration_page(queries.decided(db.session(), actor(), registration_id), form)


@bp.route("/offers/<token>", methods=["GET", "POST"])
@public
def offer(token: str):
    """Show the offer behind the link of a letter; its buttons accept or decline it, opening it changes nothing."""
    queries.offer_behind(db.session(), token)
    form = AnswerForm()
    done = carry_out(
        form,
        lambda work: answer_by_link(work, token, accepts=form.accepts),
        leads_to=url_for("training.offer", token=token),
        done=form.told,
    )
    return done or _offer_page(token, form)


def _offer_page(token: str, form: AnswerForm) -> Any:
    session, now = db.session(), clock.now()
    found, registration = queries.offer_behind(session, token)
    is_open = found.result is None and found.expires_at > now and registration.state is RegistrationState.OFFERED
    answered = ANSWERED[found.result or OfferResult.LAPSED] if not is_open else ""
    first = queries.first_lessons(session, [registration.class_id]).get(registration.class_id)
    is_late = not is_open and found.result not in {OfferResult.ACCEPTED, OfferResult.DECLINED}
    page = render_template(
        "training/offer.html",
        form=form,
        registration=registration,
        name=masked_name(registration.trainee.name),
        training_class=registration.training_class,
        is_open=is_open,
        answered=answered,
        answered_at=found.answered_at,
        until=until(registration, now) if is_open else "",
        next=next_of(registration, None, first, now),
        first=first,
    )
    return page, form.status if form.is_submitted() else GONE if is_late else 200
