"""The charter and the council at the secretary's desk."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.register_forms import CharterForm, EditionForm, SeatEndForm, SeatForm
from portal.association.register_pages import association_id
from portal.desk import ActionForm, DeskForm, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from services.association.models.meetings import MotionSubject
from services.association.models.register import Office
from services.association.operations import bringing, charters
from services.association.operations import members as operations
from services.association.operations.charters import Figures
from services.association.queries import members as register
from services.association.queries.meetings import is_before_body
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission

MOST_FIRMS = 500


@bp.route("/associations/desk/charter", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def desk_charter():
    """Show the charter, and keep its figures."""
    charter = register.charter_of(db.session(), association_id())
    form = CharterForm(obj=charter)
    done = carry_out(
        form,
        lambda work: charters.set_figures(work, association_id(), _figures(form), form.version.data or 0),
        leads_to=url_for("association.desk_charter"),
        done=gettext("The figures of the charter are kept; the standing of all members follows them."),
    )
    return done or _charter_page(form)


@bp.route("/associations/desk/charter/edition", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def draft_charter():
    """Keep the text that is to be laid before a meeting."""
    form = EditionForm()
    done = carry_out(
        form,
        lambda work: charters.draft_edition(work, association_id(), form.text.data or ""),
        leads_to=url_for("association.desk_charter"),
        done=gettext("The draft is kept. It is in force once a meeting has adopted it."),
    )
    return done or _charter_page(None, edition=form)


@bp.route("/associations/desk/charter/editions/<id:edition_id>/motion", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def bring_charter(edition_id: int):
    """Lay the draft of the charter before a meeting."""
    address = url_for("association.desk_charter")
    return press(ActionForm(), address, N_("The motion waits for an agenda."), bringing.bring_charter, edition_id)


@bp.route("/associations/desk/council", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def desk_council():
    """Show who holds which office, and give one."""
    form = SeatForm(_firms(), from_on=_today())
    done = carry_out(
        form,
        lambda work: operations.give_seat(
            work, association_id(), form.organisation.data, Office(form.office.data), form.from_on.data
        ),
        leads_to=url_for("association.desk_council"),
        done=gettext("The office is given."),
    )
    return done or _council_page(form)


@bp.route("/associations/desk/council/<id:seat_id>/end", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def end_seat(seat_id: int):
    """End an office."""
    register.council_seat(db.session(), seat_id, association_id())
    form = SeatEndForm()
    done = carry_out(
        form,
        lambda work: operations.end_seat(work, seat_id, form.until_on.data),
        leads_to=url_for("association.desk_council"),
        done=gettext("The office ends."),
    )
    return done or _council_page(None, ending=form)


def _figures(form: CharterForm) -> Figures:
    values = {one.name: form[one.name].data for one in fields(Figures)}
    return Figures(
        **{name: "" if value is None and name != "term_ends_on" else value for name, value in values.items()}
    )


def _charter_page(form: CharterForm | None, edition: EditionForm | None = None) -> Any:
    session = db.session()
    charter, draft = register.charter_of(session, association_id()), register.charter_draft(session, association_id())
    present = register.charter_text(session, association_id(), _today())
    text = (draft or present).text if draft or present else ""
    sent: DeskForm | None = edition or form
    page = render_template(
        "association/desk/charter.html",
        form=form or CharterForm(obj=charter, fresh=True),
        edition_form=edition or EditionForm(mark="edition", fresh=True, text=text),
        draft=draft,
        is_before_body=draft is not None and is_before_body(session, MotionSubject.CHARTER, draft.id),
        present=present,
        wrong=sent,
        action=ActionForm(mark="action", fresh=True),
    )
    return page, sent.status if sent else 200


def _council_page(form: SeatForm | None, ending: SeatEndForm | None = None) -> Any:
    sent: DeskForm | None = ending or form
    page = render_template(
        "association/desk/council.html",
        seats=list(db.session.scalars(register.seats_on(association_id(), _today()))),
        form=form or SeatForm(_firms(), mark="seat", fresh=True, from_on=_today()),
        ending=ending or SeatEndForm(mark="end", fresh=True, until_on=_today()),
        wrong=sent,
    )
    return page, sent.status if sent else 200


def _firms() -> list[tuple[int, str]]:
    found = db.session.scalars(register.entitled_on(association_id(), _today()).limit(MOST_FIRMS)).all()
    return [(one.organisation_id, one.organisation.name) for one in found]


def _today() -> date:
    return clock.local_day(clock.now())
