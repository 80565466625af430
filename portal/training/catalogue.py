"""The courses as everybody finds them, to be narrowed and ordered; the page of one with its classes."""

from __future__ import annotations

from flask import render_template, request

from portal.access import public
from portal.extensions import db
from portal.kept import kept_for_visitors
from portal.paging import Page, asked_page, paged
from portal.training import bp
from portal.training.narrowing import feed_url, narrowing, wish_of
from portal.training.presenting import conditions_of
from services.core import clock
from services.training.queries.browsing import found
from services.training.queries.classes import classes_of, cost_of, has_photo, public_course
from services.training.rules.standing import standing_of


@bp.route("/courses")
@public
@kept_for_visitors
def index():
    """List the courses with the classes that are coming."""
    wish, now = wish_of(request.args), clock.now()
    courses = found(db.session(), wish, now, page=asked_page())
    shown = narrowing(wish, courses)
    return render_template(
        "training/index.html",
        wish=wish,
        page=Page(courses.courses, courses.number, courses.pages, courses.total),
        classes=courses.classes,
        more=courses.more,
        narrowing=shown,
        feed_url=feed_url(shown),
        standing=lambda one: standing_of(one, now),
    )


@bp.route("/courses/<code>")
@public
@kept_for_visitors
def course(code: str):
    """Show what a course teaches, whom it takes, what it costs and leads to, and its classes."""
    found_course, now = public_course(db.session(), code), clock.now()
    return render_template(
        "training/course.html",
        course=found_course,
        cost=cost_of(db.session(), found_course, found_course.fee_fen),
        conditions=conditions_of(found_course),
        has_photo=has_photo(db.session(), found_course.id),
        page=paged(classes_of(found_course.id)),
        standing=lambda one: standing_of(one, now),
    )
