"""Forms of the platform's staff."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.forms import PortalForm
from portal.forms.fields import Required, UploadField, WholeNumberField
from services.core.messages import N_
from services.core.settings import DEFAULTS, RANGES

LONGEST_TABLE = 40_000


class ReasonForm(PortalForm):
    """Why something is done; the reason goes into the audit log."""

    reason = StringField(N_("Reason"), [Required(), Length(max=200)])


class DayForm(PortalForm):
    """What kind of day a date is."""

    kind = RadioField(N_("Kind of day"), [Required()])
    note = StringField(N_("Note"), [Optional(), Length(max=60)])


class PublishForm(PortalForm):
    """Where the arrangement of a year was published."""

    source = StringField(
        N_("Source"), [Required(), Length(max=200)], description=N_("For example the number and date of the notice.")
    )


class ImportForm(PublishForm):
    """A year as a table, pasted or in a file."""

    table = TextAreaField(
        N_("Table"),
        [Optional(), Length(max=LONGEST_TABLE)],
        description=N_(
            "One row per day: date, kind (holiday or make_up), note. For example: 2027-10-01,holiday,National Day"
        ),
        render_kw={"rows": 12},
    )
    file = UploadField(
        N_("Or a CSV file"), description=N_("Saved from a spreadsheet as CSV."), render_kw={"accept": ".csv,.txt"}
    )


SETTING_WORDS: dict[str, tuple[str, str]] = {
    "board.answer_days": (
        N_("Answer to an expression of interest (working days)"),
        N_("Poster and association are reminded after that."),
    ),
    "board.close_days": (
        N_("End of an unanswered interest (working days)"),
        N_("It is closed as unanswered and counts in the response rate of the poster."),
    ),
    "board.digest_hour": (
        N_("Hour of the daily digest"),
        N_("Firms are told of new matching posts once a day."),
    ),
    "board.interests_per_day": (N_("Interests a day"), N_("How many an organisation may send in a day.")),
    "board.posts_per_day": (N_("Posts a day"), N_("How many an organisation may send in a day.")),
    "board.posts_require_membership": (
        N_("Posting for members only"),
        N_("Where the cluster has no association, any verified firm posts."),
    ),
    "board.preapproved_after": (
        N_("Accepted posts until pre-approval"),
        N_("After so many, the posts of a member are published at once and reviewed afterwards."),
    ),
    "board.renewal_days": (
        N_("Renewal of an expired post (days)"),
        N_("How long after its end a post can be renewed."),
    ),
    "board.suspension_days": (
        N_("Suspension from posting (days)"),
        N_("After two upheld reports of abuse within 180 days."),
    ),
    "booking.hold_minutes": (
        N_("Hold of a slot (minutes)"),
        N_("How long a slot stays held while a form is filled in."),
    ),
    "booking.proposal_days": (N_("Answer to a proposal (days)"), N_("How long a firm has to agree to a proposal.")),
    "booking.no_show_grace_minutes": (
        N_("Grace before a no-show (minutes)"),
        N_("How long after the start staff may call a booking a no-show."),
    ),
    "booking.no_show_limit": (
        N_("No-shows before prepayment"),
        N_("After so many no-shows in 90 days a firm pays before it books."),
    ),
    "laboratory.cancel_fee_percent": (
        N_("Fee for cancelling a commission (%)"),
        N_("Charged when the client cancels after the samples have come and before testing begins."),
    ),
    "laboratory.certificate_warning_days": (
        N_("Warning before calibrations and certificates end (days)"),
        N_("From then on they are listed on the laboratory's board."),
    ),
    "laboratory.objection_answer_days": (
        N_("Answer to an objection (working days)"),
        N_("The day by which an objection is answered."),
    ),
    "laboratory.objection_days": (
        N_("Objections (days)"),
        N_("How long after a report was issued the client may object to it."),
    ),
    "laboratory.quotation_days": (N_("Validity of a quotation (days)"), N_("After that it lapses.")),
    "laboratory.reporting_days": (
        N_("From the last measurement to the report (working days)"),
        N_("Part of every promised date."),
    ),
    "laboratory.reviewer_may_sign": (
        N_("The reviewer of a report may also sign it"),
        N_("Only for laboratories whose quality manual allows it."),
    ),
    "laboratory.sample_days": (
        N_("Waiting for samples (working days)"),
        N_("A commission without samples is closed after that."),
    ),
    "security.staff_second_factor": (
        N_("Second factor for staff"),
        N_("Staff of centres and of the platform must set up a time-based code."),
    ),
    "training.decision_days": (
        N_("Days before a class begins when staff are asked about too few people"),
        N_("From then on they decide to cancel, to postpone, or to hold it anyway."),
    ),
    "training.late_refund_percent": (
        N_("Share of a course fee refunded after registration has closed (per cent)"),
        N_("Whoever withdraws before it closes gets everything back; after the class has begun, nothing."),
    ),
    "training.payment_hours": (
        N_("Payment of a seat in a class (hours)"),
        N_("An unpaid seat is free again after that."),
    ),
    "training.subsidy_age_men": (
        N_("Subsidy: men up to the age of"),
        N_("On the first day of the class; the department pays nothing beyond."),
    ),
    "training.subsidy_age_women": (
        N_("Subsidy: women up to the age of"),
        N_("On the first day of the class; the department pays nothing beyond."),
    ),
    "training.subsidy_junior": (
        N_("Subsidy, junior level (yuan)"),
        N_("The standard of the department for this level."),
    ),
    "training.subsidy_middle": (
        N_("Subsidy, middle level (yuan)"),
        N_("The standard of the department for this level."),
    ),
    "training.subsidy_senior": (
        N_("Subsidy, senior level (yuan)"),
        N_("The standard of the department for this level."),
    ),
    "training.subsidy_senior_technician": (
        N_("Subsidy, senior technician (yuan)"),
        N_("The standard of the department for this level."),
    ),
    "training.subsidy_special": (
        N_("Subsidy, special skill (yuan)"),
        N_("The standard of the department for this level."),
    ),
    "training.subsidy_technician": (
        N_("Subsidy, technician (yuan)"),
        N_("The standard of the department for this level."),
    ),
}


def field_name(setting: str) -> str:
    """Return the name of a setting's field; a dot would end an attribute."""
    return setting.replace(".", "_")


def _field(setting: str) -> object:
    label, description = SETTING_WORDS[setting]
    if setting not in RANGES:
        return BooleanField(label, description=description)
    low, high = RANGES[setting]
    return WholeNumberField(label, [Required()], minimum=low, maximum=high, description=description)


SettingsForm = type("SettingsForm", (PortalForm,), {field_name(name): _field(name) for name in DEFAULTS})
