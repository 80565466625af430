"""The desk of a centre: what waits, and what staff do with a booking. The other desk pages are registered from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.booking import bp, desk_behalf, desk_calendar, desk_money, desk_outages  # noqa: F401 - registers views
from portal.booking.desk_forms import ChosenForm, CompleteForm, MoveForm
from portal.booking.desk_pages import booking_page, button_for_here
from portal.booking.desk_words import age
from portal.desk import ActionForm, DeskForm, ReasonForm, carry_out, not_done, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext, ngettext, translate_error
from portal.paging import paged
from portal.security import safe_next
from portal.work import begin_work
from services.booking import desk_queries
from services.booking.models import Booking, BookingState
from services.booking.operations import changing
from services.booking.operations.several import confirm_each
from services.booking.other_times import OtherTimes
from services.booking.rules import MOVABLE, STATE_NAMES
from services.catalogue.models import BookingMode
from services.core import clock
from services.core.errors import NotFound, RuleBroken, WrongState
from services.core.files import store
from services.core.permissions import Permission
from services.core.uploads import Upload, examine
from services.core.work import Work

PER_PAGE = 50
OFFERED = 8
LISTS = {
    "requests": BookingState.REQUESTED,
    "displaced": BookingState.DISPLACED,
    "proposed": BookingState.PROPOSED,
}


# What waits ---------------------------------------------------------------------------------------------------------


@bp.route("/desk")
@holds(Permission.BOOKING_APPROVE)
def queue():
    """Show what waits for the centre, the longest waiting first, with its clock."""
    shown = request.args.get("show", "requests")
    now = clock.now()
    if shown == "refunds":
        statement = desk_queries.refunds_due(provider_id())
    else:
        shown = shown if shown in LISTS else "requests"
        statement = desk_queries.waiting_bookings(provider_id(), LISTS[shown])
    page = paged(statement, per_page=PER_PAGE)
    return render_template(
        "booking/desk/queue.html",
        shown=shown,
        page=page,
        clocks=desk_queries.clocks(db.session(), page.items, now),
        waiting=desk_queries.waiting_for_centre(db.session(), provider_id(), now),
        action=button_for_here(),
        age=lambda since: age(since, now),
        now=now,
    )


@bp.route("/desk/confirmations", methods=["POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_confirm_several():
    """Confirm the ticked requests; what could not be is told one by one."""
    form, address = ChosenForm(), url_for("booking.queue")
    form.submitted()
    if not form.booking_ids:
        form.form_errors.append(gettext("Please tick the requests to confirm."))
    if form.form_errors:
        return not_done(form, address)
    with begin_work(form) as work:
        outcome = confirm_each(work, form.booking_ids)
        refused = [(work.session.get_one(Booking, key).no, fault) for key, fault in outcome.items() if fault]
        work.leads_to(address)
    confirmed = len(outcome) - len(refused)
    if confirmed:
        flash(ngettext("%(num)d request confirmed.", "%(num)d requests confirmed.", confirmed), "success")
    for number, fault in refused:
        flash(gettext("%(no)s was not confirmed: %(why)s", no=number, why=translate_error(fault)), "warning")
    return redirect(address, code=303)


# One booking --------------------------------------------------------------------------------------------------------


@bp.route("/desk/<id:booking_id>")
@holds(Permission.BOOKING_RUN)
def desk_show(booking_id: int):
    """Show everything of a booking, and what can be done with it."""
    return booking_page(booking_id)


@bp.route("/desk/<id:booking_id>/confirm", methods=["POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_confirm(booking_id: int):
    """Confirm a request."""
    done = gettext("The booking is confirmed; the firm has been told.")
    return _act(booking_id, "action", ActionForm(mark="action"), lambda work: changing.confirm(work, booking_id), done)


@bp.route("/desk/<id:booking_id>/reject", methods=["POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_reject(booking_id: int):
    """Decline a request with a reason."""
    form = ReasonForm(mark="reject")
    done = gettext("The request is declined; the firm has been told why.")
    return _act(
        booking_id, "reject", form, lambda work: changing.reject(work, booking_id, reason=form.reason.data), done
    )


@bp.route("/desk/<id:booking_id>/cancellation", methods=["POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_cancel(booking_id: int):
    """Cancel as the centre; the firm owes nothing."""
    form = ReasonForm(mark="cancel")
    done = gettext("The booking is cancelled; the firm owes nothing and has been told.")
    return _act(
        booking_id,
        "cancel",
        form,
        lambda work: changing.cancel_by_centre(work, booking_id, reason=form.reason.data),
        done,
    )


@bp.route("/desk/<id:booking_id>/check-in", methods=["POST"])
@holds(Permission.BOOKING_RUN)
def desk_check_in(booking_id: int):
    """Record that the firm has come."""
    done = gettext("Checked in.")
    return _act(booking_id, "action", ActionForm(mark="action"), lambda work: changing.check_in(work, booking_id), done)


@bp.route("/desk/<id:booking_id>/no-show", methods=["POST"])
@holds(Permission.BOOKING_RUN)
def desk_no_show(booking_id: int):
    """Record that nobody came."""
    done = gettext("Recorded as a no-show; the firm has been told.")
    return _act(booking_id, "action", ActionForm(mark="action"), lambda work: changing.miss(work, booking_id), done)


def _act(booking_id: int, name: str, form: ActionForm, operation: Callable[[Work], Any], done: str):
    """Carry out one action; what is refused is told on the booking's page, which shows how it stands now."""
    desk_queries.booking_of(db.session(), provider_id(), booking_id)
    address = safe_next(form.back.data) or url_for("booking.desk_show", booking_id=booking_id)
    return carry_out(form, operation, leads_to=address, done=done) or booking_page(booking_id, form, name)


