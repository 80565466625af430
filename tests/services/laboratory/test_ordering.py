"""From a wish to an order: drafts, what is in the way, price, slots and the promised date."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from services.billing.models import Order, Quotation, QuotationState
from services.booking.models import BatchClaim, Booking, BookingState, Claim
from services.catalogue.models import ModuleState, PriceExtra, ProductClass, Urgency
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.outbox import OutboxTask
from services.laboratory.capability_errors import CalibrationOverdue, NoEditionInForce
from services.laboratory.models.capability import PackageItem
from services.laboratory.models.commissions import Commission, CommissionState, ReportLanguage
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations import ordering
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from services.laboratory.ordering_errors import (
    BillsOpen,
    ChosenTwice,
    ExtraUnknown,
    ItemClosed,
    LimitsDoNotFit,
    LimitsNeeded,
    NobodyNamed,
    NoSample,
    NotATest,
    NotFaster,
    NotForProduct,
    NothingChosen,
    NotVerified,
    OtherLaboratory,
    PriceMoved,
    PromiseMoved,
    SampleTwice,
    SampleWithoutTest,
    TooMuch,
    WishedTooEarly,
)
from services.organisations.models import OrgState
from tests.factories.booking import make_firm
from tests.factories.catalogue import make_module
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import MONDAY, TUESDAY, make_draft, send, wish_of


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def refusals(error):
    """Return the kinds of all the errors told at once."""
    return {type(one) for one in error.value.errors}


def lines_of(lab, commission):
    """Return the lines of a commission in order."""
    return lab.session.scalars(
        select(TestLine).where(TestLine.commission_id == commission.id).order_by(TestLine.id)
    ).all()


def test_a_draft_has_no_number_and_claims_nothing(lab):
    commission = make_draft(lab, lab.stress, lab.lead, samples=2)

    assert commission.no is None
    assert commission.state is CommissionState.DRAFT
    assert len(lines_of(lab, commission)) == 4
    assert lab.session.scalar(select(func.count(Booking.id))) == 0


def test_a_package_becomes_a_line_for_each_of_its_items_and_one_charge(lab):
    commission = make_draft(lab, lab.package, samples=3)

    assert [(line.package_id, line.quantity) for line in lines_of(lab, commission)] == [(lab.package.id, 1)] * 6
    found = ordering.survey(lab.session, commission, MONDAY)
    assert found.quote.due_fen == 3 * 20000


def test_everything_wrong_with_samples_and_tests_is_told_at_once(lab):
    other = make_laboratory(lab.session)
    bad = Wish(
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        chosen=(
            Chosen(lab.package.id, samples=(1,)),
            Chosen(lab.lead.id, samples=(1,)),
            Chosen(other.stress.id, samples=(1,)),
        ),
        samples=(SampleWish("杯", model="A"), SampleWish("杯", model="A")),
    )

    with pytest.raises(RulesBroken) as error:
        ordering.draft(lab.work(), bad)

    assert refusals(error) == {SampleTwice, ChosenTwice, OtherLaboratory, SampleWithoutTest}


def test_an_order_needs_a_sample_and_a_test(lab):
    empty = Wish(lab.provider.id, lab.firm.id, chosen=(), samples=())

    with pytest.raises(RulesBroken) as error:
        ordering.draft(lab.work(), empty)

    assert refusals(error) == {NoSample, NothingChosen}


@pytest.mark.parametrize(("quantity", "samples"), [(5_001, 1), (5_000, 21)])
def test_more_than_an_order_can_hold_is_refused(lab, quantity, samples):
    with pytest.raises(RulesBroken) as refused:
        make_draft(lab, Chosen(lab.stress.id, quantity), samples=samples)
    assert [type(one) for one in refused.value.errors] == [TooMuch]


def test_a_package_cannot_hold_more_of_an_item_than_a_line(lab, session):
    session.execute(update(PackageItem).values(quantity=3))
    session.commit()
    with pytest.raises(RulesBroken) as refused:
        make_draft(lab, Chosen(lab.package.id, 2_000))
    assert [type(one) for one in refused.value.errors] == [TooMuch]


def test_a_module_that_is_no_test_is_refused(lab, session):
    room = make_module(session, lab.provider)

    with pytest.raises(RulesBroken) as error:
        ordering.draft(lab.work(), wish_of(lab, Chosen(room.id)))

    assert refusals(error) == {NotATest}


def test_nobody_orders_for_another_firm(lab):
    with pytest.raises(NotFound):
        ordering.draft(lab.work(lab.rival_agent), wish_of(lab))
    with pytest.raises(NotAllowed):
        ordering.draft(lab.work(lab.analyst), wish_of(lab))


def test_a_clerk_enters_an_order_in_the_name_of_one_of_the_firms_people(lab):
    named = Wish(lab.provider.id, lab.firm.id, (Chosen(lab.stress.id),), (SampleWish("杯"),), placed_by_id=lab.agent.id)

    commission = ordering.draft(lab.work(lab.clerk), named)

    assert (commission.placed_by_id, commission.entered_by_id) == (lab.agent.id, lab.clerk.id)
    with pytest.raises(NobodyNamed):
        ordering.draft(lab.work(lab.clerk), wish_of(lab))


def test_confirming_numbers_prices_reserves_and_promises(lab):
    commission = send(lab, make_draft(lab, lab.stress, lab.lead, lab.adhesion, samples=3))

    assert commission.state is CommissionState.SUBMITTED
    assert commission.no == "JC-20261123-0001"
    numbers = lab.session.scalars(select(Sample.no).order_by(Sample.position)).all()
    assert numbers == [f"{commission.no}-S0{position}" for position in (1, 2, 3)]
    quotation = lab.session.scalars(select(Quotation)).one()
    assert (quotation.no, quotation.state) == (f"{commission.no}-Q1", QuotationState.ACCEPTED)
    assert commission.order.due_fen == quotation.due_fen == 9 * 12000
    bookings = lab.session.scalars(select(Booking).order_by(Booking.no)).all()
    assert [one.no for one in bookings] == [f"{commission.no}-L01", f"{commission.no}-L02"]
    assert {one.state for one in bookings} == {BookingState.CONFIRMED}
    assert all(one.is_reservation and one.order_id is None for one in bookings)
    claim = lab.session.scalars(select(Claim)).one()
    assert (claim.busy_to - claim.busy_from) == timedelta(minutes=90)
    assert lab.session.scalars(select(BatchClaim)).one().quantity == 3
    states = [line.state for line in lines_of(lab, commission)]
    assert sorted(states) == ["pending"] * 3 + ["scheduled"] * 6
    assert all(line.method_id == line.item.methods[0].id for line in lines_of(lab, commission))
    assert commission.promised_on == date(2026, 12, 1)  # samples on Tuesday, five working days
    assert set(lab.session.scalars(select(OutboxTask.task))) == {"mail.commission_submitted"}


def test_confirming_twice_orders_once(lab):
    commission = send(lab, make_draft(lab))

    with pytest.raises(WrongState):
        ordering.confirm(lab.work(now=MONDAY), commission.id, shown_due_fen=12000, shown_promised_on=date(2026, 12, 1))

    assert lab.session.scalar(select(func.count(Quotation.id))) == 1


def test_a_price_other_than_shown_orders_nothing(lab):
    commission = make_draft(lab)

    with pytest.raises(PriceMoved) as error:
        ordering.confirm(lab.work(now=MONDAY), commission.id, shown_due_fen=11000, shown_promised_on=date(2026, 12, 1))

    assert error.value.due_fen == 12000


def test_a_later_date_than_shown_claims_nothing_and_offers_the_date(lab):
    commission = make_draft(lab)

    with pytest.raises(PromiseMoved) as error:
        ordering.confirm(lab.work(now=MONDAY), commission.id, shown_due_fen=12000, shown_promised_on=date(2026, 11, 30))
    lab.session.rollback()

    assert error.value.promised_on == date(2026, 12, 1)
    assert lab.session.scalar(select(func.count(Claim.id))) == 0
    assert lab.session.get(Commission, commission.id).no is None


def test_strangers_do_not_confirm(lab):
    commission = make_draft(lab)

    with pytest.raises(NotFound):
        ordering.confirm(lab.work(lab.rival_agent), commission.id, shown_due_fen=0, shown_promised_on=TUESDAY)


def faults_of(lab, commission, now=MONDAY):
    """Return the kinds of everything in the way of an order."""
    return {type(one) for one in ordering.survey(lab.session, commission, now).faults}


def test_a_firm_that_is_not_verified_orders_nothing(lab):
    commission = make_draft(lab)
    lab.firm.state = OrgState.SUBMITTED
    lab.session.commit()

    assert faults_of(lab, commission) == {NotVerified}


def test_unpaid_bills_for_finished_tests_stop_further_orders(lab):
    finished = make_commission(lab, CommissionState.DELIVERED)
    finished.order = Order(
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="旧单",
        due_fen=100,
        created_at=MONDAY - timedelta(days=31),
    )
    commission = make_draft(lab)

    assert faults_of(lab, commission) == {BillsOpen}
    finished.order.on_account = True
    lab.session.commit()
    assert faults_of(lab, commission) == set()


def test_an_overdue_calibration_closes_the_item(lab):
    commission = make_draft(lab)
    lab.polariscope.calibration_due_on = date(2026, 11, 22)
    lab.session.commit()

    assert faults_of(lab, commission) == {ItemClosed, CalibrationOverdue}


def test_an_item_without_an_edition_in_force_is_closed(lab):
    commission = make_draft(lab)
    lab.stress.methods[0].standard.withdrawn_on = date(2026, 11, 1)
    lab.session.commit()

    found = ordering.survey(lab.session, commission, MONDAY)

    assert any(isinstance(one, NoEditionInForce) for one in found.faults)
    assert found.plan is None


def test_a_paused_package_is_closed(lab):
    commission = make_draft(lab, lab.package)
    lab.package.state, lab.package.state_reason = ModuleState.PAUSED, "停"
    lab.session.commit()

    assert faults_of(lab, commission) == {ItemClosed}


def test_an_item_for_other_products_is_refused(lab, session):
    glass, cloth = ProductClass(code="glass/6", name="日用玻璃"), ProductClass(code="textile/3", name="面料")
    session.merge(glass), session.merge(cloth)
    session.flush()
    lab.stress.module.products = [session.get(ProductClass, "glass/6")]

    assert faults_of(lab, make_draft(lab, product_code="textile/3")) == {NotForProduct}
    assert faults_of(lab, make_draft(lab, product_code="glass/6")) == set()


def test_a_judgement_needs_limits_that_fit(lab):
    assert faults_of(lab, make_draft(lab, is_judged=True)) == {LimitsNeeded}
    assert faults_of(lab, make_draft(lab, is_judged=True, limit_set_id=lab.limits.id)) == set()
    assert faults_of(lab, make_draft(lab, lab.adhesion, is_judged=True, limit_set_id=lab.limits.id)) == {LimitsDoNotFit}


def test_a_date_earlier_than_feasible_shows_the_earliest(lab):
    commission = make_draft(lab, wished_on=date(2026, 11, 26))

    fault = ordering.survey(lab.session, commission, MONDAY).faults[0]

    assert isinstance(fault, WishedTooEarly)
    assert fault.values == {"promised_on": date(2026, 12, 1)}


def test_an_extra_that_is_not_offered_is_refused(lab):
    assert faults_of(lab, make_draft(lab, extras=("gold-frame",))) == {ExtraUnknown}


def test_english_and_further_copies_are_charged_as_the_module_says(lab, session):
    session.add_all(
        [
            PriceExtra(module_id=lab.stress.id, code="english-report", name="英文报告", amount_fen=10000),
            PriceExtra(module_id=lab.stress.id, code="extra-copy", name="加印报告一份", amount_fen=2000),
        ]
    )
    session.flush()
    commission = make_draft(lab, report_language=ReportLanguage.BOTH, paper_copies=3)

    assert ordering.survey(lab.session, commission, MONDAY).quote.due_fen == 12000 + 10000 + 2 * 2000


def test_urgency_that_brings_nothing_is_refused(lab):
    lab.stress.module.prices[0].urgent_percent = 150
    lab.stress.run_hours = 120
    lab.session.commit()

    assert faults_of(lab, make_draft(lab, urgency=Urgency.URGENT)) == {NotFaster}


def test_urgent_costs_more_and_comes_sooner(lab):
    lab.stress.module.prices[0].urgent_percent = 150
    lab.session.commit()
    commission = make_draft(lab, urgency=Urgency.URGENT)

    found = ordering.survey(lab.session, commission, MONDAY)

    assert (found.quote.due_fen, found.plan.promised_on) == (18000, date(2026, 11, 27))


def test_a_draft_can_be_changed_until_it_is_sent(lab):
    commission = make_draft(lab, samples=2)
    ordering.change_rows(lab.work(), commission.id, (Chosen(lab.lead.id),), (SampleWish("瓶"),))
    ordering.change_options(lab.work(), commission.id, Options(may_subcontract=True, remarks="轻放"))
    lab.session.commit()

    assert [line.item_id for line in lines_of(lab, commission)] == [lab.lead.id]
    assert commission.subcontract_consent_by_id == lab.agent.id
    send(lab, commission)
    with pytest.raises(WrongState):
        ordering.change_options(lab.work(), commission.id, Options())


def test_another_firm_is_told_nothing_of_a_draft(lab):
    commission = make_draft(lab)

    with pytest.raises(NotFound):
        ordering.change_options(lab.work(lab.rival_agent), commission.id, Options())
    with pytest.raises((NotFound, NotAllowed)):
        ordering.change_options(lab.work(lab.clerk), commission.id, Options())
    assert make_firm(lab.session).id != commission.organisation_id


def test_lines_of_one_item_share_a_slot_and_are_scheduled(lab):
    commission = send(lab, make_draft(lab, samples=3))

    lines = lines_of(lab, commission)
    assert len({line.booking_id for line in lines}) == 1
    assert {line.state for line in lines} == {LineState.SCHEDULED}
