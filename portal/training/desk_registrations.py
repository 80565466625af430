"""The desk of the training centre: who is registered for a class, who waits, and what is decided about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import make_response, render_template, request, url_for

from portal.access import holds
from portal.components import state_word, word
from portal.csv_files import csv_answer
from portal.desk import (
    ActionForm,
    DeskForm,
    ReasonForm,
    asked_word,
    asked_words,
    carry_out,
    not_done,
    provider_id,
)
from portal.extensions import db
from portal.i18n import gettext, ngettext
from portal.paging import paged
from portal.training import bp
from portal.training.book import identity_book
from portal.training.desk_classes import own_class
from portal.training.desk_forms import IdentityForm
from portal.training.telling import timeline_of, why_passed_over
from portal.work import begin_work
from services.billing.rules import payment_state
from services.core import clock
from services.core.errors import RuleBroken
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations.registering import approve, reject
from services.training.operations.trainees import read_identity
from services.training.queries import desk as queries
from services.training.queries.desk import Who
from services.training.queries.mine import history_of, places

TO_DECIDE = frozenset({RegistrationState.PENDING, RegistrationState.WAITLISTED})
MOST_PRINTED = 1000
MOST_AT_ONCE = 100


@bp.route("/training/desk/classes/<class_no>/registrations")
@holds(Permission.CLASS_RUN)
def desk_registrations(class_no: str):
    """List the registrations for a class."""
    found = own_class(class_no)
    who, words = asked_word(Who, "show") or Who.LIVE, asked_words()
    page = paged(queries.registrations_at(found.id, who, words), per_page=50, scalars=False)
    return render_template(
        "training/desk/registrations.html",
        training_class=found,
        course=found.course,
        page=page,
        who=who,
        words=words,
        counts=queries.registration_counts(db.session(), found.id),
        payments={order.id: payment_state(order) for _, order in page.items if order is not None},
        action=ActionForm(mark="action", fresh=True),
        to_decide=TO_DECIDE,
    )


@bp.route("/training/desk/classes/<class_no>/registrations/approval", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_approve_several(class_no: str):
    """Approve the registrations that are ticked; all of them, or none."""
    own_class(class_no)
    form = ActionForm(mark="action")
    chosen = [int(one) for one in request.form.getlist("chosen") if one.isascii() and one.isdigit()][:MOST_AT_ONCE]

    def approve_all(work: Work) -> None:
        if not chosen:
            raise RuleBroken(N_("Please tick at least one registration."))
        for registration_id in sorted(set(chosen)):
            queries.registration_at(work.session, provider_id() or 0, registration_id)
            approve(work, registration_id)

    address = url_for("training.desk_registrations", class_no=class_no)
    done = ngettext("%(num)s registration is approved.", "%(num)s registrations are approved.", len(set(chosen)))
    return carry_out(form, approve_all, leads_to=address, done=done) or not_done(form, address)


@bp.route("/training/desk/registrations/<id:registration_id>")
@holds(Permission.CLASS_RUN)
def desk_registration(registration_id: int):
    """Show a registration to the centre."""
    return _page(_own(registration_id))


def _own(registration_id: int) -> Registration:
    return queries.registration_at(db.session(), provider_id() or 0, registration_id)


def _page(found: Registration, *, number: str = "", **sent: DeskForm) -> Any:
    session = db.session()
    place = places(session, [found]).get(found.id)
    forms = {
        "approve": ActionForm(mark="approve", fresh=True),
        "reject": ReasonForm(mark="reject", fresh=True),
        "identity": IdentityForm(mark="identity", fresh=True),
    } | sent
    page = render_template(
        "training/desk/registration.html",
        registration=found,
        training_class=found.training_class,
        course=found.training_class.course,
        trainee=found.trainee,
        forms=forms,
        sent=next(iter(sent.values()), None),
        number=number,
        place=place,
        why=why_passed_over(found, place),
        order=queries.order_of(session, found),
        history=timeline_of(history_of(session, found.id)),
        to_decide=found.state in TO_DECIDE,
        now=clock.now(),
    )
    answer = make_response(page, next((form.status for form in sent.values() if not number), 200))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/training/desk/registrations/<id:registration_id>/approval", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_approve(registration_id: int):
    """Approve a registration."""
    _own(registration_id)
    form = ActionForm(mark="approve")
    done = carry_out(
        form,
        lambda work: approve(work, registration_id),
        leads_to=url_for("training.desk_registration", registration_id=registration_id),
        done=gettext("The registration is approved."),
    )
    return done or _page(_own(registration_id), approve=form)


@bp.route("/training/desk/registrations/<id:registration_id>/rejection", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_reject(registration_id: int):
    """Refuse a registration with a reason; its seat goes to whoever waits."""
    _own(registration_id)
    form = ReasonForm(mark="reject")
    done = carry_out(
        form,
        lambda work: reject(work, registration_id, form.reason.data),
        leads_to=url_for("training.desk_registration", registration_id=registration_id),
        done=gettext("The registration is refused; the person is told why."),
    )
    return done or _page(_own(registration_id), reject=form)


@bp.route("/training/desk/registrations/<id:registration_id>/identity", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_identity(registration_id: int):
    """Show the full identity number once, and keep who read it and why."""
    _own(registration_id)
    form, number = IdentityForm(mark="identity"), ""
    if form.submitted():
        try:
            with begin_work() as work:
                number = read_identity(work, identity_book(), registration_id, form.reason.data)
        except RuleBroken as error:
            form.blame(error)
    return _page(_own(registration_id), number=number, identity=form)


# On paper and as a table --------------------------------------------------------------------------------------------


@bp.route("/training/desk/classes/<class_no>/registrations/print")
@holds(Permission.CLASS_RUN)
def desk_registrations_print(class_no: str):
    """Show the people of a class on A4, those with a certain seat first and then those who wait."""
    found = own_class(class_no)
    certain, waiting = (
        db.session.execute(queries.registrations_at(found.id, who).limit(MOST_PRINTED)).all()
        for who in (Who.CERTAIN, Who.WAITING)
    )
    return render_template(
        "training/desk/registrations_print.html",
        training_class=found,
        course=found.course,
        certain=[one for one, _ in certain],
        waiting=[one for one, _ in waiting],
        now=clock.now(),
    )


@bp.route("/training/desk/classes/<class_no>/registrations.csv")
@holds(Permission.CLASS_RUN)
def desk_registrations_export(class_no: str):
    """Return the registrations for a class as a table; identity numbers are masked."""
    found, who = own_class(class_no), asked_word(Who, "show") or Who.ALL
    head = [
        gettext("No."),
        gettext("Name"),
        gettext("Sex"),
        gettext("Identity number"),
        gettext("Mobile number"),
        gettext("Education"),
        gettext("Employer"),
        gettext("Job"),
        gettext("Registered by"),
        gettext("State"),
        gettext("Place in the queue"),
        gettext("Fee (yuan)"),
        gettext("Paid (yuan)"),
        gettext("Registered at"),
    ]
    return csv_answer(f"{found.no}.csv", head, _lines(found, who))


def _lines(found: TrainingClass, who: Who) -> Iterator[list[object]]:
    for one, order in db.session.execute(queries.registrations_at(found.id, who).limit(MOST_PRINTED)):
        trainee, firm = one.trainee, one.organisation
        yield [
            one.no,
            trainee.name,
            word(trainee.sex),
            trainee.identity_masked,
            trainee.mobile,
            trainee.education,
            one.employer,
            one.job,
            firm.label if firm else gettext("The trainee"),
            state_word("registration", one.state),
            one.place if one.state is RegistrationState.WAITLISTED else None,
            yuan_text(found.fee_fen),
            yuan_text(order.paid_fen - order.refunded_fen) if order else None,
            clock.local(one.registered_at).strftime("%Y-%m-%d %H:%M"),
        ]