@bp.route("/desk/<id:booking_id>/completion", methods=["POST"])
@holds(Permission.BOOKING_RUN)
def desk_complete(booking_id: int):
    """Finish a booking with a note on what was delivered and, if there is one, its file."""
    booking = desk_queries.booking_of(db.session(), provider_id(), booking_id)
    form, firm_id = CompleteForm(mark="complete"), booking.organisation_id
    upload = _examined(form)
    address = url_for("booking.desk_show", booking_id=booking_id)

    def finish(work: Work) -> None:
        file_id = _stored(work, upload, firm_id) if upload else None
        changing.complete(work, booking_id, delivery_note=form.delivery_note.data, delivery_file_id=file_id)

    done = gettext("The booking is completed; the firm can read what was delivered.")
    answer = None if form.refusal else carry_out(form, finish, leads_to=address, done=done)
    return answer or booking_page(booking_id, form, "complete")


def _examined(form: DeskForm) -> Upload | None:
    """Return the uploaded file once it is known to be one of the allowed kinds; the form is blamed otherwise."""
    if not form.submitted() or not form.file.data:
        return None
    try:
        return examine(form.file.data.stream, form.file.data.filename)
    except RuleBroken as error:
        form.blame(error)
        return None


def _stored(work: Work, upload: Upload, firm_id: int) -> int:
    return store(work, uploads_folder(), upload, organisation_id=firm_id, purpose="delivery").id


@bp.route("/desk/<id:booking_id>/file")
@holds(Permission.BOOKING_RUN)
def desk_file(booking_id: int):
    """Hand out the file that was delivered."""
    file = desk_queries.booking_of(db.session(), provider_id(), booking_id).delivery_file
    if file is None:
        raise NotFound
    return send_attachment(file)


@bp.route("/desk/<id:booking_id>/move", methods=["GET", "POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_move(booking_id: int):
    """Move a booking to another time, offered or typed; a displaced one is confirmed there."""
    booking = desk_queries.booking_of(db.session(), provider_id(), booking_id)
    if booking.state not in MOVABLE or booking.module.booking_mode is BookingMode.PROJECT:
        raise WrongState(state=STATE_NAMES[booking.state])
    form = MoveForm(booking)
    choice, address = form.choice, url_for("booking.desk_show", booking_id=booking_id)

    def move(work: Work) -> None:
        reason, overrides = form.reason.data, bool(form.overrides.data)
        changing.move_by_centre(work, booking_id, choice, reason=reason, overrides=overrides)

    done = gettext("The booking is moved; the firm has been told.")
    return carry_out(form, move, leads_to=address, done=done) or _move_page(booking_id, form)


def _move_page(booking_id: int, form: MoveForm):
    booking = desk_queries.booking_of(db.session(), provider_id(), booking_id)
    form.offer(OtherTimes(db.session(), [booking], clock.now()).nearest(booking, most=OFFERED))
    return render_template("booking/desk/move.html", booking=booking, form=form), form.status
