"""Members at the secretary's desk: the list, one member with everything about it, its exit and expulsion."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.register_forms import ExitForm, RepresentativeForm, TierForm, WhyForm
from portal.association.register_pages import association_id, member_history
from portal.csv_files import csv_answer
from portal.desk import ActionForm, DeskForm, asked_id, asked_word, asked_words, carry_out, press
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from services.association.models.register import Representation, Standing, Tier
from services.association.operations import bringing, invoicing
from services.association.operations import members as operations
from services.association.queries import dues
from services.association.queries import members as register
from services.association.queries.figures import by_standing
from services.association.register_words import STANDING_NAMES, TIER_NAMES
from services.association.rules.standing import MEMBERS
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission

MOST_EXPORTED = 5000


@bp.route("/associations/desk/members")
@holds(Permission.MEMBER_MANAGE)
def desk_members():
    """List the register, narrowed by standing and name."""
    standing, words, is_leaving = asked_word(Standing, "standing"), asked_words(), asked_id("leaving") is not None
    wanted = [standing] if standing else []
    found = register.register_list(association_id(), words=words, standings=wanted, is_leaving=is_leaving)
    return render_template(
        "association/desk/members.html",
        page=paged(found),
        counts=by_standing(db.session(), association_id()),
        standings=[one for one in Standing if one is not Standing.AWAITED],
        standing=standing,
        is_leaving=is_leaving,
        asked=words,
    )


@bp.route("/associations/desk/members.csv")
@holds(Permission.MEMBER_MANAGE)
def export_members():
    """Hand out the register as a table."""
    found = db.session.scalars(register.register_list(association_id()).limit(MOST_EXPORTED)).all()
    heads = (N_("Member no."), N_("Organisation"), N_("Unified social credit code"), N_("Level of dues"))
    heads += (N_("Standing"), N_("Member since"), N_("Rights until"))
    rows = [
        (
            one.no,
            one.organisation.name,
            one.organisation.credit_code,
            translate(TIER_NAMES[one.tier]),
            translate(STANDING_NAMES[one.standing]),
            one.since_on,
            one.rights_until,
        )
        for one in found
    ]
    return csv_answer("members.csv", [translate(head) for head in heads], rows)


@bp.route("/associations/desk/members/<id:member_id>")
@holds(Permission.MEMBER_MANAGE)
def desk_member(member_id: int):
    """Show a member: standing, dues, terms, representatives, history, and what can be done."""
    return _page(member_id)


@bp.route("/associations/desk/members/<id:member_id>/tier", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def set_tier(member_id: int):
    """Give a member another level of dues."""
    form = TierForm()
    done = carry_out(
        form,
        lambda work: operations.set_tier(work, member_id, Tier(form.tier.data)),
        leads_to=url_for("association.desk_member", member_id=member_id),
        done=gettext("The level counts from the next dues that are asked for."),
    )
    return done or _page(member_id, tier=form)


@bp.route("/associations/desk/members/<id:member_id>/representatives", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def desk_representative(member_id: int):
    """Enter a representative that a member has named on paper."""
    found = register.desk_member(db.session(), member_id, association_id())
    form = RepresentativeForm(found.organisation_id)
    done = carry_out(
        form,
        lambda work: operations.name_representative(
            work, member_id, Representation(form.role.data), form.person.data, form.from_on.data
        ),
        leads_to=url_for("association.desk_member", member_id=member_id),
        done=gettext("The representative has been named."),
    )
    return done or _page(member_id, representative=form)


@bp.route("/associations/desk/members/<id:member_id>/exit", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def confirm_exit(member_id: int):
    """Set the first day outside of a member that asked to leave."""
    form = ExitForm()
    done = carry_out(
        form,
        lambda work: operations.confirm_exit(work, member_id, form.outside_on.data),
        leads_to=url_for("association.desk_member", member_id=member_id),
        done=gettext("The day is set; the member has been told."),
    )
    return done or _page(member_id, leaving=form)


@bp.route("/associations/desk/members/<id:member_id>/expulsion", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def bring_expulsion(member_id: int):
    """Lay the expulsion of a member before the council."""
    form = WhyForm()
    done = carry_out(
        form,
        lambda work: bringing.bring_expulsion(work, member_id, form.reason.data or ""),
        leads_to=url_for("association.desk_member", member_id=member_id),
        done=gettext("The motion waits for an agenda. Only a passed vote expels a member."),
    )
    return done or _page(member_id, expulsion=form)


@bp.route("/associations/desk/members/<id:member_id>/dues/<id:year>", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def ask_member(member_id: int, year: int):
    """Ask one member for the dues of this year or the next."""
    this_year = clock.local_day(clock.now()).year
    if year not in {this_year, this_year + 1}:
        raise NotFound
    address = url_for("association.desk_member", member_id=member_id)
    return press(ActionForm(), address, N_("The dues are asked for."), invoicing.issue_one, member_id, year)


def _page(member_id: int, **sent: DeskForm) -> Any:
    session, today = db.session(), clock.local_day(clock.now())
    found = register.desk_member(session, member_id, association_id())
    form = next(iter(sent.values()), None)
    invoices = dues.invoices_of(session, member_id)
    asked = {one.year for one in invoices}
    page = render_template(
        "association/desk/member.html",
        member=found,
        is_in=found.standing in MEMBERS,
        invoices=invoices,
        unasked=[year for year in (today.year, today.year + 1) if year not in asked],
        terms=register.terms_of(session, member_id),
        representatives=register.representatives_of(session, member_id, today),
        events=member_history(register.events_of(session, member_id)),
        today=today,
        wrong=form,
        tier=sent.get("tier") or TierForm(mark="tier", fresh=True, tier=found.tier),
        naming=sent.get("representative")
        or RepresentativeForm(found.organisation_id, mark="name", fresh=True, from_on=today),
        leaving=sent.get("leaving") or ExitForm(mark="exit", fresh=True, outside_on=today),
        expulsion=sent.get("expulsion") or WhyForm(mark="expel", fresh=True),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status if form else 200
