"""How courses and classes are told: whom a course takes, what it leads to, and the times of a class."""

from __future__ import annotations

from datetime import date

from flask_babel import format_date, get_locale

from portal.components import word
from portal.i18n import gettext, ngettext
from portal.times import span_text
from portal.training import bp
from services.training.models.courses import CertificateKind, Course, TrainingClass
from services.training.rules.eligibility import youngest_of


def conditions_of(course: Course) -> list[str]:
    """Return whom the course takes, in sentences."""
    ages = gettext("From the age of %(age)s", age=youngest_of(course))
    if course.max_age is not None:
        ages = gettext("From %(least)s to %(most)s years of age", least=youngest_of(course), most=course.max_age)
    sentences = [ages]
    if course.is_hazardous:
        sentences.append(gettext("Hazardous work: nobody under 18 is admitted"))
    if course.education:
        sentences.append(gettext("Education: %(education)s", education=course.education))
    if course.needs_health:
        sentences.append(gettext("A health certificate is needed"))
    if course.prior_certificate:
        sentences.append(gettext("Certificate held before: %(name)s", name=course.prior_certificate))
    return sentences


@bp.app_template_filter("outcome")
def outcome_of(course: Course) -> str:
    """Return what a graduate gets, and how long it holds."""
    if course.certificate in {CertificateKind.NONE, CertificateKind.AUTHORITY} or course.certificate_months is None:
        return word(course.certificate)
    months = ngettext("valid for %(num)s month", "valid for %(num)s months", course.certificate_months)
    return gettext("%(certificate)s, %(validity)s", certificate=word(course.certificate), validity=months)


@bp.app_template_filter("examination")
def examination_of(course: Course) -> str:
    """Return how the course is examined, and what passing asks for."""
    parts = {
        (True, True): gettext("Theory and practice"),
        (True, False): gettext("Theory"),
        (False, True): gettext("Practice"),
        (False, False): gettext("No examination"),
    }
    named = parts[course.has_theory_test, course.has_practice_test]
    if not course.has_theory_test and not course.has_practice_test:
        return gettext("%(parts)s; attendance of %(percent)s%%", parts=named, percent=course.attendance_percent)
    return gettext(
        "%(parts)s; %(score)s points to pass, attendance of %(percent)s%% to be admitted",
        parts=named,
        score=course.pass_score,
        percent=course.attendance_percent,
    )


@bp.app_template_filter("class_times")
def times_of(training_class: TrainingClass) -> str:
    """Return at what times of the week a class meets, as far as its centre says."""
    if training_class.is_evening and training_class.is_weekend:
        return gettext("Evenings and weekends")
    if training_class.is_evening:
        return gettext("Evening class")
    return gettext("Weekend class") if training_class.is_weekend else gettext("Daytime on working days")


@bp.app_template_filter("month_name")
def month_name(day: date) -> str:
    """Return the month of a day in the reader's language."""
    return format_date(day, "yyyy年M月" if str(get_locale()).startswith("zh") else "MMMM yyyy")


bp.app_template_filter("span")(span_text)
