"""Subsidy claims: the centre lists and submits them, the department pays or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for

from portal.access import holds
from portal.components import state_word, word
from portal.csv_files import csv_answer
from portal.current import actor
from portal.desk import ActionForm, ReasonForm, asked_word, asked_words, press, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.training import bp
from portal.training.book import identity_book
from portal.work import begin_work
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.training.models.outcomes import ClaimState, SubsidyClaim
from services.training.operations import subsidies as operations
from services.training.queries import subsidies as queries
from services.training.queries.teaching import class_of_staff

MOST_EXPORTED = 5000
LONGEST_NUMBER = 24


@bp.route("/subsidies/classes")
@holds(Permission.CLASS_RUN)
def subsidies():
    """List the finished classes of the centre whose course carries a subsidy."""
    page = paged(queries.subsidised_classes(actor().organisation_id), scalars=False)
    return render_template("training/subsidies/index.html", page=page)


@bp.route("/classes/<class_no>/subsidies")
@holds(Permission.CLASS_RUN)
def class_subsidies(class_no: str):
    """Show for whom of a class a subsidy can be claimed, why not for the others, and how far the claims are."""
    training_class = class_of_staff(db.session(), actor(), class_no)
    today = clock.local_day(clock.now())
    return render_template(
        "training/subsidies/class.html",
        training_class=training_class,
        course=training_class.course,
        candidates=queries.candidates_of(db.session(), training_class, today),
        refused=queries.refused_of_class(db.session(), training_class.id),
        action=ActionForm(mark="action", fresh=True),
    )


@bp.route("/classes/<class_no>/subsidies/list", methods=["POST"])
@holds(Permission.CLASS_RUN)
def list_claims(class_no: str):
    """Put everybody on the list for whom a subsidy can be claimed."""
    training_class = class_of_staff(db.session(), actor(), class_no)
    address, told = url_for("training.class_subsidies", class_no=class_no), N_("The claims are listed.")
    return press(ActionForm(), address, told, operations.list_class, training_class.id)


@bp.route("/classes/<class_no>/subsidies/submission", methods=["POST"])
@holds(Permission.CLASS_RUN)
def submit_claims(class_no: str):
    """Submit the listed claims of a class to the department."""
    training_class = class_of_staff(db.session(), actor(), class_no)
    address, told = url_for("training.class_subsidies", class_no=class_no), N_("The claims are submitted.")
    return press(ActionForm(), address, told, operations.submit_class, training_class.id)


@bp.route("/subsidies/<id:claim_id>/removal", methods=["POST"])
@holds(Permission.CLASS_RUN)
def drop_claim(claim_id: int):
    """Take a claim off the list before it is submitted."""
    claim = queries.claim_at(db.session(), provider_id() or 0, claim_id)
    form, address = ReasonForm(), url_for("training.class_subsidies", class_no=claim.registration.training_class.no)
    return press(form, address, N_("The claim is off the list."), operations.drop_claim, claim_id, form.reason.data)


@bp.route("/classes/<class_no>/subsidies/print", methods=["POST"])
@holds(Permission.CLASS_RUN)
def print_claims(class_no: str):
    """Print the claim list with full identity numbers; that they were read is kept."""
    class_of_staff(db.session(), actor(), class_no)
    return _claim_list(class_no)


@bp.route("/classes/<class_no>/subsidies.csv")
@holds(Permission.CLASS_RUN)
def export_claims(class_no: str):
    """Save the claims of a class as a table, identity numbers masked."""
    class_of_staff(db.session(), actor(), class_no)
    return _table(db.session.scalars(queries.claims(class_no=class_no).limit(MOST_EXPORTED)).all())


@bp.route("/subsidies")
@holds(Permission.SUBSIDY_DECIDE)
def subsidies_desk():
    """List the claims that were submitted to the department, narrowed by state, class and name, with their sums."""
    state, words, class_no = asked_word(ClaimState, "state"), asked_words(), _asked_class()
    every = queries.sent_claims(db.session(), actor(), class_no=class_no, words=words)
    return render_template(
        "training/subsidies/desk.html",
        page=paged(queries.sent_claims(db.session(), actor(), state=state, class_no=class_no, words=words)),
        sums=queries.sums(db.session(), every),
        states=[one for one in ClaimState if one in queries.SENT],
        state=state,
        words=words,
        class_no=class_no,
        action=ActionForm(mark="action", fresh=True),
    )


@bp.route("/subsidies.csv")
@holds(Permission.SUBSIDY_DECIDE)
def export_sent_claims():
    """Save what the list of the department shows as a table, identity numbers masked."""
    statement = queries.sent_claims(
        db.session(), actor(), state=asked_word(ClaimState, "state"), class_no=_asked_class(), words=asked_words()
    )
    return _table(db.session.scalars(statement.limit(MOST_EXPORTED)).all())


@bp.route("/subsidies/<id:claim_id>")
@holds(Permission.SUBSIDY_DECIDE)
def claim(claim_id: int):
    """Show a submitted claim: what it is computed from, its certificate, its steps, and the decision."""
    found = queries.sent_claim(db.session(), actor(), claim_id)
    return _claim_page(found, ReasonForm(mark="refuse", fresh=True))


@bp.route("/subsidies/<id:claim_id>/payment", methods=["POST"])
@holds(Permission.SUBSIDY_DECIDE)
def pay_claim(claim_id: int):
    """Record that a claim is paid."""
    queries.sent_claim(db.session(), actor(), claim_id)
    address = url_for("training.claim", claim_id=claim_id)
    return press(ActionForm(), address, N_("The claim is recorded as paid."), operations.pay_claim, claim_id)


@bp.route("/subsidies/<id:claim_id>/refusal", methods=["POST"])
@holds(Permission.SUBSIDY_DECIDE)
def refuse_claim(claim_id: int):
    """Refuse a claim, with the reason."""
    found, form = queries.sent_claim(db.session(), actor(), claim_id), ReasonForm(mark="refuse")
    if not form.submitted():
        return _claim_page(found, form)
    address = url_for("training.claim", claim_id=claim_id)
    told = N_("The claim is refused; the centre reads the reason.")
    return press(form, address, told, operations.refuse_claim, claim_id, form.reason.data)


@bp.route("/subsidies/classes/<class_no>/payment", methods=["POST"])
@holds(Permission.SUBSIDY_DECIDE)
def pay_class(class_no: str):
    """Record that every submitted claim of a class is paid."""
    address = url_for("training.subsidies_desk", **{"class": class_no})
    return press(ActionForm(), address, N_("The claims are recorded as paid."), operations.pay_class, class_no)


@bp.route("/subsidies/classes/<class_no>/print", methods=["POST"])
@holds(Permission.SUBSIDY_DECIDE)
def print_sent_claims(class_no: str):
    """Print the submitted list of a class with full identity numbers; that they were read is kept."""
    return _claim_list(class_no)


def _asked_class() -> str:
    return request.args.get("class", "")[:LONGEST_NUMBER]


def _claim_page(found: SubsidyClaim, form: ReasonForm) -> Any:
    page = render_template(
        "training/subsidies/claim.html",
        claim=found,
        registration=found.registration,
        history=queries.history_of(db.session(), found.id),
        action=ActionForm(mark="action", fresh=True),
        form=form,
    )
    return page, form.status if form.errors else 200


def _claim_list(class_no: str) -> str:
    """Return the claim list of a class on paper."""
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        numbers = operations.identities_on_list(work, identity_book(), class_no)
    rows = db.session.scalars(queries.claims(class_no=class_no).limit(MOST_EXPORTED)).all()
    listed = [one for one in reversed(rows) if one.registration_id in numbers and one.state is not ClaimState.REFUSED]
    if not listed:
        raise NotFound
    return render_template(
        "documents/claim_list.html",
        training_class=listed[0].registration.training_class,
        claims=listed,
        numbers=numbers,
        total=sum(one.amount_fen for one in listed),
        now=clock.now(),
    )


def _table(claims: Sequence[SubsidyClaim]) -> Any:
    head = (
        N_("Name"), N_("Identity number"), N_("Mobile"), N_("Class"), N_("Course"), N_("Occupation"), N_("Level"),
        N_("Certificate no."), N_("Paid by"), N_("Fee (yuan)"), N_("Subsidy (yuan)"), N_("State"), N_("Reason"),
    )  # fmt: skip
    rows = [_row(one) for one in reversed(claims)]
    return csv_answer("subsidies.csv", [gettext(one) for one in head], rows)


def _row(claim: SubsidyClaim) -> list[object]:
    registration = claim.registration
    payer = registration.organisation.name if registration.organisation else gettext("The trainee")
    return [
        registration.trainee.name,
        registration.trainee.identity_masked,
        registration.trainee.mobile,
        registration.training_class.no,
        registration.training_class.course.title,
        claim.occupation,
        word(claim.level),
        claim.certificate.no,
        payer,
        yuan_text(claim.facts["fee_fen"]),
        yuan_text(claim.amount_fen),
        state_word("claim", claim.state),
        claim.state_reason,
    ]
