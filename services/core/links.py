"""Addresses of pages, for letters and messages written where no web framework is; a test holds them to the routes."""

from __future__ import annotations


def booking(booking_id: int) -> str:
    """A booking as the firm sees it."""
    return f"/bookings/{booking_id}"


def booking_desk(booking_id: int) -> str:
    """A booking as the centre sees it."""
    return f"/bookings/desk/{booking_id}"


def invitation(token: str) -> str:
    """The page on which an invitation is accepted."""
    return f"/organisations/invitations/{token}"


def my_organisation() -> str:
    """The active organisation's own entry."""
    return "/organisations/mine"


def forgotten_password() -> str:
    """Where a new password is set with a code."""
    return "/accounts/forgotten"


def profile() -> str:
    """One's own account."""
    return "/accounts/profile"


def second_factor() -> str:
    """Where the second factor is set up, and its recovery codes are counted."""
    return "/accounts/factor"


def colleagues() -> str:
    """The people of the active organisation, with the requests of those who want to join."""
    return "/organisations/people"


def organisation(organisation_id: int) -> str:
    """An organisation's public page."""
    return f"/organisations/{organisation_id}"


def commission_reports(commission_id: int) -> str:
    """The reports of a commission as the client sees them."""
    return f"/commissions/{commission_id}/reports"


def report_desk(report_id: int) -> str:
    """A report as the laboratory sees it."""
    return f"/laboratory/reports/{report_id}"


def objection(objection_id: int) -> str:
    """An objection as the client sees it."""
    return f"/objections/{objection_id}"


def objection_desk(objection_id: int) -> str:
    """An objection as the laboratory sees it."""
    return f"/laboratory/objections/{objection_id}"


def verification(code: str) -> str:
    """What everybody sees of the report with this verification code."""
    return f"/verify/{code}"


def commission(commission_id: int) -> str:
    """A commission as its client sees it."""
    return f"/commissions/{commission_id}"


def commission_answer(commission_id: int) -> str:
    """Where the client answers a question of the laboratory."""
    return f"/commissions/{commission_id}/answer"


def commission_deviation(commission_id: int) -> str:
    """Where the client decides about a sample that is not as ordered."""
    return f"/commissions/{commission_id}/deviation"


def commission_end(commission_id: int) -> str:
    """Where the client answers a request to terminate."""
    return f"/commissions/{commission_id}/termination"


def consultation(consultation_id: int) -> str:
    """A question to the laboratory as whoever asked sees it."""
    return f"/consultations/{consultation_id}"


def post(no: str) -> str:
    """A post of the board."""
    return f"/board/{no}"


def post_draft(post_id: int) -> str:
    """A draft of one's own firm, which has no number yet."""
    return f"/board/drafts/{post_id}"


def post_desk(no: str) -> str:
    """A post as its reviewers see it."""
    return f"/board/desk/posts/{no}"


def abuse_desk() -> str:
    """The reports of abuse that its reviewers decide about."""
    return "/board/desk/reports"


def my_posts() -> str:
    """The posts of one's own firm."""
    return "/board/mine"


def interest(no: str) -> str:
    """An interest in a post, as each of its sides sees it."""
    return f"/board/interests/{no}"


def interests() -> str:
    """The interests that one's firm sent and received."""
    return "/board/interests"


def matches() -> str:
    """The counterparts that were found for the posts of one's firm."""
    return "/board/matches"


def saved_searches() -> str:
    """What one looks for on the board again and again."""
    return "/board/searches"


def statement(statement_id: int) -> str:
    """A monthly statement as the firm sees it."""
    return f"/billing/statements/{statement_id}"
