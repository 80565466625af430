"""The money of registrations: charged, paid in time and late, kept and given back."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.billing.models import LineKind, Order, PaymentMethod
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import put_on_account, record_refund
from services.billing.queries import STANDINGS
from services.billing.rules import payment_state
from services.booking.desk_money import money_between
from services.core import clock
from services.core.actor import Actor
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.settings import Setting
from services.jobs.payments import settled
from services.training.models.courses import ClassState, TrainingClass
from services.training.models.registrations import RegistrationState
from services.training.operations.charging import RefundTerms, refund_terms
from services.training.operations.classes import cancel_class
from services.training.operations.paying import follow_payment, follow_refund
from services.training.operations.registering import (
    Wish,
    accept_offer,
    approve,
    register,
    reject,
    sweep,
    withdraw,
)
from services.training.queries.counting import miscounted
from tests.factories.training import School, make_school

S = RegistrationState
FEE = 98000


@pytest.fixture
def school(session) -> School:
    return make_school(session, fee_fen=FEE)


@pytest.fixture(autouse=True)
def counted(school):
    """After each test the counters of the classes say what the registrations say."""
    yield
    school.session.rollback()
    assert miscounted(school.session) == []


def order_of(school, registration) -> Order:
    order = school.session.get_one(Order, registration.order_id)
    school.session.refresh(order)
    return order


def money(school, registration) -> tuple[int, int, int]:
    """What the order owes, what was paid and not given back, and what has lapsed."""
    order = order_of(school, registration)
    return order.due_fen, order.paid_fen - order.refunded_fen, order.lapsed_fen


def letters(school) -> list[str]:
    return [task.task for task in school.session.scalars(select(OutboxTask).order_by(OutboxTask.id))]


def after(registration):
    return time_machine.travel(registration.expires_at + timedelta(seconds=1), tick=False)


# Charged -------------------------------------------------------------------------------------------------------------


def test_a_worker_owes_the_fee_from_the_registration_on(school):
    registration, actor = school.enrolled()
    order = order_of(school, registration)

    assert (order.person_id, order.organisation_id, order.provider_id) == (actor.person_id, None, school.centre.id)
    assert (order.due_fen, order.payer) == (FEE, actor.name)
    assert school.training_class.no in order.title
    assert [(line.kind, line.facts) for line in order.lines] == [(LineKind.BASE, {"no": registration.no})]


def test_nothing_is_charged_where_nothing_costs_nor_to_who_waits_or_is_looked_at(school):
    school.training_class.capacity, school.training_class.approves = 1, True
    pending, _ = school.enrolled()
    waiting, _ = school.enrolled()
    assert (pending.order_id, waiting.order_id) == (None, None)

    approve(school.work(), pending.id)
    assert (pending.state, money(school, pending)) == (S.AWAITING_PAYMENT, (FEE, 0, 0))


def test_whoever_takes_an_offered_seat_owes_the_fee(school):
    school.training_class.capacity = 1
    first, actor = school.enrolled()
    second, other = school.enrolled()
    withdraw(school.work(actor), first.id)
    assert (second.state, second.order_id) == (S.OFFERED, None)
    accept_offer(school.work(other), second.id)
    assert money(school, second) == (FEE, 0, 0)


def test_a_company_gets_one_order_for_what_it_sends_at_once(school):
    firm, actor = school.firm()
    work, wish = school.work(actor), Wish(organisation_id=firm.id)
    first, second = (register(work, school.training_class.id, school.worker()[0], wish) for _ in range(2))
    order = order_of(school, first)

    assert first.order_id == second.order_id
    assert (order.organisation_id, order.person_id, order.due_fen) == (firm.id, None, 2 * FEE)
    assert [line.facts["no"] for line in order.lines] == [first.no, second.no]


def test_the_database_wants_one_owner_of_an_order(school):
    registration, _ = school.enrolled()
    firm, _ = school.firm()
    for values in ({"person_id": None}, {"organisation_id": firm.id}):
        with pytest.raises(IntegrityError):
            school.session.execute(update(Order).where(Order.id == registration.order_id).values(values))
        school.session.rollback()


# Paid ----------------------------------------------------------------------------------------------------------------


def test_the_seat_is_certain_once_all_is_paid(school):
    registration, _ = school.enrolled()
    school.paid(registration, FEE - 100)
    assert registration.state is S.AWAITING_PAYMENT
    school.paid(registration)
    assert registration.state is S.CONFIRMED
    assert letters(school).count("order.settled") == 1
    follow_payment(school.work(Actor.system("test")), order_id=registration.order_id)
    assert letters(school).count("mail.training_standing") == 2, "registered, and paid; not again"


def test_a_company_on_account_has_its_seats_at_once(school):
    firm, actor = school.firm()
    registration = school.sent(firm, actor)
    staff = school.work(Actor.system("test"))
    open_account(staff, provider_id=school.centre.id, organisation_id=firm.id, limit_fen=FEE)
    put_on_account(staff, registration.order_id, on_account=True)
    settled(staff, order_id=registration.order_id)
    assert registration.state is S.CONFIRMED


def test_an_unpaid_seat_leaves_no_debt_and_late_money_tries_for_one(school):
    """events-made-easy #496: money that comes after the last place went sells one more."""
    (first, _), (second, _), (third, _) = school.enrolled(), school.enrolled(), school.enrolled()
    school.paid(second)
    school.session.commit()

    with after(first):
        sweep(school.work())
        assert (first.state, third.state) == (S.EXPIRED, S.OFFERED)
        assert money(school, first) == (0, 0, FEE)
        school.paid(first)
    assert first.state is S.REFUND_DUE, "somebody who waited has the seat"
    assert money(school, first) == (0, FEE, 0)
    assert order_of(school, first).balance_fen == -FEE, "the cashier's list of refunds has it"


