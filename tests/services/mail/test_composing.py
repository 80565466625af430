"""Letters are read from the database when they are posted, and go to whoever should know by then."""

import inspect
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import PersonState
from services.core import clock
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.work import Work
from services.mail.bookings import promise_to_centre, to_client, to_staff
from services.mail.composing import LETTERS
from services.mail.letters import Letter
from services.mail.people import contact_code, invitation, plain, verification_decided
from services.mail.rendering import render
from services.organisations.models import Invitation, Verification, VerificationState
from tests.factories.booking import make_agent, make_booking, make_firm, make_market


def words(letter: Letter | None) -> str:
    assert letter is not None
    rendered = render(letter, site_name="平台", base_url="http://localhost")
    return rendered.subject + rendered.text + rendered.html


def test_a_letter_about_a_booking_goes_to_whoever_booked(session: Session) -> None:
    market = make_market(session)
    booking = make_booking(session, market)
    letter = to_client("booking_confirmed", session, booking_id=booking.id)
    assert letter is not None
    assert letter.mobile == booking.booked_by.mobile
    assert letter.facts["link"] == f"/bookings/{booking.id}"
    assert booking.no is not None
    assert booking.no in words(letter)
    assert "200.00" not in words(letter)  # never a price


def test_each_of_the_centres_staff_who_decide_gets_a_letter_of_their_own(session: Session, work: Work) -> None:
    market = make_market(session)
    booking = make_booking(session, market)
    provider = market.provider.organisation
    clerk, gone = make_agent(session, provider, Role.LAB_CLERK), make_agent(session, provider, Role.LAB_CLERK)
    make_agent(session, provider, Role.SIGNATORY)
    gone.state = PersonState.DISABLED
    session.flush()

    promise_to_centre("booking_requested", work, booking_id=booking.id)
    session.commit()

    payloads = session.scalars(select(OutboxTask.payload).where(OutboxTask.task == "mail.booking_to_staff")).all()
    told = {payload["person_id"] for payload in payloads}
    assert clerk.id in told
    assert gone.id not in told
    assert len(payloads) == len(told)
    letter = to_staff(session, **next(payload for payload in payloads if payload["person_id"] == clerk.id))
    assert letter is not None
    assert letter.facts["link"] == f"/bookings/desk/{booking.id}"
    assert "待处理" in words(letter)


def test_who_may_not_sign_in_any_more_gets_nothing(session: Session) -> None:
    market = make_market(session)
    booking = make_booking(session, market)
    booking.booked_by.state = PersonState.DISABLED
    session.flush()
    assert to_client("booking_confirmed", session, booking_id=booking.id) is None


def test_a_letter_is_in_the_language_of_its_reader(session: Session) -> None:
    market = make_market(session)
    booking = make_booking(session, market)
    booking.booked_by.locale = "en"
    session.flush()
    assert "is confirmed" in words(to_client("booking_confirmed", session, booking_id=booking.id))


@pytest.mark.parametrize(("contact", "field"), [("13800000001", "mobile"), ("a@example.com", "email")])
def test_a_code_goes_where_it_was_asked_for(session: Session, contact: str, field: str) -> None:
    letter = contact_code(session, contact=contact, code="123456", minutes=15)
    assert getattr(letter, field) == contact
    assert "123456" in words(letter)


def test_an_invitation_goes_out_while_it_stands(session: Session) -> None:
    firm = make_firm(session)
    person = make_agent(session, firm)
    row = Invitation(
        token_hash="x",
        organisation_id=firm.id,
        contact="b@example.com",
        role=Role.ENT_USER,
        invited_by_id=person.id,
        invited_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    session.add(row)
    session.flush()

    letter = invitation(session, invitation_id=row.id, token="secret")
    assert "http://localhost/organisations/invitations/secret" in words(letter)
    assert firm.name in words(letter)

    row.withdrawn_at = clock.now()
    session.flush()
    assert invitation(session, invitation_id=row.id, token="secret") is None


@pytest.mark.parametrize(
    ("state", "sentence"), [(VerificationState.ACCEPTED, "已通过认证"), (VerificationState.RETURNED, "已退回")]
)
def test_whoever_submitted_learns_the_decision(session: Session, state: VerificationState, sentence: str) -> None:
    firm = make_firm(session)
    person = make_agent(session, firm)
    row = Verification(
        organisation_id=firm.id, state=state, submitted_by_id=person.id, submitted_at=clock.now(), reason="看不清"
    )
    session.add(row)
    session.flush()
    letter = verification_decided(session, verification_id=row.id)
    assert sentence in words(letter)
    assert "看不清" in words(letter)


def test_any_letter_can_be_promised_with_its_facts(session: Session) -> None:
    person = make_agent(session, make_firm(session), email="c@example.com")
    letter = plain(session, name="accounts/password_changed", person_id=person.id, link="/accounts/forgotten")
    assert letter is not None
    assert letter.email == "c@example.com"
    assert "/accounts/forgotten" in words(letter)


def test_composers_read_by_keyword_only() -> None:
    """A payload is passed by name; a renamed argument would park every letter that waits."""
    for task, composer in LETTERS.items():
        kinds = [parameter.kind for parameter in list(inspect.signature(composer).parameters.values())[1:]]
        assert set(kinds) <= {inspect.Parameter.KEYWORD_ONLY}, task
