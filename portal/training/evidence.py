"""The evidence of a class on paper: roster, timetable, attendance with its corrections, scores and certificates."""

from __future__ import annotations

from flask import render_template

from portal.access import holds
from portal.current import actor
from portal.extensions import db
from portal.training import bp
from services.core import clock
from services.core.permissions import Permission
from services.training.queries import teaching as queries
from services.training.queries.certificates import certificates_of_class
from services.training.queries.papers import documents_of
from services.training.queries.results import results_of


@bp.route("/classes/<class_no>/evidence")
@holds(Permission.CLASS_RUN)
def evidence(class_no: str):
    """Show everything that an inspector asks of a class, to be printed on A4."""
    training_class = queries.class_of_staff(db.session(), actor(), class_no)
    lessons = training_class.lessons
    return render_template(
        "documents/class_evidence.html",
        training_class=training_class,
        course=training_class.course,
        lessons=lessons,
        results=results_of(db.session(), training_class),
        attendances=queries.attendances_of(db.session(), [one.id for one in lessons]),
        corrections=queries.corrections_of(db.session(), training_class.id),
        certificates=certificates_of_class(db.session(), training_class.id),
        papers=documents_of(db.session(), training_class.id),
        now=clock.now(),
    )