def test_late_money_gets_a_seat_that_nobody_wants(school):
    first, _ = school.enrolled()
    with after(first):
        sweep(school.work())
        school.paid(first)
    assert first.state is S.CONFIRMED
    assert money(school, first) == (FEE, FEE, 0)
    assert school.counters() == (1, 0)


def test_a_lapsed_order_is_not_called_free(school):
    first, _ = school.enrolled()
    with after(first):
        sweep(school.work())
    order = order_of(school, first)
    held = [name for name, rule in STANDINGS.items() if school.session.scalar(select(Order.id).where(rule))]
    assert held == [payment_state(order)] == ["lapsed"]


def test_the_money_of_a_period_names_persons_and_firms(school):
    (first, actor), (firm, agent) = school.enrolled(), school.firm()
    second = school.sent(firm, agent)
    for registration in (first, second):
        school.paid(registration)
    today = school.work().today
    rows = list(money_between(school.session, school.centre.id, today, today))
    assert [(row.payer, row.amount_fen) for row in rows] == [(actor.name, FEE), (firm.name, FEE)]


def test_a_part_of_the_money_late_gets_no_seat(school):
    first, _ = school.enrolled()
    with after(first):
        sweep(school.work())
        school.paid(first, 100)
        assert first.state is S.EXPIRED
        school.paid(first)
    assert first.state is S.CONFIRMED


def test_late_money_gets_no_second_seat_for_who_has_registered_again(school):
    trainee, actor = school.worker()
    first = register(school.work(actor), school.training_class.id, trainee)
    school.session.commit()
    with after(first):
        sweep(school.work())
        second = register(school.work(actor), school.training_class.id, trainee)
        school.paid(first)
    assert (first.state, second.state) == (S.REFUND_DUE, S.AWAITING_PAYMENT)


def test_late_money_gets_no_seat_beyond_the_cap_of_its_company(school):
    school.training_class.company_cap = 1
    firm, actor = school.firm()
    first = school.sent(firm, actor)
    with after(first):
        sweep(school.work())
        school.sent(firm, actor)
        school.paid(first)
    assert first.state is S.REFUND_DUE


def test_money_that_has_arrived_is_taken_up_before_the_seat_would_be_lost(school):
    """pretix #74: the money was taken, and there is no place."""
    first, _ = school.enrolled()
    order = order_of(school, first)
    school.session.execute(update(Order).where(Order.id == order.id).values(paid_fen=FEE))
    school.session.commit()
    with after(first):
        sweep(school.work())
    assert first.state is S.CONFIRMED, "whatever task runs first"


