"""People with an account."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.admin import bp
from portal.admin.forms import ReasonForm
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.paging import paged
from portal.work import begin_work
from services.accounts.models import Person, PersonState
from services.accounts.operations.factors import clear_factor
from services.accounts.operations.people import disable_person, enable_person
from services.accounts.operations.sign_ins import end_sign_ins
from services.accounts.queries import live_sign_ins
from services.core import clock
from services.core.errors import NotFound, RuleBroken
from services.core.permissions import ROLE_NAMES, Permission
from services.organisations.staff_queries import people as people_query
from services.organisations.staff_queries import roles_of

DEEDS = {"disable": disable_person, "enable": enable_person, "clear-factor": clear_factor}


@bp.route("/people")
@holds(Permission.PERSON_MANAGE)
def people():
    """Search the people with an account."""
    words, state = request.args.get("q", "").strip()[:100], request.args.get("state", "")
    wanted = PersonState(state) if state in set(PersonState) else None
    page = paged(people_query(words, wanted))
    roles = roles_of(db.session(), [person.id for person in page.items])
    return render_template("admin/people.html", page=page, roles=roles, role_names=ROLE_NAMES, words=words, state=state)


@bp.route("/people/<id:person_id>")
@holds(Permission.PERSON_MANAGE)
def person(person_id: int):
    """Show one person: roles, sign-ins, and what can be done."""
    return _page(person_id, ReasonForm())


@bp.route("/people/<id:person_id>/<deed>", methods=["POST"])
@holds(Permission.PERSON_MANAGE)
def change_person(person_id: int, deed: str):
    """Disable or enable an account, or take away a lost second factor, for a reason."""
    if deed not in DEEDS:
        abort(404)
    form = ReasonForm()
    if not form.submitted():
        return _page(person_id, form)
    here = url_for("admin.person", person_id=person_id)
    try:
        with begin_work(form) as work:
            DEEDS[deed](work, person_id, reason=form.reason.data)
            work.leads_to(here)
    except RuleBroken as error:
        form.blame(error)
        return _page(person_id, form)
    flash(gettext("The change is recorded."), "success")
    return redirect(here, code=303)


@bp.route("/people/<id:person_id>/sign-ins/end", methods=["POST"])
@holds(Permission.PERSON_MANAGE)
def end_sign_ins_of(person_id: int):
    """End every sign-in of a person."""
    here = url_for("admin.person", person_id=person_id)
    form = ActionForm()
    if not form.submitted():
        abort(400)
    with begin_work(form) as work:
        end_sign_ins(work, person_id)
        work.leads_to(here)
    flash(gettext("All sign-ins of this person have ended."), "success")
    return redirect(here, code=303)


def _page(person_id: int, form: ReasonForm):
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound
    return render_template(
        "admin/person.html",
        person=found,
        roles=roles_of(db.session(), [person_id])[person_id],
        role_names=ROLE_NAMES,
        sign_ins=live_sign_ins(db.session(), person_id, clock.now()),
        form=form,
    )
