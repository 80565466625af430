"""Which letter belongs to which task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from services.mail import billing, board, bookings, commissions, people
from services.mail.letters import Letter

Composer = Callable[..., Letter | None]

LETTERS: dict[str, Composer] = {
    "mail.board_alerts": board.alerts,
    "mail.board_digest": board.digest,
    "mail.booking_to_staff": bookings.to_staff,
    "mail.consultation_answered": commissions.consultation_answered,
    "mail.contact_code": people.contact_code,
    "mail.contact_known": people.contact_known,
    "mail.invitation": people.invitation,
    "mail.password_changed": people.password_changed,
    "mail.report_void": commissions.report_void,
    "mail.send": people.plain,
    "mail.statement_made": billing.statement_made,
    "mail.verification_decided": people.verification_decided,
    **{f"mail.{letter}": partial(board.about_interest, letter) for letter in board.ABOUT_INTERESTS},
    **{f"mail.{letter}": partial(board.about_post, letter) for letter in board.ABOUT_POSTS},
    **{f"mail.{letter}": partial(bookings.to_client, letter) for letter in bookings.TO_CLIENT},
    **{f"mail.{letter}": partial(commissions.to_client, letter) for letter in commissions.TO_CLIENT},
    **{f"mail.{letter}": partial(commissions.about_objection, letter) for letter in commissions.ABOUT_OBJECTIONS},
}
"""``composer(session, **payload)`` reads the letter of a task, or returns None when nobody is to be told any more."""

SECRET = frozenset({"mail.contact_code", "mail.invitation"})
"""Letters whose payload opens something; it is emptied once they are posted."""
