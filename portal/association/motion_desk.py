"""Motions at the secretariat's desk: those that wait, their agenda, the opening of the vote, its count, challenges."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.meeting_forms import (
    DeskMotionForm,
    HandForm,
    ListingForm,
    OpenForm,
    ReasonedForm,
    RulingForm,
)
from portal.association.register_pages import association_id
from portal.desk import ActionForm, DeskForm, ReasonForm, carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from services.association.models.ballots import Choice
from services.association.models.meetings import Body, ChallengeState, Motion, MotionState, MotionSubject
from services.association.operations import bringing, counting, motions, voting
from services.association.queries import meetings as queries
from services.association.queries.electorate import electors
from services.association.rules.competition import findings
from services.association.rules.motions import UNDECIDED
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission

STEPS = {
    "take-off": (motions.take_off_agenda, N_("The motion waits for another meeting.")),
    "close": (counting.close_vote, N_("The vote is closed and sealed.")),
    "count": (counting.count_votes, N_("The votes are counted.")),
    "publish": (counting.publish_count, N_("The result is published to the members.")),
    "again": (bringing.bring_again, N_("The motion waits for an agenda.")),
}
REASONED = {
    "decline": (motions.decline, N_("The motion is not put on any agenda; whoever proposed it reads why.")),
    "withdraw": (motions.withdraw, N_("The motion is withdrawn.")),
}


def _own(motion_id: int) -> Motion:
    return queries.desk_motion(db.session(), association_id(), motion_id)


def _address(motion_id: int) -> str:
    return url_for("association.desk_motion", motion_id=motion_id)


@bp.route("/associations/desk/motions")
@holds(Permission.MEETING_RUN)
def desk_motions():
    """List the motions that wait for an agenda, the eldest first."""
    page = paged(queries.waiting_motions(association_id()))
    return render_template("association/meeting_desk/motions.html", page=page)


@bp.route("/associations/desk/motions/new", methods=["GET", "POST"])
@holds(Permission.MEETING_RUN)
def draft_motion():
    """Bring a motion of the secretariat."""
    form = DeskMotionForm()
    done = carry_out(
        form,
        lambda work: motions.draft_motion(
            work, association_id(), about=MotionSubject(form.about.data), title=form.title.data, text=form.text.data
        ),
        leads_to=lambda made: _address(made.id),
        done=gettext("The motion waits for an agenda."),
    )
    return done or form_page("association/meeting_desk/motion_form.html", form)


@bp.route("/associations/desk/motions/<id:motion_id>")
@holds(Permission.MEETING_RUN)
def desk_motion(motion_id: int):
    """Show a motion with what is to be done next."""
    return _page(motion_id)


@bp.route("/associations/desk/motions/<id:motion_id>/list", methods=["POST"])
@holds(Permission.MEETING_RUN)
def list_motion(motion_id: int):
    """Put a motion on the agenda of a meeting."""
    _own(motion_id)
    form = ListingForm(mark="list", meetings=queries.planned_meetings(db.session(), association_id()))
    done = carry_out(
        form,
        lambda work: motions.put_on_agenda(work, motion_id, form.listing),
        leads_to=_address(motion_id),
        done=gettext("The motion is on the agenda."),
    )
    return done or _page(motion_id, sent=form, listing=form)


@bp.route("/associations/desk/motions/<id:motion_id>/open", methods=["POST"])
@holds(Permission.MEETING_RUN)
def open_vote(motion_id: int):
    """Open the vote: its roll and its rule are frozen."""
    found = _own(motion_id)
    form = OpenForm(mark="open")
    form.explain(found)
    done = carry_out(
        form,
        lambda work: voting.open_vote(work, motion_id, form.closes_at.data),
        leads_to=_address(motion_id),
        done=gettext("The vote is open. Its roll and its rule stay as they are now."),
    )
    return done or _page(motion_id, sent=form, opening=form)


@bp.route("/associations/desk/motions/<id:motion_id>/<step>", methods=["POST"])
@holds(Permission.MEETING_RUN)
def step_motion(motion_id: int, step: str):
    """Take a step of a motion: off the agenda, close, count, publish, bring again; with a reason: decline, withdraw."""
    _own(motion_id)
    if step in STEPS:
        plain, told = STEPS[step]
        form: DeskForm = ActionForm()
        done = carry_out(form, lambda work: plain(work, motion_id), leads_to=_address(motion_id), done=translate(told))
        return done or _page(motion_id, sent=form)
    if step not in REASONED:
        raise NotFound
    reasoned, told = REASONED[step]
    asked = ReasonForm(mark=step)
    done = carry_out(
        asked,
        lambda work: reasoned(work, motion_id, asked.reason.data),
        leads_to=_address(motion_id),
        done=translate(told),
    )
    return done or _page(motion_id, sent=asked, **{step: asked})


@bp.route("/associations/desk/motions/<id:motion_id>/step-aside", methods=["POST"])
@holds(Permission.MEETING_RUN)
def desk_recuse(motion_id: int):
    """Let a member step aside on the secretariat's word."""
    form = ReasonedForm(mark="aside", members=_sitting(_own(motion_id)))
    done = carry_out(
        form,
        lambda work: motions.recuse(work, motion_id, form.member.data, form.reason.data),
        leads_to=_address(motion_id),
        done=gettext("The member steps aside from this motion."),
    )
    return done or _page(motion_id, sent=form, aside=form)


