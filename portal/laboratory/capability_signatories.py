"""Who may sign reports of the laboratory, field by field."""

from __future__ import annotations

from flask import url_for

from portal.access import holds
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.capability_forms import EndForm, SignatoryForm
from portal.paging import paged
from services.core import clock
from services.core.permissions import Permission
from services.laboratory.operations.certifying import authorise_signatory, end_signatory
from services.laboratory.queries import capability as queries


@bp.route("/laboratory/capability/signatories", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def signatories():
    """List the authorisations, and give one."""
    form = SignatoryForm(people=queries.possible_signatories(db.session(), provider_id()))
    done = carry_out(
        form,
        lambda work: authorise_signatory(
            work, form.person_id.data, form.fields.data, form.valid_from.data, form.valid_until.data
        ),
        leads_to=url_for("laboratory.signatories"),
        done=gettext("The signatory is authorised."),
    )
    return done or form_page(
        "laboratory/capability/signatories.html",
        form,
        page=paged(queries.signatories_found(provider_id())),
        today=clock.local_day(clock.now()),
    )


@bp.route("/laboratory/capability/signatories/<id:signatory_id>/end", methods=["GET", "POST"])
@holds(Permission.CAPABILITY_EDIT)
def signatory_end(signatory_id: int):
    """End an authorisation early."""
    row = queries.signatory_of(db.session(), provider_id(), signatory_id)
    form = EndForm(data={"valid_until": clock.local_day(clock.now())})
    done = carry_out(
        form,
        lambda work: end_signatory(work, signatory_id, form.valid_until.data),
        leads_to=url_for("laboratory.signatories"),
        done=gettext("The authorisation ends on that day."),
    )
    return done or form_page("laboratory/capability/signatory_end.html", form, row=row)
