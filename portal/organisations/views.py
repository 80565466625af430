"""The public directory and an organisation's public page; the other pages of this package are registered from here."""

from __future__ import annotations

from flask import abort, render_template, request

from portal.access import public
from portal.current import organisation as own_organisation
from portal.extensions import db
from portal.organisations import bp, desk, desk_claims, mine, people, registering  # noqa: F401
from portal.organisations.narrowing import groups_of, wish_of
from portal.paging import paged
from services.organisations import directory as public_directory
from services.organisations.models import Organisation
from services.organisations.words import LEVEL_NAMES, TYPE_NAMES


@bp.route("")
@public
def directory():
    """List the organisations that everybody may see, with facets."""
    wish = wish_of(request.args)
    return render_template(
        "organisations/directory.html",
        page=paged(public_directory.listed(wish)),
        groups=groups_of(db.session(), wish),
        wish=wish,
        type_names=TYPE_NAMES,
        level_names=LEVEL_NAMES,
    )


@bp.route("/<id:organisation_id>")
@public
def show(organisation_id: int):
    """Show what everybody may know about an organisation, and its contact to verified ones."""
    organisation = public_directory.public_organisation(db.session(), organisation_id)
    if organisation is None:
        abort(404)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        sees_contact=_sees_contact(organisation),
        type_names=TYPE_NAMES,
        level_names=LEVEL_NAMES,
    )


def _sees_contact(organisation: Organisation) -> bool:
    """Tell whether the visitor acts for a verified organisation, and the firm allows its contact to be shown."""
    viewer = own_organisation()
    if viewer is None:
        return False
    return viewer.id == organisation.id or (viewer.is_verified and organisation.shows_contact)