@bp.route("/associations/desk/motions/<id:motion_id>/hands", methods=["POST"])
@holds(Permission.MEETING_RUN)
def write_hand(motion_id: int):
    """Write down the named vote of a member without a device."""
    form = HandForm(mark="hand", members=_waiting(_own(motion_id)))
    done = carry_out(
        form,
        lambda work: voting.write_down(work, motion_id, form.member.data, Choice(form.choice.data)),
        leads_to=_address(motion_id),
        done=gettext("The vote is written down."),
    )
    return done or _page(motion_id, sent=form, hand=form)


@bp.route("/associations/desk/challenges/<id:challenge_id>/recount", methods=["POST"])
@holds(Permission.MEETING_RUN)
def recount(challenge_id: int):
    """Count the votes of a challenged motion again."""
    found = queries.desk_challenge(db.session(), association_id(), challenge_id)
    form, address = ActionForm(), _address(found.motion_id)
    done = carry_out(
        form,
        lambda work: counting.recount(work, challenge_id),
        leads_to=address,
        done=gettext("The votes have been counted again; the result of the recount stands below."),
    )
    return done or _page(found.motion_id, sent=form)


@bp.route("/associations/desk/challenges/<id:challenge_id>/rule", methods=["POST"])
@holds(Permission.MEETING_RUN)
def rule_challenge(challenge_id: int):
    """Decide about a challenge after the recount."""
    found = queries.desk_challenge(db.session(), association_id(), challenge_id)
    motion_id = found.motion_id
    form = RulingForm(mark="ruling")

    def rule(work: Any) -> None:
        decide = counting.uphold_challenge if form.ruling.data == "uphold" else counting.dismiss_challenge
        decide(work, challenge_id, form.answer.data)

    done = carry_out(
        form, rule, leads_to=_address(motion_id), done=gettext("The challenge is decided; the member reads the answer.")
    )
    return done or _page(motion_id, sent=form, ruling=form)


def _sitting(motion: Motion) -> list[tuple[int, str]]:
    """Return who could step aside: the members of the body before which the motion is, or all of them before that."""
    body = motion.meeting.body if motion.meeting else Body.GENERAL
    day = clock.local_day(clock.now())
    return [(one.member_id, one.name) for one in electors(db.session(), motion.association_id, body, day)]


def _waiting(motion: Motion) -> list[tuple[int, str]]:
    """Return the members on the roll whose vote has not been cast."""
    return [(one.member_id, one.name) for one in queries.roll_of(db.session(), motion.id) if not one.has_voted]


def _page(motion_id: int, *, sent: DeskForm | None = None, **forms: Any) -> Any:
    """Render the desk page of a motion; ``sent`` is a form that was refused, and stands in its place among the others."""
    found = _own(motion_id)
    challenges = queries.challenges_of(db.session(), motion_id)
    fresh = {
        "listing": ListingForm(
            mark="list",
            fresh=True,
            meetings=queries.planned_meetings(db.session(), association_id()),
            is_secret=found.is_secret,
        ),
        "opening": OpenForm.fresh_for(found),
        "aside": ReasonedForm(mark="aside", fresh=True, members=_sitting(found)),
        "ruling": RulingForm(mark="ruling", fresh=True),
    }
    waiting = _waiting(found) if found.state is MotionState.OPEN and not found.is_secret else []
    fresh |= {name: ReasonForm(mark=name, fresh=True) for name in REASONED}
    fresh["hand"] = HandForm(mark="hand", fresh=True, members=waiting)
    page = render_template(
        "association/meeting_desk/motion.html",
        motion=found,
        turnout=queries.turnout(db.session(), [motion_id]).get(motion_id, (0, 0)),
        recusals=queries.recusals_of(db.session(), motion_id),
        challenges=challenges,
        open_challenge=next((one for one in challenges if one.state is ChallengeState.OPEN), None),
        forms=fresh | forms,
        button=ActionForm(mark="button", fresh=True),
        may_come_again=found.about in bringing.WAITING and found.state in UNDECIDED,
        warned=findings(f"{found.title}\n{found.text}"),
        sent=sent,
    )
    return page, sent.status if sent else 200
