"""What a client does with an order that was sent: quotations, changes, cancelling, ordering the same again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from services.billing.errors import QuotationExpired
from services.billing.models import Quotation, QuotationState
from services.billing.operations import quotations
from services.booking.models import Booking, BookingState, Claim
from services.core import clock
from services.core.errors import NotAllowed, NotFound, WrongState
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import Commission, CommissionState, ReviewDecision
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations import changing, planning
from services.laboratory.operations.wishes import Chosen
from services.laboratory.ordering_errors import FeeMoved, NothingOffered, PromiseMoved
from services.laboratory.queries.surveys import charges_of
from tests.factories.catalogue import make_price
from tests.factories.laboratory import make_laboratory, record_review
from tests.factories.ordering import MONDAY, USUAL, make_draft, make_order

C = CommissionState


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def quoted(lab, due_fen=10000, promised_on=USUAL, valid_days=15, **how):
    """Make an order for which the laboratory has made another price."""
    commission = make_order(lab, **how)
    quotations.offer(
        lab.work(lab.clerk, now=MONDAY),
        subject_no=commission.no,
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="内应力",
        lines=[{"kind": "base", "label": "x", "facts": {}, "amount_fen": due_fen}],
        due_fen=due_fen,
        terms={"promised_on": promised_on.isoformat()},
        valid_until=clock.local_day(MONDAY) + timedelta(days=valid_days),
    )
    commission.state = C.QUOTED
    record_review(lab, commission, ReviewDecision.QUOTE)
    lab.session.commit()
    return commission


def accept(lab, commission, person=None, now=MONDAY, **over):
    """Accept the second version."""
    shown = {"version": 2, "shown_promised_on": USUAL} | over
    return changing.accept_quotation(lab.work(person, now=now), commission.id, **shown)


def test_accepting_a_quotation_brings_the_order_to_its_price(lab):
    commission = accept(lab, quoted(lab))
    lab.session.commit()

    assert commission.state is C.AWAIT_SAMPLE
    assert commission.order.due_fen == 10000
    assert commission.samples_due_on == date(2026, 12, 7)
    states = lab.session.scalars(select(Quotation.state).order_by(Quotation.version)).all()
    assert states == [QuotationState.SUPERSEDED, QuotationState.ACCEPTED]
    assert lab.session.scalars(select(Booking.state)).all() == [BookingState.CONFIRMED]


def test_a_date_that_nobody_offered_is_not_promised(lab):
    commission = accept(lab, quoted(lab), shown_promised_on=date.max)

    assert commission.promised_on == USUAL


def test_lines_without_a_slot_get_one_again_when_the_quotation_is_accepted(lab):
    commission = quoted(lab)
    planning.release(lab.work(now=MONDAY), commission)
    lab.session.commit()

    accept(lab, commission)
    lab.session.commit()

    assert lab.session.scalars(select(TestLine.state)).one() is LineState.SCHEDULED


def test_a_calendar_that_has_moved_is_told_before_anything_is_agreed(lab):
    commission = quoted(lab)

    with pytest.raises(PromiseMoved) as error:
        accept(lab, commission, shown_promised_on=date(2026, 11, 30))
    lab.session.rollback()

    assert error.value.promised_on == USUAL
    assert lab.session.get(Commission, commission.id).state is C.QUOTED


def test_only_the_version_that_was_shown_is_accepted(lab):
    commission = quoted(lab)

    with pytest.raises(NothingOffered):
        accept(lab, commission, version=1)


def test_a_quotation_is_not_accepted_after_its_last_day(lab):
    commission = quoted(lab, valid_days=0)

    with pytest.raises(QuotationExpired):
        accept(lab, commission, now=MONDAY + timedelta(days=1))


def test_only_the_firm_itself_answers(lab):
    commission = quoted(lab)

    with pytest.raises(NotFound):
        accept(lab, commission, person=lab.rival_agent)
    with pytest.raises(NotAllowed):
        accept(lab, commission, person=lab.clerk)


def test_rejecting_ends_what_was_never_agreed(lab):
    commission = quoted(lab)

    changing.reject_quotation(lab.work(now=MONDAY), commission.id, version=2, reason="太贵")
    lab.session.commit()

    assert commission.state is C.REJECTED_BY_CLIENT
    assert commission.order.due_fen == 0
    assert lab.session.scalar(select(func.count(Claim.id))) == 0


def test_rejecting_a_change_keeps_what_was_agreed(lab):
    commission = make_order(lab)
    commission.state = C.QUOTED
    record_review(lab, commission, ReviewDecision.QUOTE)
    offered(lab, commission)
    accept(lab, commission)
    changing.ask_change(lab.work(now=MONDAY), commission.id, text="加一件")
    commission.state = C.QUOTED
    offered(lab, commission, due_fen=99900)

    changing.reject_quotation(lab.work(now=MONDAY), commission.id, version=3, reason="不加了")
    lab.session.commit()

    assert (commission.state, commission.order.due_fen) == (C.AWAIT_SAMPLE, 10000)
    assert lab.session.scalar(select(func.count(Claim.id))) == 1


def offered(lab, commission, due_fen=10000):
    """Offer the next version."""
    quotations.offer(
        lab.work(lab.clerk, now=MONDAY),
        subject_no=commission.no,
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="内应力",
        lines=[{"kind": "base", "label": "x", "facts": {}, "amount_fen": due_fen}],
        due_fen=due_fen,
        terms={"promised_on": USUAL.isoformat()},
        valid_until=date(2026, 12, 31),
    )


def test_rejecting_needs_a_reason(lab):
    with pytest.raises(ReasonNeeded):
        changing.reject_quotation(lab.work(now=MONDAY), quoted(lab).id, version=2, reason=" ")


def test_asking_for_a_change_changes_nothing_yet(lab):
    commission = accept(lab, quoted(lab))
    lab.session.commit()

    changing.ask_change(lab.work(now=MONDAY), commission.id, text="多加一件样品")
    lab.session.commit()

    assert (commission.state, commission.state_reason) == (C.AMENDING, "多加一件样品")
    assert commission.order.due_fen == 10000
    assert lab.session.scalars(select(Booking.state)).one() is BookingState.CONFIRMED


def test_a_change_is_asked_for_in_words_and_after_an_agreement(lab):
    commission = make_order(lab)
    with pytest.raises(ReasonNeeded):
        changing.ask_change(lab.work(now=MONDAY), commission.id, text="")
    with pytest.raises(WrongState):
        changing.ask_change(lab.work(now=MONDAY), commission.id, text="改")


def test_cancelling_before_the_samples_is_free_and_frees_everything(lab):
    commission = make_order(lab, samples=2)

    changing.cancel(lab.work(now=MONDAY), commission.id, reason="不做了", shown_fee_fen=0)
    lab.session.commit()

    assert commission.state is C.CANCELLED
    assert commission.order.due_fen == 0
    assert lab.session.scalar(select(func.count(Claim.id))) == 0
    assert set(lab.session.scalars(select(TestLine.state))) == {LineState.CANCELLED}
    assert set(lab.session.scalars(select(Sample.state))) == {SampleState.WITHDRAWN}


def test_once_the_samples_are_in_cancelling_costs_a_fifth(lab):
    commission = make_order(lab)
    commission.state = C.SAMPLE_IN
    lab.session.commit()
    work = lab.work(now=MONDAY)
    assert changing.cost_of_cancelling(lab.session, commission).fee_fen == 2400

    with pytest.raises(FeeMoved):
        changing.cancel(work, commission.id, shown_fee_fen=0)
    lab.session.rollback()
    changing.cancel(lab.work(now=MONDAY), commission.id, shown_fee_fen=2400)
    lab.session.commit()

    assert (commission.state, commission.order.due_fen) == (C.CANCELLED, 2400)


def test_a_draft_is_thrown_away_without_a_trace_at_the_laboratory(lab):
    commission = make_draft(lab)

    changing.cancel(lab.work(now=MONDAY), commission.id)

    assert commission.state is C.CANCELLED


def test_what_is_in_test_cannot_be_cancelled_alone(lab):
    commission = make_order(lab)
    commission.state = C.TESTING
    lab.session.commit()

    with pytest.raises(WrongState):
        changing.cancel(lab.work(now=MONDAY), commission.id)


def test_an_earlier_order_is_copied_with_todays_price(lab):
    first = make_order(lab, lab.package, Chosen(lab.fastness.id, quantity=2), samples=2, may_subcontract=True)
    make_price(lab.session, lab.package, effective_on=date(2026, 11, 23), unit_fen=21000)
    lab.session.commit()

    again = changing.copy(lab.work(now=MONDAY), first.id)
    lab.session.commit()

    assert (again.state, again.copied_from_id, again.subcontract_consent_at) == (C.DRAFT, first.id, None)
    assert charged(lab, again) == charged(lab, first)
    assert kinds(lab, again) == kinds(lab, first)


def test_nobody_copies_the_order_of_another_firm(lab):
    with pytest.raises(NotFound):
        changing.copy(lab.work(lab.rival_agent), make_order(lab).id)


def test_what_was_chosen_comes_out_as_it_went_in(lab):
    chosen = (Chosen(lab.package.id, samples=(1,)), Chosen(lab.fastness.id, quantity=3))
    commission = make_draft(lab, *chosen, samples=2)

    assert set(changing.chosen_of(lab.session, commission)) == set(chosen)


def charged(lab, commission):
    """Return what a commission is charged for."""
    return [(one.module.id, one.quantity) for one in charges_of(lab.session, commission.id)]


def kinds(lab, commission):
    """Return the items of a commission's lines."""
    found = lab.session.scalars(select(TestLine).where(TestLine.commission_id == commission.id).order_by(TestLine.id))
    return sorted((one.item_id, one.quantity, one.package_id or 0) for one in found)
