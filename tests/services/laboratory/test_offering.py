"""Another version of a quotation, contracts left as they are, and orders entered for a firm."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.billing.models import Quotation, QuotationState
from services.billing.operations import quotations
from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.errors import NotFound, RulesBroken, WrongState
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission, CommissionState, ReviewDecision
from services.laboratory.models.lines import TestLine
from services.laboratory.operations import changing, offering, ordering, reviewing
from services.laboratory.operations.offering import Proposal
from services.laboratory.ordering_errors import NobodyNamed, NotVerified
from services.laboratory.reviewing_errors import (
    BelowNothing,
    EditionUnknown,
    ReviewFirst,
    TooEarly,
    TooLate,
    ValidityPassed,
)
from services.laboratory.rules.reviewing import Answer, Check, Reply
from services.organisations.models import OrgState
from tests.factories.laboratory import add_method, make_laboratory, make_standard
from tests.factories.ordering import MONDAY, USUAL, make_order, wish_of

C = CommissionState
TUESDAY = MONDAY + timedelta(days=1)
TODAY = clock.local_day(TUESDAY)
YES = {check: Reply(Answer.YES) for check in Check}


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def desk(lab, now=TUESDAY):
    """Return a work of the clerk."""
    return lab.work(lab.clerk, now=now)


def reviewed(lab, **how):
    """Make an order whose review decided for another quotation."""
    commission = make_order(lab, **how)
    reviewing.take_up(desk(lab), commission.id)
    reviewing.review(desk(lab), commission.id, YES, decision=ReviewDecision.QUOTE)
    lab.session.commit()
    return commission


def changing_order(lab):
    """Make an accepted order for which the client asks a change, reviewed again."""
    commission = make_order(lab)
    reviewing.take_up(desk(lab), commission.id)
    reviewing.review(desk(lab), commission.id, YES, decision=ReviewDecision.ACCEPT)
    changing.ask_change(lab.work(now=TUESDAY), commission.id, text="能否便宜些")
    reviewing.review(desk(lab), commission.id, YES, decision=ReviewDecision.QUOTE)
    lab.session.commit()
    return commission


def proposal(**over):
    """Return an offer at the list price."""
    return replace(Proposal(promised_on=USUAL + timedelta(days=1), valid_until=TODAY + timedelta(days=15)), **over)


def refused(lab, commission, offer):
    """Return the kinds of errors for which an offer is refused."""
    with pytest.raises(RulesBroken) as error:
        offering.quote(desk(lab), commission.id, offer)
    lab.session.rollback()
    return {type(one) for one in error.value.errors}


def test_another_price_is_offered_with_its_reason_and_nothing_is_owed_before_it_is_accepted(lab):
    commission = reviewed(lab, samples=2)
    was = commission.order.due_fen

    offered = offering.quote(
        desk(lab), commission.id, proposal(prices={lab.stress.id: 20000}, change_fen=-1000, reason="老客户优惠")
    )
    lab.session.commit()

    assert commission.state is C.QUOTED
    assert (offered.version, offered.state, offered.due_fen) == (2, QuotationState.OFFERED, 20000 - 1000)
    assert [line["reason"] for line in offered.lines if line["kind"] == "adjustment"] == ["老客户优惠"] * 2
    assert commission.order.due_fen == was
    changing.accept_quotation(
        lab.work(now=TUESDAY), commission.id, version=2, shown_promised_on=USUAL + timedelta(days=1)
    )
    assert commission.order.due_fen == 19000


def test_an_offer_in_review_gives_the_slots_back_until_it_is_accepted(lab):
    commission = reviewed(lab)

    offering.quote(desk(lab), commission.id, proposal())
    lab.session.commit()
    assert [one.state for one in lab.session.scalars(select(Booking))] == [BookingState.CANCELLED]

    changing.accept_quotation(
        lab.work(now=TUESDAY), commission.id, version=2, shown_promised_on=USUAL + timedelta(days=1)
    )
    states = lab.session.scalars(select(Booking.state).order_by(Booking.id)).all()
    assert states == [BookingState.CANCELLED, BookingState.CONFIRMED]


def test_a_change_keeps_what_was_agreed_until_the_client_accepts(lab):
    commission = changing_order(lab)
    was = commission.order.due_fen

    offering.quote(desk(lab), commission.id, proposal(change_fen=-500, reason="让利"))
    lab.session.commit()

    assert commission.state is C.QUOTED
    assert commission.order.due_fen == was
    assert [one.state for one in lab.session.scalars(select(Booking))] == [BookingState.CONFIRMED]
    assert quotations.accepted(lab.session, commission.no).version == 1


def test_no_offer_without_a_review_that_decided_for_it(lab):
    commission = make_order(lab)
    reviewing.take_up(desk(lab), commission.id)

    with pytest.raises(ReviewFirst):
        offering.quote(desk(lab), commission.id, proposal())


def test_a_review_of_the_order_is_no_review_of_its_change(lab):
    commission = reviewed(lab)
    later = TUESDAY + timedelta(hours=1)
    offering.quote(desk(lab), commission.id, proposal())
    changing.accept_quotation(
        lab.work(now=later), commission.id, version=2, shown_promised_on=USUAL + timedelta(days=1)
    )
    changing.ask_change(lab.work(now=later), commission.id, text="改")

    with pytest.raises(ReviewFirst):
        offering.quote(desk(lab, later), commission.id, proposal())


def test_everything_wrong_with_an_offer_is_told_at_once(lab):
    commission = reviewed(lab)
    wrong = proposal(
        promised_on=TODAY, valid_until=TODAY, change_fen=-(10**9), methods={lab.stress.id: lab.lead.methods[0].id}
    )

    assert refused(lab, commission, wrong) == {ReasonNeeded, BelowNothing, ValidityPassed, TooEarly, EditionUnknown}
    assert commission.state is C.IN_REVIEW
    assert [one.state for one in lab.session.scalars(select(Booking))] == [BookingState.CONFIRMED]


def test_a_slip_of_the_year_is_not_offered(lab):
    commission = reviewed(lab)
    far = TODAY + timedelta(days=367)

    with pytest.raises(RulesBroken) as error:
        offering.quote(desk(lab), commission.id, proposal(promised_on=far, valid_until=far))
    assert [(type(one), one.field) for one in error.value.errors] == [
        (TooLate, "promised_on"),
        (TooLate, "valid_until"),
    ]


def test_another_edition_holds_once_it_is_agreed(lab):
    commission = reviewed(lab)
    other = add_method(lab.session, lab.stress, make_standard(lab.session))
    lab.session.commit()
    line = lab.session.scalars(select(TestLine)).one()
    was = line.method_id

    offering.quote(desk(lab), commission.id, proposal(methods={lab.stress.id: other.id}))
    assert line.method_id == was
    changing.accept_quotation(
        lab.work(now=TUESDAY), commission.id, version=2, shown_promised_on=USUAL + timedelta(days=1)
    )

    assert line.method_id == other.id


def test_only_the_own_laboratory_offers_and_only_from_review_or_change(lab, session):
    commission, other = reviewed(lab), make_laboratory(session)

    with pytest.raises(NotFound):
        offering.quote(other.work(other.clerk, now=TUESDAY), commission.id, proposal())
    offering.quote(desk(lab), commission.id, proposal())
    with pytest.raises(WrongState):
        offering.quote(desk(lab), commission.id, proposal())


def test_a_contract_can_be_left_as_it_is(lab):
    commission = changing_order(lab)

    with pytest.raises(ReasonNeeded):
        offering.keep(desk(lab), commission.id, reason=" ")
    offering.keep(desk(lab), commission.id, reason="价格已含优惠")

    assert commission.state is C.AWAIT_SAMPLE
    with pytest.raises(WrongState):
        offering.keep(desk(lab), commission.id, reason="再次")


def test_an_order_by_telephone_waits_for_the_firm_and_reserves_nothing(lab):
    commission = offering.enter_for_firm(desk(lab), replace(wish_of(lab), placed_by_id=lab.agent.id))
    lab.session.commit()

    assert commission.state is C.QUOTED
    assert commission.no is not None
    assert (commission.placed_by_id, commission.entered_by_id) == (lab.agent.id, lab.clerk.id)
    assert lab.session.scalar(select(func.count(Booking.id))) == 0
    assert commission.order_id is None
    quotation = lab.session.scalars(select(Quotation)).one()
    changing.accept_quotation(lab.work(now=TUESDAY), commission.id, version=1, shown_promised_on=commission.promised_on)
    assert commission.order.due_fen == quotation.due_fen
    assert commission.state is C.IN_REVIEW  # nothing is agreed without a contract review
    assert commission.samples_due_on is None

    reviewing.review(desk(lab), commission.id, YES, decision=ReviewDecision.ACCEPT)
    assert commission.state is C.AWAIT_SAMPLE
    assert commission.samples_due_on is not None


def test_an_order_by_telephone_names_somebody_of_the_firm(lab):
    with pytest.raises(NobodyNamed):
        offering.enter_for_firm(desk(lab), replace(wish_of(lab), placed_by_id=lab.rival_agent.id))


def test_an_order_for_an_unverified_firm_is_refused(lab):
    lab.firm.level, lab.firm.state = 1, OrgState.DRAFT
    lab.session.commit()

    with pytest.raises(RulesBroken) as error:
        offering.enter_for_firm(desk(lab), replace(wish_of(lab), placed_by_id=lab.agent.id))

    assert NotVerified in {type(one) for one in error.value.errors}


def test_a_clients_own_draft_is_not_proposed_by_the_desk(lab):
    commission = ordering.draft(lab.work(now=MONDAY), wish_of(lab))
    lab.session.commit()

    with pytest.raises(NotFound):
        offering.propose(desk(lab), commission.id)
    assert lab.session.scalars(select(Commission.state)).one() is C.DRAFT
