"""The sample counter, made for a scanner: a number leads to the sample, the sample to its receipt, and labels."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.components import may
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.files import uploads_folder
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.sample_forms import DEVIATE, REFUSE, ArrivalForm
from portal.paging import paged
from services.core.files import store
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations import samples as operations
from services.laboratory.queries import samples as queries
from services.laboratory.rules.custody import LABELLED, RECEIVING
from services.laboratory.rules.states import SAMPLE_STEPS
from services.laboratory.samples_errors import NothingToLabel

PER_PAGE = 20


@bp.route("/laboratory/counter")
@holds(Permission.SAMPLE_HANDLE)
def counter():
    """Lead from a scanned number to its page; show what is awaited."""
    code = queries.plain_code(request.args.get("code", ""))
    receives = may(Permission.SAMPLE_RECEIVE, provider_id())
    found = queries.find(db.session(), provider_id(), code) if code else None
    if found is not None:
        return redirect(_page_of(found, receives=receives))
    if code and not receives:
        flash(gettext("Nothing here has the number %(code)s.", code=code), "warning")
    page = paged(queries.awaited(provider_id(), code), per_page=PER_PAGE) if receives else None
    return render_template("laboratory/counter/counter.html", code=code, page=page)


def _page_of(found: Sample | Commission, *, receives: bool) -> str:
    """Return where a scanned number leads: the receipt of what is awaited, else the thing itself."""
    if isinstance(found, Sample):
        awaited = receives and found.state is SampleState.EXPECTED
        return url_for("laboratory.arrival" if awaited else "laboratory.sample", sample_id=found.id)
    if receives:
        return url_for("laboratory.counter_commission", commission_id=found.id)
    return url_for("laboratory.samples", q=found.no, show="all")


@bp.route("/laboratory/counter/<id:commission_id>")
@holds(Permission.SAMPLE_RECEIVE)
def counter_commission(commission_id: int):
    """Show the samples of a commission, the next to receive on top of its buttons."""
    commission = queries.commission_at(db.session(), provider_id(), commission_id)
    samples = queries.samples_of(db.session(), [commission_id])
    awaited = [one for one in samples if one.state is SampleState.EXPECTED]
    return render_template(
        "laboratory/counter/commission.html",
        commission=commission,
        samples=samples,
        next=awaited[0] if awaited and commission.state in RECEIVING else None,
        receiving=commission.state in RECEIVING,
        labelled=any(one.state in LABELLED for one in samples),
    )


@bp.route("/laboratory/samples/<id:sample_id>/arrival", methods=["GET", "POST"])
@holds(Permission.SAMPLE_RECEIVE)
def arrival(sample_id: int):
    """Take a sample in, record a deviation, or refuse it; the next awaited one follows."""
    sample = queries.sample_at(db.session(), provider_id(), sample_id)
    is_open = sample.commission.state in RECEIVING and sample.state in SAMPLE_STEPS["refuse"][0]
    if not is_open and request.method == "GET":
        return redirect(url_for("laboratory.sample", sample_id=sample_id))
    form, firm_id = ArrivalForm(sample), sample.commission.organisation_id

    def take_in(work: Work) -> Sample:
        stored = form.photo.upload and store(
            work, uploads_folder(), form.photo.upload, organisation_id=firm_id, purpose="sample"
        )
        seen = form.arrival(stored.id if stored else None)
        if form.decision.data == DEVIATE:
            return operations.deviate(work, sample_id, seen, deviation=form.deviation.data or "")
        if form.decision.data == REFUSE:
            return operations.refuse(work, sample_id, seen, reason=form.reason)
        return operations.receive(work, sample_id, seen)

    done = gettext("%(no)s is recorded.", no=sample.no)
    return carry_out(form, take_in, leads_to=_next_of, done=done) or _arrival_page(sample_id, form)


def _next_of(sample: Sample) -> str:
    """Return where the counter goes on: the next awaited sample of the same commission, else the commission."""
    following = queries.next_awaited(db.session(), sample.commission_id)
    if following is not None:
        return url_for("laboratory.arrival", sample_id=following)
    return url_for("laboratory.counter_commission", commission_id=sample.commission_id)


def _arrival_page(sample_id: int, form: ArrivalForm):
    sample = queries.sample_at(db.session(), provider_id(), sample_id)
    return form_page(
        "laboratory/counter/arrival.html",
        form,
        sample=sample,
        commission=sample.commission,
        siblings=queries.samples_of(db.session(), [sample.commission_id]),
        tests=queries.tests_on(db.session(), sample),
        places=queries.places(db.session(), provider_id()),
    )


# Labels --------------------------------------------------------------------------------------------------------------


@bp.route("/laboratory/samples/<id:sample_id>/label")
@holds(Permission.SAMPLE_HANDLE)
def sample_label(sample_id: int):
    """Show the label of a sample to print, and those of its parts."""
    sample = queries.sample_at(db.session(), provider_id(), sample_id)
    return _labels(sample.commission, [sample, *queries.parts_of(db.session(), sample_id)])


@bp.route("/laboratory/counter/<id:commission_id>/labels")
@holds(Permission.SAMPLE_RECEIVE)
def commission_labels(commission_id: int):
    """Show the labels of every sample of a commission to print."""
    commission = queries.commission_at(db.session(), provider_id(), commission_id)
    return _labels(commission, queries.samples_of(db.session(), [commission_id]))


def _labels(commission: Commission, samples: list[Sample]):
    """Show the labels of what is at the laboratory or still to come. Raises NothingToLabel when that is nothing."""
    marks = [(one, _qr(one.no or "")) for one in samples if one.state in LABELLED]
    if not marks:
        raise NothingToLabel(no=commission.no)
    return render_template("laboratory/counter/labels.html", marks=marks)


def _qr(number: str) -> str:
    """Return the address behind a sample's number as a picture; a scanner at the counter and a telephone both read it."""
    address = f"{current_app.config['PORTAL'].base_url}{url_for('laboratory.counter', code=number)}"
    return segno.make(address, error="m").svg_data_uri(border=0)
