"""Complaints: a firm's cases, a new one, and the page of a case for its sides, its panel and the secretariat."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for

from portal.access import holds
from portal.association import bp
from portal.association.case_deeds import DEEDS, form_for, offered, proposal_of
from portal.association.case_forms import CaseForm
from portal.current import actor
from portal.desk import carry_out, form_page
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import gettext, local_time, translate
from portal.paging import paged
from services.association.discipline_words import EVENT_NAMES
from services.association.models.cases import AgreementState, CaseEvent
from services.association.operations import cases as operations
from services.association.queries import cases as queries
from services.association.queries.members import association
from services.association.queries.pacts import pact_in_force
from services.association.rules.cases import WAITS, Side, panel_of
from services.association.standing import association_of, memberships_of
from services.core import clock
from services.core.errors import NotFound
from services.core.permissions import Permission


@bp.route("/cases")
@holds(Permission.MEMBERSHIP_ACT)
def cases():
    """List the cases of one's firm, or those on whose panel one sits."""
    which = "panel" if request.args.get("list") == "panel" else "own"
    statement = queries.panel_cases(actor()) if which == "panel" else queries.own_cases(actor())
    page = paged(statement)
    return render_template(
        "association/cases/list.html",
        page=page,
        which=which,
        clocks=queries.running_clocks(db.session(), [case.id for case in page.items]),
        association_id=_association_to_turn_to(),
        today=_today(),
    )


@bp.route("/associations/<id:association_id>/complaints/new", methods=["GET", "POST"])
@holds(Permission.MEMBERSHIP_ACT)
def new_case(association_id: int):
    """Complain about another firm to an association."""
    found = association(db.session(), association_id)
    form = CaseForm()
    done = carry_out(
        form,
        lambda work: operations.complain(work, form.wish(association_id)),
        leads_to=lambda case: url_for("association.case", case_id=case.id),
        done=gettext("Your complaint has been submitted. You can add evidence now."),
    )
    pact = pact_in_force(db.session(), association_id)
    return done or form_page("association/cases/new.html", form, association=found, pact=pact)


@bp.route("/cases/<id:case_id>")
@holds(Permission.MEMBERSHIP_ACT)
def case(case_id: int):
    """Show a case to whoever has a part in it."""
    return _page(queries.case_file(db.session(), actor(), case_id))


@bp.route("/cases/<id:case_id>/<deed>", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def case_deed(case_id: int, deed: str):
    """Do something in a case."""
    if deed not in DEEDS:
        abort(404)
    chosen = DEEDS[deed]
    form = form_for(deed, queries.case_file(db.session(), actor(), case_id))
    address = url_for("association.cases" if deed == "aside" else "association.case", **_where(deed, case_id))
    done = carry_out(form, lambda work: chosen.run(work, case_id, form), leads_to=address, done=translate(chosen.told))
    return done or _page(queries.case_file(db.session(), actor(), case_id), deed, form)


@bp.route("/cases/<id:case_id>/evidence/<id:evidence_id>")
@holds(Permission.MEMBERSHIP_ACT)
def case_evidence(case_id: int, evidence_id: int):
    """Hand out a piece of evidence to whoever may see it."""
    return send_attachment(queries.evidence_file(db.session(), actor(), case_id, evidence_id).attachment)


@bp.route("/cases/<id:case_id>/agreement")
@holds(Permission.MEMBERSHIP_ACT)
def case_agreement(case_id: int):
    """Show the agreement to be printed and signed by hand."""
    file = queries.case_file(db.session(), actor(), case_id)
    if file.agreement is None:
        raise NotFound
    return render_template("association/cases/agreement.html", case=file.case, agreement=file.agreement)


def _where(deed: str, case_id: int) -> dict[str, int]:
    return {} if deed == "aside" else {"case_id": case_id}


def _today():
    return clock.local_day(clock.now())


def _association_to_turn_to() -> int | None:
    """Return the association in which the firm is a member, or else that of its clusters."""
    own = actor().organisation_id
    if own is None:
        return None
    return next(iter(sorted(memberships_of(db.session(), own, _today()))), association_of(db.session(), own))


def _page(file: queries.CaseFile, deed: str = "", form: Any = None) -> Any:
    """Render a case with the forms of what the reader can do; one that was refused stands open."""
    forms = {name: form_for(name, file, fresh=True) for name in offered(file)}
    if form is not None:
        forms[deed] = form
    page = render_template(
        "association/cases/show.html",
        file=file,
        case=file.case,
        forms={name: one for name, one in forms.items() if not DEEDS[name].of_row},
        rows=lambda name, row_id: form_for(name, file, fresh=True, row_id=row_id),
        deeds=DEEDS,
        sent=form,
        sent_name=deed,
        proposal=proposal_of(file),
        clock=file.case.clock,
        awaited=WAITS.get(file.case.state),
        panel_at_work=panel_of(file.case.state),
        history=[_event_line(event) for event in file.events],
        is_signed=file.agreement is not None and file.agreement.state is AgreementState.SIGNED,
        is_desk=Side.DESK in file.sides,
        today=_today(),
    )
    return page, form.status if form is not None else 200


def _event_line(event: CaseEvent) -> dict[str, str]:
    name, tone = EVENT_NAMES[event.kind]
    return {"when_text": local_time(event.at), "title": translate(name), "text": event.note, "tone": tone}
