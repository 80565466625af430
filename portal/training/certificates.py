"""Certificates: issued by the centre for one or for all who passed, their pages and files, replaced and taken back."""

from __future__ import annotations

from typing import Any

import segno
from flask import abort, current_app, render_template, url_for
from wtforms import StringField
from wtforms.validators import Length, Optional

from portal.access import holds, signed_in
from portal.components import may, word
from portal.current import actor
from portal.desk import ActionForm, DeskForm, ReasonForm, carry_out, press, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.forms.fields import Required
from portal.i18n import gettext
from portal.training import bp
from portal.work import begin_work
from services.core import clock, links
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.documents.certificates import certificate_document
from services.training.models.courses import Level
from services.training.models.outcomes import Certificate, CertificateState, Part
from services.training.models.registrations import RegistrationState
from services.training.operations import certifying
from services.training.queries import certificates as queries
from services.training.queries.desk import registration_at
from services.training.queries.results import results_of
from services.training.queries.teaching import class_of_staff


class ReplaceForm(DeskForm):
    """Why a certificate is replaced, and how its holder is really called where that was wrong."""

    reason = StringField(N_("Reason"), validators=[Required(), Length(max=300)])
    name = StringField(N_("Name on the new certificate"), validators=[Optional(), Length(max=40)])


@bp.app_template_filter("level_word")
def level_word(level: str) -> str:
    """Return the level that a certificate names, nothing for none."""
    return "" if level == Level.NONE else word(Level(level))


@bp.app_template_filter("scores_line")
def scores_line(scores: dict[str, int]) -> str:
    """Return the scores that a certificate names on one line."""
    return " · ".join(f"{word(Part(part))} {score}" for part, score in scores.items())


@bp.route("/classes/<class_no>/certificates")
@holds(Permission.CLASS_RUN)
def certificates(class_no: str):
    """Show who of a class completed it, and their certificates."""
    training_class = class_of_staff(db.session(), actor(), class_no)
    results = results_of(db.session(), training_class)
    graduates = [one for one in results if one.registration.state is RegistrationState.COMPLETED]
    held = queries.certificates_of_class(db.session(), training_class.id)
    return render_template(
        "training/certificates/class.html",
        training_class=training_class,
        course=training_class.course,
        graduates=graduates,
        certificates=held,
        can_issue_all=any(one.registration.id not in held for one in graduates),
        is_ours=training_class.course.certificate in certifying.OURS,
        action=ActionForm(fresh=True),
    )


@bp.route("/classes/<class_no>/certificates/issue", methods=["POST"])
@holds(Permission.CLASS_RUN)
def issue_all(class_no: str):
    """Issue the certificates of everybody who completed the class and has none."""
    training_class = class_of_staff(db.session(), actor(), class_no)
    address, told = url_for("training.certificates", class_no=class_no), N_("The certificates are issued.")
    return press(ActionForm(), address, told, certifying.issue_all, training_class.id)


@bp.route("/registrations/<id:registration_id>/certificate", methods=["POST"])
@holds(Permission.CLASS_RUN)
def issue(registration_id: int):
    """Issue the certificate of one person."""
    registration = registration_at(db.session(), provider_id() or 0, registration_id)
    address = url_for("training.certificates", class_no=registration.training_class.no)
    told = N_("The certificate is issued.")
    return press(ActionForm(), address, told, certifying.issue_certificate, registration_id)


@bp.route("/certificates/<no>")
@signed_in
def certificate(no: str):
    """Show a certificate to its holder, whoever registered, the company that paid, and its centre."""
    found = queries.readable_certificate(db.session(), actor(), no)
    return _certificate_page(found)


@bp.route("/certificates/<no>/file", methods=["POST"])
@signed_in
def certificate_file(no: str):
    """Hand out the signed PDF of a certificate; it is made when somebody asks for it first, and then stays the same."""
    found = queries.readable_certificate(db.session(), actor(), no)
    if not ActionForm().submitted():
        abort(400)
    file = queries.file_of(db.session(), found.id)
    if file is None:
        settings = current_app.config["PORTAL"]
        pdf = certificate_document(found.contents, found.token, settings.base_url, settings.instance, clock.now())
        with begin_work() as work:
            file = certifying.keep_file(work, no, pdf, uploads_folder())
    return send_attachment(file)


@bp.route("/certificates/<no>/replacement", methods=["POST"])
@holds(Permission.CLASS_RUN)
def replace(no: str):
    """Issue a corrected certificate in place of one."""
    found, form = _of_centre(no), ReplaceForm(mark="replace")
    done = carry_out(
        form,
        lambda work: certifying.replace_certificate(work, found.id, form.reason.data or "", name=form.name.data or ""),
        leads_to=lambda made: url_for("training.certificate", no=made.no),
        done=gettext("The certificate is replaced. The old one says so wherever it is verified."),
    )
    return done or _certificate_page(found, form)


@bp.route("/certificates/<no>/revocation", methods=["POST"])
@holds(Permission.CLASS_RUN)
def revoke(no: str):
    """Take a certificate back."""
    found, form = _of_centre(no), ReasonForm(mark="revoke")
    done = carry_out(
        form,
        lambda work: certifying.revoke_certificate(work, found.id, form.reason.data or ""),
        leads_to=url_for("training.certificate", no=no),
        done=gettext("The certificate is revoked. It says so wherever it is verified."),
    )
    return done or _certificate_page(found, revoke_form=form)


def _of_centre(no: str) -> Certificate:
    found = queries.readable_certificate(db.session(), actor(), no)
    if not may(Permission.CLASS_RUN, found.registration.training_class.provider_id):
        raise NotFound
    return found


def _certificate_page(
    found: Certificate, replace_form: ReplaceForm | None = None, revoke_form: ReasonForm | None = None
) -> Any:
    address = f"{current_app.config['PORTAL'].base_url}{links.certificate_verification(found.token)}"
    sent = replace_form or revoke_form
    page = render_template(
        "training/certificates/show.html",
        certificate=found,
        contents=found.contents,
        registration=found.registration,
        address=address,
        picture=segno.make(address, error="m").svg_data_uri(scale=4, border=1),
        outcome=queries.outcome_of(found, clock.local_day(clock.now())),
        replaced_by=queries.successor_of(db.session(), found.id),
        can_change=found.state is CertificateState.ISSUED
        and may(Permission.CLASS_RUN, found.registration.training_class.provider_id),
        has_file=found.state is CertificateState.ISSUED or queries.file_of(db.session(), found.id) is not None,
        action=ActionForm(mark="action", fresh=True),
        replace=replace_form or ReplaceForm(mark="replace", fresh=True, name=found.contents["name"]),
        revoke=revoke_form or ReasonForm(mark="revoke", fresh=True),
        sent=sent,
    )
    return page, sent.status if sent else 200
