"""Which function carries out which task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from services.association.operations.admitting import sweep_applications
from services.association.operations.case_clocks import follow_time
from services.association.operations.counting import close_due as close_votes
from services.association.operations.deciding import carry_out
from services.association.operations.invoicing import issue_due
from services.association.operations.mailing import mail_batch
from services.association.operations.notices import tell_readers
from services.association.operations.reminding import remind_of_dues
from services.association.operations.standings import recompute, recompute_batch
from services.billing.operations.statements import make_statements
from services.board.operations.clocks import close_unanswered, remind_of_interests
from services.board.operations.digests import alert_batch, digest_batch, start_digests
from services.board.operations.matching import match, match_all
from services.board.operations.sweeping import expire_due, remind_of_end
from services.booking.operations.sweeping import expire_overdue, remind
from services.jobs.cleaning import clean
from services.jobs.payments import settled
from services.jobs.reservations import displaced
from services.laboratory.operations.capability_watch import check_capabilities
from services.laboratory.operations.sweeping import (
    close_delivered,
    expire_unsent,
    lapse_quotations,
)
from services.mail import board as board_letters
from services.mail import bookings
from services.training.operations.classes import close_due
from services.training.operations.deciding import ask_decisions, recount
from services.training.operations.paying import follow_refund
from services.training.operations.promoting import promote_waiting
from services.training.operations.registering import sweep
from services.training.operations.reminding import remind as remind_of_class

Handler = Callable[..., Any]

HANDLERS: dict[str, Handler] = {
    "association.close_votes": close_votes,
    "association.issue_due": issue_due,
    "association.recompute": recompute,
    "association.recompute_batch": recompute_batch,
    "association.remind_of_dues": remind_of_dues,
    "association.sweep_applications": sweep_applications,
    "association.follow_time": follow_time,
    "association.mail_batch": mail_batch,
    "association.notice_published": tell_readers,
    "billing.make_statements": make_statements,
    "board.alert_batch": alert_batch,
    "board.close_unanswered": close_unanswered,
    "board.digest": start_digests,
    "board.digest_batch": digest_batch,
    "board.match": match,
    "board.match_all": match_all,
    "board.remind_of_interests": remind_of_interests,
    "board.expire_due": expire_due,
    "board.remind_of_end": remind_of_end,
    "booking.expire_overdue": expire_overdue,
    "booking.remind": remind,
    "jobs.clean": clean,
    "laboratory.check_capabilities": check_capabilities,
    "laboratory.close_delivered": close_delivered,
    "laboratory.expire_unsent": expire_unsent,
    "laboratory.lapse_quotations": lapse_quotations,
    "mail.posting_suspended": board_letters.promise_suspension,
    "order.refunded": follow_refund,
    "motion.decided": carry_out,
    "order.settled": settled,
    "reservation.displaced": displaced,
    "training.ask_decisions": ask_decisions,
    "training.close_due": close_due,
    "training.promote_waiting": promote_waiting,
    "training.recount": recount,
    "training.remind": remind_of_class,
    "training.sweep": sweep,
    **{f"mail.{letter}": partial(bookings.promise_to_centre, letter) for letter in bookings.TO_CENTRE},
}
"""Tasks that change the database: ``handler(work, **payload)`` runs in the transaction that marks the task done."""
