"""The member centre (会员中心) with its three tabs 服务, 沟通 and 自律; the directory and what a member agrees to show."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from portal.access import holds
from portal.association import bp
from portal.current import actor
from portal.desk import ChecksField, DeskForm, asked_id, asked_words, carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from services.association.models.notices import NoticeKind
from services.association.models.register import Member
from services.association.operations.consents import FIELDS, set_consents
from services.association.queries import cases as case_queries
from services.association.queries.directory import entries, listed_members
from services.association.queries.meetings import audience_of, meetings_of
from services.association.queries.members import memberships_of_firm
from services.association.queries.notices import shown_notices, unconfirmed
from services.association.queries.pacts import own_signature, pact_in_force
from services.association.queries.readers import notice_reader
from services.association.queries.supervising import measures_in_force
from services.association.rules.standing import ENTITLED, MEMBERS
from services.catalogue.member_prices import member_prices
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.queries.browsing import coming

SHOWN = 6
NO_MEMBER = "association/centre/none.html"
CONSENTS = {
    "shows_name": N_("Our name, to everybody, on the association's public page"),
    "shows_contact": N_("Our contact person, to other members"),
    "shows_phone": N_("Our telephone, to other members"),
    "shows_address": N_("Our address, to other members"),
    "shows_products": N_("Our products, to other members"),
}


class ConsentsForm(DeskForm):
    """What of a member is shown; nothing that is not ticked."""

    shown = ChecksField(N_("What may be shown"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.shown.choices = [(field, translate(CONSENTS[field])) for field in FIELDS]


@bp.route("/member-centre")
@holds(Permission.MEMBERSHIP_ACT)
def centre():
    """Show what the association does for its member, one tab at a time."""
    member = _own_member()
    if member is None:
        return render_template(NO_MEMBER)
    tab = request.args.get("tab", "")
    show = TABS.get(tab, TABS["services"])
    return render_template(
        "association/centre/show.html",
        member=member,
        association=member.association,
        has_rights=member.standing in ENTITLED,
        tab=tab if tab in TABS else "services",
        today=_today(),
        **show(member),
    )


@bp.route("/member-centre/directory")
@holds(Permission.MEMBERSHIP_ACT)
def directory():
    """List the members in good standing, each with what it agreed to show."""
    member = _own_member()
    if member is None:
        return render_template(NO_MEMBER)
    if member.standing not in ENTITLED:
        return redirect(url_for("association.centre", association=member.association_id))
    words = asked_words()
    page = paged(listed_members(member.association_id, _today(), words))
    found = entries(db.session(), page.items, _today())
    return render_template("association/centre/directory.html", member=member, page=page, entries=found, words=words)


@bp.route("/member-centre/consents", methods=["GET", "POST"])
@holds(Permission.MEMBERSHIP_ACT)
def consents():
    """Say what of one's organisation is shown to whom."""
    member = _own_member()
    if member is None:
        return render_template(NO_MEMBER)
    member_id = member.id
    form = ConsentsForm(data={"shown": [field for field in FIELDS if getattr(member, field)]})
    done = carry_out(
        form,
        lambda work: set_consents(work, member_id, frozenset(form.shown.data or ())),
        leads_to=url_for("association.directory") if member.standing in ENTITLED else url_for("association.centre"),
        done=gettext("Your choice is kept and holds at once."),
    )
    return done or form_page("association/centre/consents.html", form, member=member)


def _today():
    return clock.local_day(clock.now())


def _own_member() -> Member | None:
    """Return the active organisation's entry in the register of the asked association, or in the first one."""
    own = [one for one in memberships_of_firm(db.session(), actor().organisation_id or 0) if one.standing in MEMBERS]
    asked = asked_id("association")
    return next((one for one in own if one.association_id == asked), own[0] if own else None)


def _services(member: Member) -> dict[str, Any]:
    return {
        "prices": member_prices(db.session(), member.association_id, _today()),
        "classes": coming(db.session(), clock.now(), provider_id=member.association_id, most=SHOWN),
    }


def _communication(member: Member) -> dict[str, Any]:
    reader = notice_reader(db.session(), actor(), _today())
    of = {"association_id": member.association_id}
    notices = db.session.scalars(shown_notices(reader, kind=NoticeKind.NOTICE, **of).limit(SHOWN)).all()
    documents = db.session.scalars(shown_notices(reader, kind=NoticeKind.DOCUMENT, **of).limit(SHOWN)).all()
    meetings = meetings_of(member.association_id, audience_of(db.session(), actor(), _today()))
    return {
        "meetings": db.session.scalars(meetings.limit(SHOWN)).all(),
        "notices": notices,
        "documents": documents,
        "to_confirm": unconfirmed(db.session(), actor(), [*notices, *documents]),
    }


def _discipline(member: Member) -> dict[str, Any]:
    session = db.session()
    pact = pact_in_force(session, member.association_id)
    return {
        "pact": pact,
        "signature": own_signature(session, pact.id, member.organisation_id) if pact else None,
        "cases": session.scalars(case_queries.own_cases(actor()).limit(SHOWN)).all(),
        "on_panel": session.scalars(case_queries.panel_cases(actor()).limit(SHOWN)).all(),
        "measures": measures_in_force(session, member.association_id, _today()) if member.standing in ENTITLED else [],
    }


TABS = {"services": _services, "communication": _communication, "discipline": _discipline}
"""What each tab shows, by its name in the address."""
