"""Colleagues of an organisation: who they are, inviting, roles, dismissal, and requests to join."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for

from portal.access import signed_in
from portal.current import actor, organisation, person
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import chosen_locale, gettext
from portal.organisations import bp
from portal.organisations.forms import InvitationForm, RefusalForm, RoleForm
from portal.paging import paged
from portal.work import begin_work
from services.core import clock
from services.core.errors import NotFound, RuleBroken
from services.core.permissions import ROLE_NAMES, Permission
from services.organisations import queries
from services.organisations.models import Organisation
from services.organisations.operations import joining
from services.organisations.operations import people as colleagues
from services.organisations.roles import ORDINARY_ROLE_OF, ROLES_OF
from services.organisations.scope import administers


@bp.route("/people", methods=["GET", "POST"])
@bp.route("/<id:organisation_id>/people", methods=["GET", "POST"])
@signed_in
def people(organisation_id: int | None = None):
    """List the colleagues; whoever administers them invites another."""
    subject = _subject(organisation_id)
    form = InvitationForm(_roles(subject), role=ORDINARY_ROLE_OF.get(subject.kind))
    here = _address(subject)
    if form.submitted():
        try:
            with begin_work(form) as work:
                colleagues.invite(
                    work, subject.id, contact=form.contact.data, role=form.chosen_role, locale=chosen_locale()
                )
                work.leads_to(here)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The invitation is on its way. It is valid for seven days."), "success")
            return redirect(here, code=303)
    return render_template("organisations/people.html", form=form, **_lists(subject))


@bp.route("/invitations/<id:invitation_id>/withdraw", methods=["POST"])
@signed_in
def withdraw(invitation_id: int):
    """Withdraw an invitation."""
    _checked_action()
    with begin_work() as work:
        subject = colleagues.withdraw_invitation(work, invitation_id)
    flash(gettext("The invitation is withdrawn."), "success")
    return redirect(_address(subject), code=303)


@bp.route("/memberships/<id:membership_id>", methods=["GET", "POST"])
@signed_in
def membership(membership_id: int):
    """Give a colleague another role."""
    held = queries.administered_membership(db.session(), actor(), membership_id)
    form = RoleForm(_roles(held.organisation), role=held.role)
    if form.submitted():
        try:
            with begin_work(form) as work:
                colleagues.change_role(work, membership_id, form.chosen_role)
                work.leads_to(_address_of(held.organisation_id))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The role is changed from the next click on."), "success")
            return redirect(_address_of(held.organisation_id), code=303)
    return render_template("organisations/membership.html", held=held, form=form, role_names=ROLE_NAMES)


@bp.route("/<id:organisation_id>/people/<id:person_id>/dismiss", methods=["POST"])
@signed_in
def dismiss(organisation_id: int, person_id: int):
    """Dismiss a colleague, who is out at the next click."""
    _checked_action()
    try:
        with begin_work() as work:
            colleagues.dismiss(work, organisation_id, person_id)
    except RuleBroken as error:
        form = InvitationForm(_roles(_subject(organisation_id)), formdata=None)
        form.blame(error)
        return render_template("organisations/people.html", form=form, **_lists(_subject(organisation_id))), 409
    flash(gettext("This person no longer acts for the organisation."), "success")
    if person_id == person().id:
        return redirect(url_for("organisations.mine"), code=303)
    return redirect(_address_of(organisation_id), code=303)


@bp.route("/joins/<id:request_id>", methods=["GET", "POST"])
@signed_in
def joining_request(request_id: int):
    """Let somebody in who asked to join."""
    asked = queries.administered_join(db.session(), actor(), request_id)
    form = RoleForm(_roles(asked.organisation), role=ORDINARY_ROLE_OF.get(asked.organisation.kind))
    if form.submitted():
        try:
            with begin_work(form) as work:
                joining.grant_join(work, request_id, role=form.chosen_role)
                work.leads_to(_address_of(asked.organisation_id))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("%(name)s may now act for the organisation.", name=asked.person.name), "success")
            return redirect(_address_of(asked.organisation_id), code=303)
    return render_template("organisations/joining_request.html", asked=asked, form=form, refusal=RefusalForm())


@bp.route("/joins/<id:request_id>/refuse", methods=["POST"])
@signed_in
def refuse(request_id: int):
    """Refuse somebody who asked to join, with a reason."""
    asked = queries.administered_join(db.session(), actor(), request_id)
    form = RoleForm(_roles(asked.organisation), formdata=None)
    refusal = RefusalForm()
    if refusal.submitted():
        try:
            with begin_work(refusal) as work:
                joining.refuse_join(work, request_id, reason=refusal.reason.data)
                work.leads_to(_address_of(asked.organisation_id))
        except RuleBroken as error:
            refusal.blame(error)
        else:
            flash(gettext("The request is refused."), "success")
            return redirect(_address_of(asked.organisation_id), code=303)
    return render_template("organisations/joining_request.html", asked=asked, form=form, refusal=refusal)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@signed_in
def invitation(token: str):
    """Accept an invitation."""
    found = queries.invitation_behind(db.session(), token[:100])
    if found is None:
        abort(404)
    form = ActionForm()
    if form.submitted():
        try:
            with begin_work() as work:
                joined = colleagues.accept_invitation(work, token)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("You may now act for %(organisation)s.", organisation=joined.label), "success")
            return redirect(url_for("organisations.switch"), code=303)
    is_mine = found.contact in {person().mobile, person().email}
    return render_template(
        "organisations/invitation.html",
        invitation=found,
        form=form,
        is_mine=is_mine,
        is_open=found.is_open(clock.now()),
        role_names=ROLE_NAMES,
    ), (200 if is_mine else 403)


def _subject(organisation_id: int | None) -> Organisation:
    """Return the organisation whose people are asked for: the active one, or one that the platform staffs.

    Raises NotFound for any other, and for none.
    """
    active = organisation()
    if active is not None and organisation_id in {None, active.id}:
        return active
    found = db.session.get(Organisation, organisation_id) if organisation_id else None
    if found is None or not administers(actor(), found):
        raise NotFound
    return found


def _roles(subject: Organisation):
    return ROLES_OF[subject.kind]


def _address(subject: Organisation) -> str:
    return _address_of(subject.id)


def _address_of(organisation_id: int) -> str:
    if organisation_id == actor().organisation_id:
        return url_for("organisations.people")
    return url_for("organisations.people", organisation_id=organisation_id)


def _checked_action() -> None:
    """Refuse a button whose form is not of this portal, or of another active organisation."""
    if not ActionForm().submitted():
        abort(400)


def _lists(subject: Organisation) -> dict[str, object]:
    """Return what the page of colleagues shows; invitations and requests only to their administrator."""
    manages = administers(actor(), subject)
    return {
        "organisation": subject,
        "manages": manages,
        "is_own": subject.id == actor().organisation_id,
        "can_edit": actor().may(Permission.ORGANISATION_EDIT, subject.id),
        "page": paged(queries.colleagues(subject.id)),
        "former": queries.former_colleagues(db.session(), subject.id) if manages else [],
        "invitations": queries.open_invitations(db.session(), subject.id, clock.now()) if manages else [],
        "joins": queries.waiting_joins(db.session(), subject.id) if manages else [],
        "role_names": ROLE_NAMES,
        "action": ActionForm(),
        "myself": person().id,
    }
