"""Verification of certificates by everybody: by number and name, by QR code, with the PDF itself, and for programs."""

from __future__ import annotations

from flask import jsonify, render_template
from wtforms import StringField
from wtforms.validators import Length

from portal.access import public
from portal.forms import PortalForm
from portal.forms.fields import Required
from portal.training import bp
from portal.verifying import FileForm, answered, verified
from services.core.messages import N_
from services.training.models.outcomes import CheckOutcome
from services.training.operations import verifying
from services.training.queries.certificates import Verification


class CertificateNumberForm(PortalForm):
    """The number of a certificate and the name on it."""

    no = StringField(N_("Certificate no."), validators=[Required(), Length(max=40)])
    name = StringField(N_("Name on the certificate"), validators=[Required(), Length(max=40)])

    @property
    def typed(self) -> tuple[str, str]:
        """The number and the name."""
        return self.no.data or "", self.name.data or ""


@bp.route("/certificates", methods=["GET", "POST"])
@public
def verify():
    """Verify a certificate by its number and name, or by its file; the answer stands on the same page."""
    number, file = CertificateNumberForm(), FileForm()
    return verified(
        number, file, _page, lambda work: verifying.verify_number(work, *number.typed), verifying.verify_file
    )


@bp.route("/v/<token>")
@public
def verify_certificate(token: str):
    """Tell whoever scans the QR code what the certificate says and is worth now; that somebody asked is noted."""
    number, file = CertificateNumberForm(formdata=None), FileForm(formdata=None)
    return answered(lambda work: verifying.verify_token(work, token), lambda found: _page(number, file, found))


@bp.route("/v/<token>.json")
@public
def certificate_json(token: str):
    """Tell the same to a program."""

    def show(found: Verification):
        return jsonify(found.data), 404 if found.outcome is CheckOutcome.NOT_FOUND else 200

    return answered(lambda work: verifying.verify_token(work, token), show)


def _page(
    number: CertificateNumberForm,
    file: FileForm,
    found: Verification | None = None,
    *,
    sent: PortalForm | None = None,
):
    page = render_template("training/certificates/verify.html", number=number, file=file, found=found, sent=sent)
    return page, 400 if sent else 200
