"""Meetings at the secretariat's desk: planned, convened, attended, closed, called off, and their minutes."""

from __future__ import annotations

from typing import Any

import segno
from flask import Response, current_app, make_response, render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.meeting_forms import MeetingForm, MinutesForm, RefusalForm, RowForm
from portal.association.meetings import wall_key
from portal.association.register_pages import association_id
from portal.current import actor
from portal.desk import ActionForm, DeskForm, ReasonForm, carry_out, form_page, press
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from services.association.models.meetings import Meeting, MeetingState
from services.association.operations import attending
from services.association.operations import meetings as operations
from services.association.queries import meetings as queries
from services.association.queries.electorate import electors
from services.association.queries.members import charter_of
from services.association.rules.attending import sign_in_opens
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.moving_code import code_at
from services.core.permissions import Permission

RENEWS = 10  # seconds after which the browser asks for the code anew
STEPS = {
    "convene": (operations.convene, N_("The notices are sent.")),
    "begin": (operations.begin_meeting, N_("The meeting is in session.")),
    "close": (operations.close_meeting, N_("The meeting is closed.")),
    "publish-minutes": (operations.publish_minutes, N_("The minutes are published to the members.")),
}


def _own(meeting_id: int) -> Meeting:
    return queries.desk_meeting(db.session(), association_id(), meeting_id)


@bp.route("/associations/desk/meetings")
@holds(Permission.MEETING_RUN)
def desk_meetings():
    """List the meetings of one's association, the latest first."""
    return render_template("association/meeting_desk/index.html", page=paged(queries.desk_meetings(association_id())))


@bp.route("/associations/desk/meetings/new", methods=["GET", "POST"])
@holds(Permission.MEETING_RUN)
def plan_meeting():
    """Plan a meeting."""
    form = MeetingForm()
    done = carry_out(
        form,
        lambda work: operations.plan_meeting(work, association_id(), form.wish),
        leads_to=lambda made: url_for("association.desk_meeting", meeting_id=made.id),
        done=gettext("The meeting is planned. Put motions on its agenda, then send the notices."),
    )
    days = charter_of(db.session(), association_id()).notice_days
    return done or form_page("association/meeting_desk/form.html", form, notice_days=days)


@bp.route("/associations/desk/meetings/<id:meeting_id>/edit", methods=["GET", "POST"])
@holds(Permission.MEETING_RUN)
def change_meeting(meeting_id: int):
    """Change a meeting of which nobody was told yet."""
    form = MeetingForm(obj=_own(meeting_id))
    done = carry_out(
        form,
        lambda work: operations.change_meeting(work, meeting_id, form.wish, form.version.data or 0),
        leads_to=url_for("association.desk_meeting", meeting_id=meeting_id),
        done=gettext("The meeting is changed."),
    )
    if done:
        return done
    form.compare(lambda: MeetingForm(fresh=True, obj=_own(meeting_id)))
    found = _own(meeting_id)
    return form_page("association/meeting_desk/form.html", form, meeting=found, notice_days=found.notice_days)


@bp.route("/associations/desk/meetings/<id:meeting_id>")
@holds(Permission.MEETING_RUN)
def desk_meeting(meeting_id: int):
    """Show a meeting with what is to be done next."""
    return meeting_desk_page(meeting_id)


@bp.route("/associations/desk/meetings/<id:meeting_id>/<step>", methods=["POST"])
@holds(Permission.MEETING_RUN)
def step_meeting(meeting_id: int, step: str):
    """Take a step of a meeting: convene, begin, close, publish the minutes."""
    _own(meeting_id)
    if step not in STEPS:
        raise NotFound
    operation, told = STEPS[step]
    form = ActionForm()
    address = url_for("association.desk_meeting", meeting_id=meeting_id)
    done = carry_out(form, lambda work: operation(work, meeting_id), leads_to=address, done=translate(told))
    return done or meeting_desk_page(meeting_id, sent=form)


@bp.route("/associations/desk/meetings/<id:meeting_id>/call-off", methods=["POST"])
@holds(Permission.MEETING_RUN)
def call_off_meeting(meeting_id: int):
    """Call a meeting off, with the reason."""
    _own(meeting_id)
    form = ReasonForm(mark="off")
    done = carry_out(
        form,
        lambda work: operations.call_off(work, meeting_id, form.reason.data),
        leads_to=url_for("association.desk_meeting", meeting_id=meeting_id),
        done=gettext("The meeting is called off; everybody who was called is told."),
    )
    return done or meeting_desk_page(meeting_id, sent=form, off=form)


