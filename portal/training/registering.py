"""Registering one person for a class: oneself, or a worker of the firm one acts for."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from portal.access import signed_in
from portal.components import may
from portal.current import actor, organisation, person
from portal.desk import carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.book import identity_book
from portal.training.entry_forms import OneselfForm, PersonForm
from portal.training.rush import paced
from services.core import clock
from services.core.permissions import Permission
from services.core.work import Work
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, Trainee
from services.training.operations.enrolling import enrol_self, enrol_worker
from services.training.queries.classes import class_to_enter
from services.training.queries.mine import active_registration, trainee_of
from services.training.rules.standing import standing_of


@bp.route("/classes/<class_no>/register", methods=["GET", "POST"])
@signed_in
@paced
def register(class_no: str):
    """Register oneself, or with ``for=firm`` a worker of the active organisation."""
    training_class = class_to_enter(db.session(), class_no)
    class_id, enrol = training_class.id, enrol_worker if is_for_firm() else enrol_self
    form = _form(training_class)

    def operation(work: Work) -> Registration:
        return enrol(work, identity_book(), class_id, form.entry)

    done = carry_out(
        form,
        operation,
        leads_to=lambda one: url_for("training.registration", registration_id=one.id),
        done=gettext("The registration has arrived. Here you see how it stands."),
    )
    return done or _page(class_to_enter(db.session(), class_no), form)


def is_for_firm() -> bool:
    """Tell whether the request asks to register a worker of the active organisation, and it may."""
    return request.values.get("for") == "firm" and may(Permission.TRAINEE_REGISTER)


def _form(training_class: TrainingClass) -> PersonForm:
    if is_for_firm():
        return PersonForm(training_class)
    trainee, who = trainee_of(db.session(), actor().person_id), person()
    firm = organisation()
    data: dict[str, Any] = {"name": who.name, "mobile": who.mobile, "employer": firm.name if firm else ""}
    return OneselfForm(training_class, is_known=trainee is not None, data=data)


def _page(training_class: TrainingClass, form: PersonForm):
    session, now = db.session(), clock.now()
    trainee: Trainee | None = None if is_for_firm() else trainee_of(session, actor().person_id)
    return form_page(
        "training/register.html",
        form,
        training_class=training_class,
        course=training_class.course,
        trainee=trainee,
        is_for_firm=is_for_firm(),
        firm=organisation(),
        existing=active_registration(session, training_class.id, trainee.id) if trainee else None,
        standing=standing_of(training_class, now),
        now=now,
    )
