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


def class_desk(no: str) -> str:
    """A class of the training as its centre sees it."""
    return f"/training/desk/classes/{no}"


def class_decision(no: str) -> str:
    """Where the centre decides about a class with too few people."""
    return f"/training/desk/classes/{no}/decision"


def registration(registration_id: int) -> str:
    """A registration for training, as whoever registered sees it."""
    return f"/registrations/{registration_id}"


def seat_offer(token: str) -> str:
    """Where a seat that was offered is taken or given back, without signing in."""
    return f"/offers/{token}"


def training_class(no: str) -> str:
    """A class of a course."""
    return f"/classes/{no}"


def bill(order_id: int) -> str:
    """The money of an order as whoever pays it sees it."""
    return f"/billing/orders/{order_id}"


def certificate(no: str) -> str:
    """A certificate of a training as its holder sees it."""
    return f"/certificates/{no}"


def training_records(class_no: str) -> str:
    """The people of a company in one class, as the company sees them."""
    return f"/training-records?class={class_no}"


def certificate_verification(token: str) -> str:
    """What everybody sees of the certificate with this token."""
    return f"/v/{token}"


def lesson_sign_in(lesson_id: int) -> str:
    """Where somebody signs in to a lesson with the code on the wall."""
    return f"/sign/{lesson_id}"


def meeting(meeting_id: int) -> str:
    """A meeting of the association as those who are called to it see it."""
    return f"/meetings/{meeting_id}"


def motion(motion_id: int) -> str:
    """A motion with its vote, as those who vote on it see it."""
    return f"/motions/{motion_id}"


def meeting_desk(meeting_id: int) -> str:
    """A meeting as the secretariat sees it."""
    return f"/associations/desk/meetings/{meeting_id}"


def own_motions() -> str:
    """The motions that a member has proposed, as it sees them."""
    return "/motions"


def motions_desk() -> str:
    """The motions that wait for an agenda, as the secretariat sees them."""
    return "/associations/desk/motions"


def case(case_id: int) -> str:
    """A case as its sides, its panel and the secretariat see it."""
    return f"/cases/{case_id}"


def pact(association_id: int) -> str:
    """The pact of an association, with its signers."""
    return f"/associations/{association_id}/pact"


def notice(notice_id: int) -> str:
    """A notice or document of an association."""
    return f"/notices/{notice_id}"


def application(application_id: int) -> str:
    """An application for membership as the applicant sees it."""
    return f"/membership-applications/{application_id}"


def application_desk(application_id: int) -> str:
    """An application for membership as the secretariat sees it."""
    return f"/associations/desk/applications/{application_id}"


def association_desk() -> str:
    """What waits for the secretariat of an association."""
    return "/associations/desk"


def member_desk(member_id: int) -> str:
    """A member as the secretariat sees it."""
    return f"/associations/desk/members/{member_id}"


def dues_tables() -> str:
    """The dues tables as the secretariat sees them."""
    return "/associations/desk/dues-tables"


def my_membership() -> str:
    """The memberships of the active organisation."""
    return "/membership"


def my_dues() -> str:
    """The dues of the active organisation."""
    return "/membership/dues"


def dues_receipt(payment_id: int) -> str:
    """The receipt of dues that were paid, as the member sees it."""
    return f"/membership/receipts/{payment_id}"
