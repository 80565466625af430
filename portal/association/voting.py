"""Motions as members see them: the vote on the phone, its result, receipts, stepping aside, challenges."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.access import signed_in
from portal.association import bp
from portal.association.meeting_forms import ChallengeForm, ReasonedForm, VoteForm
from portal.association.meetings import audience
from portal.current import actor
from portal.desk import carry_out
from portal.extensions import db
from portal.i18n import gettext, translate_error
from portal.paging import paged
from portal.work import begin_work
from services.association.meeting_errors import VotedAlready
from services.association.models.ballots import Choice
from services.association.models.meetings import Motion
from services.association.operations import counting, motions, voting
from services.association.queries import meetings as queries
from services.association.rules.motions import BEFORE_VOTE, COUNTED
from services.core import clock
from services.core.errors import NotFound, RuleBroken


@bp.route("/motions/<id:motion_id>", methods=["GET", "POST"])
@signed_in
def vote(motion_id: int):
    """Show a motion; while its vote is open, take the votes of the members that the person speaks for."""
    queries.motion_for(db.session(), audience(), motion_id)
    sent = VoteForm()
    if sent.submitted() and (done := _cast(sent, motion_id)):
        return done
    found = queries.motion_for(db.session(), audience(), motion_id)
    person_id = actor().person_id or 0
    entries = queries.own_entries(db.session(), motion_id, person_id)
    forms = {one.member_id: _form_of(one.member_id, sent) for one in entries}
    return render_template(
        "association/meetings/vote.html",
        motion=found,
        entries=entries,
        forms=forms,
        sent=sent if sent.is_submitted() else None,
        turnout=queries.turnout(db.session(), [motion_id]).get(motion_id, (0, 0)),
        present=queries.present_members(db.session(), found.meeting_id),
        own=queries.own_notices(db.session(), found.meeting_id, person_id),
        recusals=queries.recusals_of(db.session(), motion_id),
        challenges=queries.challenges_of(db.session(), motion_id) if found.published_at else [],
        before_vote=BEFORE_VOTE,
        now=clock.now(),
    ), sent.status


def _cast(form: VoteForm, motion_id: int) -> Any:
    """Cast a vote and lead back to the motion; None when a rule refused it.

    No form token is spent: it would keep a digest of what was sent, and the choice could be guessed from it. A vote sent
    twice finds that it has been cast.
    """
    try:
        with begin_work() as work:
            receipt = voting.vote(work, motion_id, form.member.data or 0, Choice(form.choice.data))
    except VotedAlready as again:
        flash(translate_error(again), "info")
    except RuleBroken as error:
        form.blame(error)
        return None
    else:
        flash(gettext("The vote has been cast."), "success")
        if receipt:
            flash(
                gettext("Your receipt is %(receipt)s. Write it down: it is not shown again.", receipt=receipt), "info"
            )
    return redirect(url_for("association.vote", motion_id=motion_id), code=303)


def _form_of(member_id: int, sent: VoteForm) -> VoteForm:
    """Return the form of one member: the one that was sent, or a fresh one."""
    is_sent = sent.is_submitted() and sent.member.data == member_id
    form = sent if is_sent else VoteForm(fresh=True, member=member_id)
    for field in form:
        field.id = f"m{member_id}-{field.name}"
    return form


@bp.route("/motions/<id:motion_id>/votes")
@signed_in
def votes(motion_id: int):
    """List, after the publication, who voted what where votes are named, or the ballots with their receipts."""
    found = queries.motion_for(db.session(), audience(), motion_id)
    if found.published_at is None:
        raise NotFound
    if found.is_secret and not found.gives_receipts:
        raise NotFound
    statement = queries.receipts_of(motion_id) if found.is_secret else queries.named_votes(motion_id)
    page = paged(statement, per_page=100, scalars=found.is_secret)
    return render_template("association/meetings/votes.html", motion=found, page=page)


@bp.route("/motions/<id:motion_id>/recuse", methods=["GET", "POST"])
@signed_in
def recuse(motion_id: int):
    """Let a member step aside from a motion before its vote opens."""
    found = queries.motion_for(db.session(), audience(), motion_id)
    form = ReasonedForm(members=_own_members(found))
    done = carry_out(
        form,
        lambda work: motions.recuse(work, motion_id, form.member.data, form.reason.data),
        leads_to=url_for("association.vote", motion_id=motion_id),
        done=gettext("The member steps aside from this motion."),
    )
    if done:
        return done
    found = queries.motion_for(db.session(), audience(), motion_id)
    return render_template("association/meetings/recuse.html", motion=found, form=form), form.status


@bp.route("/motions/<id:motion_id>/challenge", methods=["GET", "POST"])
@signed_in
def challenge(motion_id: int):
    """Let a member of the roll challenge a published count."""
    found = queries.motion_for(db.session(), audience(), motion_id)
    if found.state not in COUNTED:
        raise NotFound
    form = ChallengeForm(members=_own_members(found))
    done = carry_out(
        form,
        lambda work: counting.challenge(work, motion_id, form.member.data, form.grounds.data),
        leads_to=url_for("association.vote", motion_id=motion_id),
        done=gettext("The challenge is filed. The votes are counted again."),
    )
    if done:
        return done
    found = queries.motion_for(db.session(), audience(), motion_id)
    return render_template("association/meetings/challenge.html", motion=found, form=form), form.status


def _own_members(motion: Motion) -> list[tuple[int, str]]:
    """Return the members for which the person was called; a motion that concerns none of them is not theirs to act on."""
    notices = queries.own_notices(db.session(), motion.meeting_id or 0, actor().person_id or 0)
    if not notices:
        raise NotFound
    return [(one.member_id, one.member.organisation.name) for one in notices]
