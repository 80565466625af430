"""The page of a class: dates, seats, timetable, fee; before its opening a clock, and cheap enough for everybody at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify, render_template, url_for

from portal.access import public
from portal.current import actor
from portal.extensions import db
from portal.kept import kept_for_a_moment
from portal.training import bp
from portal.training.presenting import conditions_of
from services.core import clock
from services.core.permissions import Permission
from services.training.models.courses import TrainingClass
from services.training.queries.classes import class_counters, cost_of, own_registrations, public_class
from services.training.rules.standing import Standing, standing_of

TAKES = frozenset({Standing.OPEN, Standing.FULL})


@bp.route("/classes/<class_no>")
@public
@kept_for_a_moment
def show(class_no: str):
    """Show a class to everybody; who has signed in is led to the registration, and to the own one."""
    training_class, now = public_class(db.session(), class_no), clock.now()
    standing, who = standing_of(training_class, now), actor()
    return render_template(
        "training/class.html",
        one=training_class,
        course=training_class.course,
        cost=cost_of(db.session(), training_class.course, training_class.fee_fen),
        conditions=conditions_of(training_class.course),
        standing=standing,
        takes=standing in TAKES,
        registers_staff=who.may(Permission.TRAINEE_REGISTER),
        own=own_registrations(db.session(), training_class.id, who) if who.person_id else [],
        sign_in_url=url_for("accounts.sign_in", next=url_for("training.show", class_no=class_no)),
        now=now,
        seconds=_seconds_to(training_class, standing, now),
    )


@bp.route("/classes/<class_no>/seats.json")
@public
def seats(class_no: str):
    """Tell how a class stands, and in how many seconds of the server's clock that changes; asked again and again."""
    training_class, now = class_counters(db.session(), class_no), clock.now()
    standing = standing_of(training_class, now)
    return jsonify(
        standing=standing.value,
        free=training_class.free_seats,
        waiting=training_class.waiting,
        seconds=_seconds_to(training_class, standing, now),
    )


def _seconds_to(training_class: TrainingClass, standing: Standing, now: datetime) -> Any:
    """Return the seconds until the registration opens; None when that is no question."""
    if standing is not Standing.COMING:
        return None
    return max(0, round((training_class.opens_at - now).total_seconds()))