# Given back ----------------------------------------------------------------------------------------------------------


def close(school, **over) -> None:
    values = {"closes_at": clock.now() - timedelta(minutes=1), "state": ClassState.CLOSED} | over
    school.session.execute(update(TrainingClass).values(values))
    school.session.commit()


def test_all_comes_back_until_the_registration_closes(school):
    registration, actor = school.enrolled()
    school.paid(registration)
    assert refund_terms(school.session, registration, clock.now()) == RefundTerms(FEE, 0, FEE)
    withdraw(school.work(actor), registration.id)
    assert money(school, registration) == (0, FEE, 0)


def test_half_comes_back_later_or_what_the_setting_says(school):
    (first, actor), (second, other) = school.enrolled(), school.enrolled()
    school.paid(first)
    school.paid(second)
    close(school)
    assert refund_terms(school.session, first, clock.now()) == RefundTerms(FEE, FEE // 2, FEE // 2)
    withdraw(school.work(actor), first.id)
    assert money(school, first) == (FEE // 2, FEE, 0)

    school.session.add(Setting(name="training.late_refund_percent", value=30))
    withdraw(school.work(other), second.id)
    assert order_of(school, second).balance_fen == -29400


def test_who_has_not_paid_owes_nothing_after_a_withdrawal(school):
    registration, actor = school.enrolled()
    close(school)
    assert refund_terms(school.session, registration, clock.now()) == RefundTerms(FEE, 0, 0)
    withdraw(school.work(actor), registration.id)
    assert money(school, registration) == (0, 0, 0)


def test_one_of_a_company_leaves_and_the_others_stay_paid(school):
    firm, actor = school.firm()
    work, wish = school.work(actor), Wish(organisation_id=firm.id)
    first, second = (register(work, school.training_class.id, school.worker()[0], wish) for _ in range(2))
    school.paid(first)
    assert second.state is S.CONFIRMED
    close(school)
    withdraw(school.work(actor), first.id)
    withdraw(school.work(actor), second.id)
    assert money(school, first) == (FEE, 2 * FEE, 0), "half of each is kept"


def test_late_money_of_a_company_buys_the_seats_that_are_left(school):
    firm, actor = school.firm()
    work, wish = school.work(actor), Wish(organisation_id=firm.id)
    first, second = (register(work, school.training_class.id, school.worker()[0], wish) for _ in range(2))
    school.session.commit()
    with after(first):
        sweep(school.work())
        assert money(school, first) == (0, 0, 2 * FEE)
        school.enrolled()
        school.paid(first)
    assert (first.state, second.state) == (S.CONFIRMED, S.REFUND_DUE)
    assert money(school, first) == (FEE, 2 * FEE, 0)


def test_a_rejected_registration_owes_nothing(school):
    school.training_class.approves = True
    registration, _ = school.enrolled()
    reject(school.work(), registration.id, "条件不符")
    assert registration.order_id is None


def test_a_cancelled_class_gives_everything_back(school):
    (paid, _), (unpaid, _) = school.enrolled(), school.enrolled()
    school.paid(paid)
    close(school)
    cancel_class(school.work(), school.training_class.id, "人数不足")
    assert (money(school, paid), money(school, unpaid)) == ((0, FEE, 0), (0, 0, 0))
    assert order_of(school, paid).lines[-1].reason == "人数不足"


def test_whoever_paid_is_told_of_a_refund(school):
    registration, actor = school.enrolled()
    school.paid(registration)
    withdraw(school.work(actor), registration.id)
    staff = school.work(replace(Actor.system("test"), person_id=None))
    record_refund(
        staff, registration.order_id, amount_fen=FEE, method=PaymentMethod.SCAN, refunded_on=staff.today, reason="退学"
    )
    follow_refund(staff, order_id=registration.order_id)
    told = school.session.scalars(select(Notification).order_by(Notification.id.desc()).limit(1)).one()
    assert (told.person_id, told.facts["no"]) == (actor.person_id, registration.no)
    assert letters(school)[-1] == "mail.training_refunded"
    follow_refund(staff, order_id=10**6)
