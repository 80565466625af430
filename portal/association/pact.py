"""The pact: its public page with the signers, signing for members, and the desk on which the next version is written."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from portal.access import holds, public
from portal.association import bp
from portal.association.register_pages import association_id
from portal.current import actor
from portal.desk import ActionForm, DeskForm, carry_out, form_page, press
from portal.extensions import db
from portal.forms.fields import Required
from portal.i18n import gettext
from portal.paging import paged
from services.association.models.meetings import MotionSubject
from services.association.models.pacts import LONGEST_PACT, Pact
from services.association.operations import pacts as operations
from services.association.queries import pacts as queries
from services.association.queries.meetings import is_before_body
from services.association.queries.members import association
from services.association.standing import memberships_of
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission


class SignForm(ActionForm):
    """A signature: one's own name, typed."""

    person_name = StringField(
        N_("Your name in place of a signature"),
        [Required(), Length(max=40)],
        description=N_("Type your own name. The name of your organisation will be published among the signers."),
    )


class PactForm(DeskForm):
    """The next version of the pact."""

    title = StringField(N_("Title of the pact"), [Required(), Length(max=100)])
    text = TextAreaField(
        N_("Text of the pact"),
        [Required(), Length(max=LONGEST_PACT)],
        description=N_(
            "Conduct only: no copying, no poaching, no false claims, quality, safety, payment."
            " Nothing about prices, output or markets."
        ),
        render_kw={"rows": 20},
    )


@bp.route("/associations/<id:association_id>/pact")
@public
def pact(association_id: int):
    """Show the pact in force, or an earlier version, with who has signed it."""
    return _page(association_id)


@bp.route("/associations/<id:association_id>/pact/signature", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def sign_pact(association_id: int):
    """Sign the pact in force for one's organisation."""
    form, shown = SignForm(mark="sign"), queries.pact_in_force(db.session(), association_id)
    pact_id = shown.id if shown else 0
    done = carry_out(
        form,
        lambda work: operations.sign(work, pact_id, person_name=form.person_name.data or ""),
        leads_to=url_for("association.pact", association_id=association_id),
        done=gettext("Your organisation has signed the pact."),
    )
    return done or _page(association_id, form)


@bp.route("/associations/<id:association_id>/pact/signature/withdrawal", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def unsign_pact(association_id: int):
    """Take the signature of one's organisation back."""
    shown = queries.pact_in_force(db.session(), association_id)
    address = url_for("association.pact", association_id=association_id)
    told = N_("Your organisation's signature is taken back.")
    return press(ActionForm(), address, told, operations.withdraw_signature, shown.id if shown else 0)


@bp.route("/associations/desk/pact", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def desk_pact():
    """Write the next version, and see those before."""
    return _desk(None)


@bp.route("/associations/desk/pact/meeting", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def pact_to_meeting():
    """Bring the draft before a meeting."""
    form = ActionForm(mark="meeting")
    done = carry_out(
        form,
        lambda work: operations.put_to_meeting(work, association_id()),
        leads_to=url_for("association.desk_pact"),
        done=gettext("The draft waits to be put on the agenda of a meeting of the members."),
    )
    return done or _desk(form)


@bp.route("/associations/desk/pact/discard", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def discard_pact():
    """Give up the draft."""
    form = ActionForm(mark="discard")
    done = carry_out(
        form,
        lambda work: operations.discard_draft(work, association_id()),
        leads_to=url_for("association.desk_pact"),
        done=gettext("The draft is given up."),
    )
    return done or _desk(form)


def _desk(button: Any) -> Any:
    own = association_id()
    draft = queries.pact_to_adopt(db.session(), own)
    last = draft or queries.pact_in_force(db.session(), own)
    values = {"title": last.title, "text": last.text} if last else {}
    form = PactForm(data=values) if button is None else PactForm(fresh=True, data=values)
    done = (
        None
        if button
        else carry_out(
            form,
            lambda work: operations.write_draft(work, own, title=form.title.data, text=form.text.data),
            leads_to=url_for("association.desk_pact"),
            done=gettext("The draft is kept."),
        )
    )
    versions = queries.versions(db.session(), own)
    draft = queries.pact_to_adopt(db.session(), own)
    page = done or form_page(
        "association/pact/desk.html",
        form,
        draft=draft,
        is_before_body=draft is not None and is_before_body(db.session(), MotionSubject.PACT, draft.id),
        versions=versions,
        counts=queries.signature_counts(db.session(), [one.id for one in versions]),
        association_id=own,
        action=ActionForm(mark="action", fresh=True),
        button=button,
    )
    return (page[0], button.status) if button else page


def _page(association_id: int, form: SignForm | None = None) -> Any:
    session, own = db.session(), actor().organisation_id
    found = association(session, association_id)
    versions = queries.versions(session, association_id)
    in_force = queries.pact_in_force(session, association_id)
    shown = _asked(versions) or in_force
    is_member = association_id in memberships_of(session, own, clock.local_day(clock.now()))
    page = render_template(
        "association/pact/show.html",
        association=found,
        pact=shown,
        in_force=in_force,
        versions=versions,
        page=paged(queries.signers(shown.id), per_page=100) if shown else None,
        own=queries.own_signature(session, in_force.id, own) if in_force and own else None,
        may_sign=is_member and actor().may(Permission.MEMBERSHIP_ACT),
        form=form or SignForm(mark="sign", fresh=True),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status if form else 200


def _asked(versions: list[Pact]) -> Pact | None:
    text = request.args.get("version", "")
    return next((one for one in versions if str(one.version) == text), None)
