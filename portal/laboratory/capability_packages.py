"""What test packages hold, and what they save."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.capability_forms import package_form
from portal.paging import paged
from services.core import clock
from services.core.permissions import Permission
from services.laboratory.operations.packing import set_package
from services.laboratory.queries import capability as queries


@bp.route("/laboratory/capability/packages")
@holds(Permission.CAPABILITY_EDIT)
def packages():
    """List the packages of the laboratory with what they hold and save."""
    today = clock.local_day(clock.now())
    page = paged(queries.packages_found(provider_id()))
    contents = queries.contents_of(db.session(), [package.id for package in page.items])
    worth = {one.id: queries.worth_of(one, contents.get(one.id, ()), today) for one in page.items}
    return render_template("laboratory/capability/packages.html", page=page, contents=contents, worth=worth)


@bp.route("/laboratory/capability/packages/<id:package_id>", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def package(package_id: int):
    """Say what a package holds."""
    session = db.session()
    shown = queries.package_of(session, provider_id(), package_id)
    contents = queries.contents_of(session, [package_id]).get(package_id, [])
    items = queries.choosable_items(session, provider_id())
    form = package_form(items, {row.item_id: row.quantity for row in contents})
    done = carry_out(
        form,
        lambda work: set_package(work, package_id, form.quantities()),
        leads_to=url_for("laboratory.packages"),
        done=gettext("The package has been saved."),
    )
    return done or form_page(
        "laboratory/capability/package.html",
        form,
        package=shown,
        worth=queries.worth_of(shown, contents, clock.local_day(clock.now())),
        fields=[form[f"item_{item.id}"] for item in items],
    )