def meeting_desk_page(
    meeting_id: int, *, sent: DeskForm | None = None, off: ReasonForm | None = None, about_proxy: int | None = None
) -> Any:
    """Render the desk page of a meeting; ``sent`` is a form that was refused, perhaps that of the proxy ``about_proxy``."""
    found = _own(meeting_id)
    page = render_template(
        "association/meeting_desk/show.html",
        meeting=found,
        turnout=queries.turnout(db.session(), [motion.id for motion in found.motions]),
        answers=queries.answers_of(db.session(), meeting_id),
        proxies=queries.proxies_of(db.session(), meeting_id),
        present=len(queries.present_members(db.session(), meeting_id)),
        button=ActionForm(mark="button", fresh=True),
        refusal=lambda proxy_id: sent if proxy_id == about_proxy else RefusalForm(mark=f"no-{proxy_id}", fresh=True),
        off=off or ReasonForm(mark="off", fresh=True),
        sent=sent,
    )
    return page, sent.status if sent else 200


@bp.route("/associations/desk/meetings/<id:meeting_id>/notices")
@holds(Permission.MEETING_RUN)
def meeting_notices(meeting_id: int):
    """List who was called to a meeting and what they answered."""
    page = paged(queries.notices_of(meeting_id), per_page=50)
    return render_template("association/meeting_desk/notices.html", meeting=_own(meeting_id), page=page)


@bp.route("/associations/desk/meetings/<id:meeting_id>/attendance")
@holds(Permission.MEETING_RUN)
def meeting_attendance(meeting_id: int):
    """List who sits in the body and who is present; the secretariat marks those without a phone."""
    found = _own(meeting_id)
    sitting = electors(db.session(), found.association_id, found.body, clock.local_day(clock.now()))
    return render_template(
        "association/meeting_desk/attendance.html",
        meeting=found,
        sitting=sitting,
        present=queries.present_members(db.session(), meeting_id),
        button=RowForm(mark="row"),
        can_mark=found.state in {MeetingState.CONVENED, MeetingState.RUNNING}
        and clock.now() >= sign_in_opens(found.starts_at),
    )


@bp.route("/associations/desk/meetings/<id:meeting_id>/attendance/mark", methods=["POST"])
@holds(Permission.MEETING_RUN)
def mark_present(meeting_id: int):
    """Write down that a member is present."""
    _own(meeting_id)
    form = RowForm()
    address = url_for("association.meeting_attendance", meeting_id=meeting_id)
    return press(
        form,
        address,
        N_("The member is marked as present."),
        lambda work: attending.mark_present(work, meeting_id, form.member.data or 0),
    )


@bp.route("/associations/desk/meetings/<id:meeting_id>/attendance/strike", methods=["POST"])
@holds(Permission.MEETING_RUN)
def strike_present(meeting_id: int):
    """Take back that a member is present."""
    _own(meeting_id)
    form = RowForm()
    address = url_for("association.meeting_attendance", meeting_id=meeting_id)
    return press(
        form,
        address,
        N_("The mark is taken back."),
        lambda work: attending.strike_present(work, meeting_id, form.member.data or 0),
    )


@bp.route("/associations/desk/meetings/<id:meeting_id>/code")
@holds(Permission.MEETING_RUN)
def meeting_code(meeting_id: int) -> Response:
    """Show the code on the wall while people may sign in, renewed by the browser every few seconds."""
    found, now = _own(meeting_id), clock.now()
    is_open = found.state in {MeetingState.CONVENED, MeetingState.RUNNING} and now >= sign_in_opens(found.starts_at)
    code = code_at(wall_key(), attending.wall_subject(meeting_id), now) if is_open else ""
    path = url_for("association.sign_in_to_meeting", meeting_id=meeting_id)
    address = f"{current_app.config['PORTAL'].base_url}{path}"
    page = render_template(
        "association/meeting_desk/code.html",
        meeting=found,
        code=code,
        address=address,
        picture=segno.make(f"{address}?code={code}", error="m").svg_data_uri(scale=8, border=2),
        present=len(queries.present_members(db.session(), meeting_id)),
        opens_at=sign_in_opens(found.starts_at),
    )
    answer = make_response(page)
    if is_open:
        answer.headers["Refresh"] = str(RENEWS)
    return answer


@bp.route("/associations/desk/meetings/<id:meeting_id>/minutes", methods=["GET", "POST"])
@holds(Permission.MEETING_RUN)
def write_minutes(meeting_id: int):
    """Write the minutes of a meeting."""
    form = MinutesForm(obj=_own(meeting_id))
    if not form.is_submitted():
        form.keeper.data = _own(meeting_id).minutes_keeper or actor().name
    done = carry_out(
        form,
        lambda work: operations.write_minutes(
            work, meeting_id, form.minutes.data, form.keeper.data, form.version.data or 0
        ),
        leads_to=url_for("association.desk_meeting", meeting_id=meeting_id),
        done=gettext("The minutes are kept. Read them as they will be printed, then publish them."),
    )
    if done:
        return done
    form.compare(lambda: MinutesForm(fresh=True, obj=_own(meeting_id)))
    return form_page("association/meeting_desk/minutes.html", form, meeting=_own(meeting_id))
