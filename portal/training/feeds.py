"""What newsreaders and calendar programs follow: coming classes as Atom, the timetable of one as iCalendar."""

from __future__ import annotations

from flask import Response, current_app, render_template, request

from portal.access import public
from portal.extensions import db
from portal.i18n import translate
from portal.training import bp
from portal.training.narrowing import wish_of
from services.calendars.lessons import lessons_text
from services.core import clock
from services.training.queries.browsing import announced
from services.training.queries.classes import public_class

MOST_ENTRIES = 50


@bp.route("/classes/feed.atom")
@public
def feed():
    """Return the coming classes as an Atom feed, narrowed like the list of courses."""
    now = clock.now()
    classes = announced(db.session(), wish_of(request.args), now, most=MOST_ENTRIES)
    page = render_template(
        "training/feed.xml",
        classes=classes,
        base_url=current_app.config["PORTAL"].base_url,
        own_path=request.full_path.rstrip("?"),
        updated_at=max((one.state_at for one in classes), default=now),
    )
    return Response(page, mimetype="application/atom+xml")


@bp.route("/classes/<class_no>.ics")
@public
def class_calendar_file(class_no: str):
    """Hand out the timetable of a class for a calendar program."""
    found = public_class(db.session(), class_no)
    text = lessons_text(
        found.lessons,
        name=found.course.title,
        base_url=current_app.config["PORTAL"].base_url,
        say=translate,
    )
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.no}.ics")
    return response
