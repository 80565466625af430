"""Which letter belongs to which task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from services.mail import (
    billing,
    board,
    bookings,
    commissions,
    discipline,
    meetings,
    people,
    register,
    training,
    training_certificates,
)
from services.mail.letters import Letter

Composer = Callable[..., Letter | None]

LETTERS: dict[str, Composer] = {
    "mail.application_moved": register.application_moved,
    "mail.board_alerts": board.alerts,
    "mail.board_digest": board.digest,
    "mail.booking_to_staff": bookings.to_staff,
    "mail.case_news": discipline.case_news,
    "mail.consultation_answered": commissions.consultation_answered,
    "mail.contact_code": people.contact_code,
    "mail.contact_known": people.contact_known,
    "mail.dues_asked": register.dues_asked,
    "mail.dues_received": register.dues_received,
    "mail.dues_reminder": register.dues_reminder,
    "mail.invitation": people.invitation,
    "mail.mailing": discipline.mailing,
    "mail.meeting_called_off": meetings.called_off,
    "mail.meeting_convened": meetings.convened,
    "mail.notice_to_confirm": discipline.notice_to_confirm,
    "mail.password_changed": people.password_changed,
    "mail.report_void": commissions.report_void,
    "mail.send": people.plain,
    "mail.statement_made": billing.statement_made,
    "mail.training_certificate_issued": training_certificates.issued,
    "mail.training_certificate_replaced": training_certificates.replaced,
    "mail.training_certificate_revoked": training_certificates.revoked,
    "mail.training_offer": training.offer,
    "mail.training_over": training.over,
    "mail.training_postponed": training.postponed,
    "mail.training_refunded": training.refunded,
    "mail.training_reminder": training.reminder,
    "mail.training_replaced": training.replaced,
    "mail.training_standing": training.standing,
    "mail.verification_decided": people.verification_decided,
    **{f"mail.{letter}": partial(board.about_interest, letter) for letter in board.ABOUT_INTERESTS},
    **{f"mail.{letter}": partial(board.about_post, letter) for letter in board.ABOUT_POSTS},
    **{f"mail.{letter}": partial(bookings.to_client, letter) for letter in bookings.TO_CLIENT},
    **{f"mail.{letter}": partial(commissions.to_client, letter) for letter in commissions.TO_CLIENT},
    **{f"mail.{letter}": partial(commissions.about_objection, letter) for letter in commissions.ABOUT_OBJECTIONS},
}
"""``composer(session, **payload)`` reads the letter of a task, or returns None when nobody is to be told any more."""

SECRET = frozenset({"mail.contact_code", "mail.invitation", "mail.training_offer"})
"""Letters whose payload opens something; it is emptied once they are posted."""
