"""The instruments of the laboratory and their calibrations."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request, url_for

from portal.access import holds
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.capability_forms import CalibrationForm
from portal.paging import paged
from services.catalogue.desk_queries import calibration_tone, modules_of_resource, provider_resource
from services.core import clock
from services.core.errors import NotFound
from services.core.files import store
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.models.capability import Calibration
from services.laboratory.operations.certifying import add_calibration, own_instrument
from services.laboratory.queries import capability as queries


@bp.route("/laboratory/capability/instruments")
@holds(Permission.CAPABILITY_EDIT)
def instruments():
    """List the instruments, those whose calibration ends first at the top; or only those that are due."""
    today, is_due = clock.local_day(clock.now()), request.args.get("due") == "1"
    days = int(setting(db.session(), "laboratory.certificate_warning_days"))
    page = paged(queries.instruments_found(provider_id(), due_by=today + timedelta(days=days) if is_due else None))
    return render_template(
        "laboratory/capability/instruments.html",
        page=page,
        is_due=is_due,
        tones={one.id: calibration_tone(one.calibration_due_on, today) for one in page.items},
        latest=queries.latest_calibrations(db.session(), [one.id for one in page.items]),
    )


@bp.route("/laboratory/capability/instruments/<id:resource_id>", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def instrument(resource_id: int):
    """Show the calibrations of an instrument, and enter one."""
    resource = provider_resource(db.session(), provider_id(), resource_id)
    form = CalibrationForm()
    done = carry_out(
        form,
        lambda work: _enter(work, resource_id, form),
        leads_to=url_for("laboratory.instrument", resource_id=resource_id),
        done=gettext("The calibration has been entered."),
    )
    return done or form_page(
        "laboratory/capability/instrument.html",
        form,
        resource=resource,
        tone=calibration_tone(resource.calibration_due_on, clock.local_day(clock.now())),
        page=paged(queries.calibrations_of(resource_id)),
        modules=modules_of_resource(db.session(), resource_id),
    )


@bp.route("/laboratory/capability/calibrations/<id:calibration_id>/file")
@holds(Permission.CAPABILITY_EDIT)
def calibration_file(calibration_id: int):
    """Hand out the certificate of a calibration."""
    calibration = queries.calibration_of(db.session(), provider_id(), calibration_id)
    if calibration.file is None:
        raise NotFound
    return send_attachment(calibration.file)


def _enter(work: Work, resource_id: int, form: CalibrationForm) -> Calibration:
    own_instrument(work, resource_id)
    upload, file = form.file.upload, None
    if upload is not None:
        owner = work.actor.organisation_id
        file = store(work, uploads_folder(), upload, organisation_id=owner, purpose="calibration")
    return add_calibration(work, resource_id, form.entry(), file)
