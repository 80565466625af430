"""The page of a registration: how it stands and why, withdrawing, and handing the seat over."""

from __future__ import annotations

from flask import url_for

from portal.access import signed_in
from portal.current import actor
from portal.desk import ActionForm, carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.book import identity_book
from portal.training.entry_forms import PersonForm
from portal.training.telling import next_of, percent, refund_text, scores_text, timeline_of
from services.core import clock
from services.training.models.registrations import Registration
from services.training.operations.charging import refund_terms
from services.training.operations.enrolling import hand_over
from services.training.operations.registering import withdraw as withdraw_registration
from services.training.operations.substituting import SUBSTITUTABLE
from services.training.queries import mine as queries
from services.training.queries.classes import lessons_of
from services.training.rules.states import BEFORE_CLASS


@bp.route("/registrations/<id:registration_id>")
@signed_in
def registration(registration_id: int):
    """Show a registration to whoever decides about it, and to the trainee."""
    return registration_page(_readable(registration_id))


def registration_page(found: Registration, sent: ActionForm | None = None):
    """Return the page of a registration, perhaps with what an answer was refused for."""
    session, now = db.session(), clock.now()
    place = queries.places(session, [found]).get(found.id)
    lessons = lessons_of(session, found.class_id)
    first = lessons[0].starts_at if lessons else None
    outcome = queries.outcomes(session, [found])[found.id]
    decides = queries.is_of(actor(), found)
    form = sent or ActionForm(fresh=True)
    return form_page(
        "training/registration.html",
        form,
        registration=found,
        training_class=found.training_class,
        course=found.training_class.course,
        decides=decides,
        is_open=found.state in BEFORE_CLASS,
        asks_opinion=found.id in queries.unasked(session, actor().person_id, [found]),
        next=next_of(found, place, first, now),
        lessons=lessons,
        outcome=outcome,
        attended=percent(outcome.attended),
        scores=scores_text(outcome),
        history=timeline_of(queries.history_of(session, found.id)),
        can_withdraw=decides and found.state in BEFORE_CLASS and not (first and first <= now),
        can_hand_over=decides and found.state in SUBSTITUTABLE and not (first and first <= now),
        now=now,
    )


@bp.route("/registrations/<id:registration_id>/withdrawal", methods=["GET", "POST"])
@signed_in
def withdraw(registration_id: int):
    """Leave the class or its waiting list, after reading what becomes of the money."""
    found, form = _decided(registration_id), ActionForm()
    told = refund_text(refund_terms(db.session(), found, clock.now()))
    done = carry_out(
        form,
        lambda work: withdraw_registration(work, registration_id),
        leads_to=url_for("training.registration", registration_id=registration_id),
        done=gettext("The registration has been withdrawn."),
    )
    return done or form_page(
        "training/withdraw.html",
        form,
        registration=_decided(registration_id),
        money_text=told,
    )


@bp.route("/registrations/<id:registration_id>/substitution", methods=["GET", "POST"])
@signed_in
def substitute(registration_id: int):
    """Hand the seat over to somebody else, who has to meet the same conditions."""
    found = _decided(registration_id)
    form, book = PersonForm(found.training_class), identity_book()
    done = carry_out(
        form,
        lambda work: hand_over(work, book, registration_id, form.entry),
        leads_to=url_for("training.registration", registration_id=registration_id),
        done=gettext("The seat has been handed over."),
    )
    found = _decided(registration_id)
    return done or form_page("training/substitute.html", form, registration=found, course=found.training_class.course)


def _readable(registration_id: int) -> Registration:
    return queries.readable(db.session(), actor(), registration_id)


def _decided(registration_id: int) -> Registration:
    """Return a registration that the reader decides about. Raises NotFound for any other."""
    return queries.decided(db.session(), actor(), registration_id)
