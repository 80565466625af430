"""The training record of a company's people: who took which course, what came of it, and what expires when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.components import state_word, word
from portal.csv_files import csv_answer
from portal.current import actor
from portal.desk import asked_words
from portal.extensions import db
from portal.i18n import gettext, local_date, translate
from portal.paging import paged
from portal.training import bp
from portal.training.telling import percent, scores_text
from portal.workbooks import workbook_answer
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.models.courses import Level
from services.training.queries.employer import MOST_EXPORTED, SHOWN, Asked, expiring_soon, records
from services.training.queries.mine import Outcome, outcomes, places

SHOWN_NAMES = dict(
    zip(
        SHOWN,
        (
            N_("All"),
            N_("Coming or waiting"),
            N_("Courses that are over"),
            N_("Certificate ends within 90 days"),
            N_("Certificate expired"),
        ),
        strict=True,
    )
)
HEADS = (
    N_("Name"),
    N_("Identity card"),
    N_("Job"),
    N_("Course"),
    N_("Level"),
    N_("Class"),
    N_("First day"),
    N_("Last day"),
    N_("State"),
    N_("Attended"),
    N_("Examination"),
    N_("Certificate of the course"),
    N_("Valid until"),
)


@bp.route("/training-records")
@holds(Permission.TRAINEE_REGISTER)
def employer():
    """List the registrations of the active organisation's people, with result and certificate."""
    session, today, asked = db.session(), clock.local_day(clock.now()), _asked()
    page = paged(records(actor().organisation_id, asked, today), scalars=False)
    registrations = [registration for registration, _ in page.items]
    return render_template(
        "training/employer.html",
        page=page,
        asked=asked,
        chips=[
            (translate(name), url_for("training.employer", show=key, q=asked.words or None), key == asked.show)
            for key, name in SHOWN_NAMES.items()
        ],
        outcomes=outcomes(session, registrations),
        places=places(session, registrations),
        percent=percent,
        scores_text=scores_text,
        soon=expiring_soon(session, actor().organisation_id, today),
        today=today,
    )


@bp.route("/training-records/export.<any(csv, xlsx):kind>")
@holds(Permission.TRAINEE_REGISTER)
def employer_export(kind: str):
    """Return the records that the list shows, all of them, as a table."""
    answer = csv_answer if kind == "csv" else workbook_answer
    return answer(f"training-records.{kind}", [translate(head) for head in HEADS], _rows())


def _asked() -> Asked:
    shown = request.args.get("show", "")
    return Asked(shown if shown in SHOWN else "all", asked_words(), asked_words("class"))


def _rows() -> Iterator[list[Any]]:
    statement = records(actor().organisation_id, _asked(), clock.local_day(clock.now())).limit(MOST_EXPORTED)
    rows = db.session.execute(statement).all()
    results = outcomes(db.session(), [registration for registration, _ in rows])
    for registration, certificate in rows:
        one, course = registration.training_class, registration.training_class.course
        outcome = results.get(registration.id, Outcome())
        yield [
            registration.trainee.name,
            registration.trainee.identity_masked,
            registration.job,
            course.title,
            "" if course.level is Level.NONE else word(course.level),
            one.no,
            one.starts_on,
            one.ends_on,
            state_word("registration", registration.state),
            percent(outcome.attended),
            scores_text(outcome),
            certificate.no if certificate else "",
            _validity(certificate),
        ]


def _validity(certificate: Any) -> str:
    if certificate is None:
        return ""
    return local_date(certificate.valid_until) if certificate.valid_until else gettext("for ever")
