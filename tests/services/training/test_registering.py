"""Registering, the waiting list and its promotion, and what becomes of a seat that is not used."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotFound, RulesBroken, WrongState
from services.training.errors import (
    AlreadyRegistered,
    CompanyFull,
    GroupTooLarge,
    OfferOver,
    OfferTaken,
    RegistrationClosed,
    SeatsInUse,
    TooLateToWithdraw,
)
from services.training.models.courses import ClassState, Promotion, TrainingClass
from services.training.models.registrations import Registration, RegistrationEvent, RegistrationState, SeatOffer
from services.training.operations.registering import (
    Wish,
    accept_offer,
    approve,
    decline_offer,
    register,
    register_together,
    reject,
    set_capacity,
    sweep,
    withdraw,
)
from services.training.operations.trainees import Particulars, known_trainee
from services.training.queries.counting import miscounted
from services.training.rules.promotion import COMPANY_IS_FULL, GROUP_DOES_NOT_FIT
from tests.factories.training import BOOK, School, identity_number, make_school

S = RegistrationState


@pytest.fixture
def school(session) -> School:
    return make_school(session)


@pytest.fixture(autouse=True)
def counted(school):
    """After each test the counters of the classes say what the registrations say."""
    yield
    school.session.rollback()
    assert miscounted(school.session) == []


# A seat, or a place on the list -------------------------------------------------------------------------------------


def test_who_comes_first_has_a_seat_and_who_comes_later_waits_in_order(school):
    registrations = school.enrol(4)

    assert school.states() == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED, S.WAITLISTED]
    assert [one.place for one in registrations] == [None, None, 1, 2]
    assert school.counters() == (2, 2)


def test_a_class_that_costs_is_paid_first(school):
    school.training_class.fee_fen = 98000
    (registration,) = school.enrol()
    assert registration.state is S.AWAITING_PAYMENT
    assert registration.expires_at == registration.registered_at + timedelta(hours=24)
    assert school.counters() == (1, 0)


def test_where_the_centre_looks_first_a_seat_is_held_while_it_does(school):
    school.training_class.approves = True
    first, second, third = school.enrol(3)
    assert school.states() == [S.PENDING, S.PENDING, S.WAITLISTED]

    approve(school.work(), first.id)
    reject(school.work(), second.id, "条件不符")

    assert (first.state, second.state) == (S.CONFIRMED, S.REJECTED)
    assert third.state is S.PENDING, "promoted, but never past the approval"


def test_an_approval_on_the_waiting_list_keeps_the_place(school):
    school.training_class.approves = True
    *_, third = school.enrol(3)
    approve(school.work(), third.id)
    assert (third.state, third.place, third.is_approved) == (S.WAITLISTED, 1, True)

    set_capacity(school.work(), school.training_class.id, 3)
    assert third.state is S.OFFERED


def test_nobody_is_registered_twice_for_a_class(school):
    trainee, actor = school.worker()
    register(school.work(actor), school.training_class.id, trainee)
    school.session.commit()
    with pytest.raises(AlreadyRegistered):
        register(school.work(actor), school.training_class.id, trainee)
    school.session.rollback()
    assert school.counters() == (1, 0)


def test_the_database_refuses_a_second_registration_by_itself(school):
    (registration,) = school.enrol()
    twin = {
        column.name: getattr(registration, column.name)
        for column in Registration.__table__.columns
        if column.name not in {"id", "no"}
    }
    school.session.add(Registration(no="PX-TWIN", **twin))
    with pytest.raises(IntegrityError):
        school.session.flush()


@pytest.mark.parametrize("values", [{"seats_taken": 3}, {"seats_taken": -1}, {"waiting": -1}, {"capacity": 0}])
def test_the_database_refuses_wrong_counters_by_itself(school, values):
    with pytest.raises(IntegrityError):
        school.session.execute(update(TrainingClass).values(**values))


def test_who_has_withdrawn_may_come_again_at_the_end_of_the_list(school):
    """Summit Events PR #653: who comes back stands where the first registration stood, before those who stayed."""
    first, worker = school.enrolled()
    school.enrol(2)
    withdraw(school.work(worker), first.id)
    school.session.commit()

    again = register(school.work(worker), school.training_class.id, first.trainee)

    assert again.state is S.WAITLISTED
    assert again.place == 2


@pytest.mark.parametrize(
    "change",
    [
        {"state": ClassState.CLOSED},
        {"state": ClassState.CANCELLED},
        {"opens_at": clock.now() + timedelta(hours=1), "closes_at": clock.now() + timedelta(days=1)},
        {"opens_at": clock.now() - timedelta(days=2), "closes_at": clock.now() - timedelta(seconds=1)},
    ],
)
def test_a_class_that_is_not_open_takes_nobody(school, change):
    for name, value in change.items():
        setattr(school.training_class, name, value)
    with pytest.raises(RegistrationClosed):
        school.enrol()
    school.session.rollback()


def test_a_draft_does_not_exist_for_workers(school):
    school.training_class.state = ClassState.DRAFT
    with pytest.raises(NotFound):
        school.enrol()
    school.session.rollback()


def test_all_entry_conditions_are_told_and_nothing_is_taken(school):
    """hitobito_jubla #47: a place is taken before anybody has looked at the conditions."""
    school.course.is_hazardous, school.course.max_age = True, None
    school.session.commit()
    young = Particulars("赵示例", identity_number(901, date(2009, 6, 1)))
    trainee = known_trainee(school.work(), BOOK, young)
    _, actor = school.worker()
    with pytest.raises(RulesBroken) as refused:
        register(school.work(actor), school.training_class.id, trainee)
    assert len(refused.value.errors) == 1
    assert school.counters() == (0, 0)


# Promotion ----------------------------------------------------------------------------------------------------------


def test_a_seat_that_is_given_back_goes_to_the_first_who_waits(school):
    """Indico #3036, #5243; Hi.Events #315; Admidio #471, #1018; OSEM #2524; SITreg #8: there is no waiting list at all."""
    first, worker = school.enrolled()
    _, third, fourth = school.enrol(3)

    withdraw(school.work(worker), first.id)

    assert (third.state, fourth.state) == (S.OFFERED, S.WAITLISTED)
    assert school.counters() == (2, 1)
    offer = school.session.scalars(select(SeatOffer)).one()
    assert offer.expires_at == third.expires_at


def test_a_newcomer_never_takes_a_seat_that_somebody_waits_for(school):
    """eventyay #1253: a newcomer takes the place that became free, and those who wait go on waiting."""
    school.enrol(3)
    school.training_class.capacity = 3
    school.session.commit()  # a seat is free, and its promotion has not run

    newcomer, _ = school.enrolled()

    assert school.states() == [S.CONFIRMED, S.CONFIRMED, S.OFFERED, S.WAITLISTED]
    assert newcomer.place == 2


def test_an_offer_is_accepted_declined_or_lapses(school):
    """SITreg #47, pretix #1369: whoever is moved up is not asked, and does not come."""
    (first, worker), (second, other) = school.enrolled(), school.enrolled()
    (third, third_worker), (fourth, fourth_worker) = school.enrolled(), school.enrolled()
    withdraw(school.work(worker), first.id)
    withdraw(school.work(other), second.id)
    assert (third.state, fourth.state) == (S.OFFERED, S.OFFERED)

    accept_offer(school.work(third_worker), third.id)
    decline_offer(school.work(fourth_worker), fourth.id)

    assert (third.state, fourth.state) == (S.CONFIRMED, S.WITHDRAWN)
    assert school.counters() == (1, 0)
    for operation in (accept_offer, decline_offer):
        with pytest.raises(OfferTaken):
            operation(school.work(third_worker), third.id)
        with pytest.raises(OfferOver):
            operation(school.work(fourth_worker), fourth.id)


def test_an_offer_nobody_answers_goes_to_the_next_and_is_not_revived(school):
    first, worker = school.enrolled()
    school.enrol(1)
    (third, third_worker), (fourth, _) = school.enrolled(), school.enrolled()
    withdraw(school.work(worker), first.id)
    school.session.commit()

    with time_machine.travel(third.expires_at + timedelta(seconds=1), tick=False):
        with pytest.raises(OfferOver):
            accept_offer(school.work(third_worker), third.id)
        assert sweep(school.work()) == 1
        assert sweep(school.work()) == 0

    assert (third.state, fourth.state) == (S.LAPSED, S.OFFERED)
    assert school.counters() == (2, 0)


def test_more_seats_go_to_those_who_wait_and_fewer_than_taken_are_refused(school):
    *_, third, fourth = school.enrol(4)
    set_capacity(school.work(), school.training_class.id, 4)
    assert (third.state, fourth.state) == (S.OFFERED, S.OFFERED)
    with pytest.raises(SeatsInUse):
        set_capacity(school.work(), school.training_class.id, 3)


def test_nobody_is_promoted_into_the_last_twelve_hours(school):
    first, worker = school.enrolled()
    *_, third = school.enrol(2)
    school.session.commit()
    with time_machine.travel(clock.at(school.training_class.starts_on, 8 * 60) - timedelta(hours=11), tick=False):
        withdraw(school.work(worker), first.id)
    assert third.state is S.WAITLISTED
    assert school.counters() == (1, 1)


# Companies ----------------------------------------------------------------------------------------------------------


def test_a_company_holds_no_more_seats_than_one_may(school):
    school.training_class.capacity, school.training_class.company_cap = 3, 1
    firm, actor = school.firm()
    school.sent(firm, actor)
    with pytest.raises(CompanyFull):
        school.sent(firm, actor)
    school.session.rollback()
    assert school.counters() == (1, 0)


def test_a_company_at_its_cap_is_passed_over_and_reads_why(school):
    school.training_class.company_cap = 1
    firm, actor = school.firm()
    first, worker = school.enrolled()
    school.enrol(1)
    waiting = [school.sent(firm, actor) for _ in range(2)]
    stranger, _ = school.enrolled()
    withdraw(school.work(worker), first.id)
    school.session.commit()
    assert [one.state for one in waiting] == [S.OFFERED, S.WAITLISTED]

    set_capacity(school.work(), school.training_class.id, 3)

    assert (waiting[1].state, stranger.state) == (S.WAITLISTED, S.OFFERED)
    assert waiting[1].skipped_reason == COMPANY_IS_FULL
    kinds = select(RegistrationEvent.kind).where(RegistrationEvent.registration_id == waiting[1].id)
    assert "passed_over" in school.session.scalars(kinds).all()


def test_a_group_is_in_the_class_together_or_waits_together(school):
    """pretix #974, #1404: on the waiting list everybody is alone, groups are not known there."""
    school.training_class.promotion = Promotion.FITS
    firm, actor = school.firm()
    (first, worker), _ = school.enrolled(), school.enrolled()
    wish = Wish(organisation_id=firm.id)
    pair = register_together(
        school.work(actor), school.training_class.id, [school.worker()[0], school.worker()[0]], wish
    )
    single, _ = school.enrolled()
    school.session.commit()
    assert [one.state for one in pair] == [S.WAITLISTED, S.WAITLISTED]

    withdraw(school.work(worker), first.id)

    assert single.state is S.OFFERED
    assert [one.skipped_reason for one in pair] == [GROUP_DOES_NOT_FIT] * 2
    set_capacity(school.work(), school.training_class.id, 4)
    assert [one.state for one in pair] == [S.OFFERED, S.OFFERED]
    assert [one.skipped_reason for one in pair] == ["", ""]


def test_a_group_that_fits_has_its_seats_at_once(school):
    firm, actor = school.firm()
    pair = register_together(
        school.work(actor),
        school.training_class.id,
        [school.worker()[0], school.worker()[0]],
        Wish(organisation_id=firm.id),
    )
    assert [one.state for one in pair] == [S.CONFIRMED, S.CONFIRMED]
    assert school.counters() == (2, 0)


def test_a_group_that_can_never_be_in_the_class_is_refused_and_holds_up_nobody(school):
    firm, actor = school.firm()
    people = [school.worker()[0] for _ in range(3)]
    with pytest.raises(GroupTooLarge):
        register_together(school.work(actor), school.training_class.id, people, Wish(organisation_id=firm.id))
    school.training_class.company_cap = 1
    with pytest.raises(CompanyFull):
        register_together(school.work(actor), school.training_class.id, people[:2], Wish(organisation_id=firm.id))
    school.session.rollback()
    assert school.counters() == (0, 0)


# Rights, and steps that do not start here ---------------------------------------------------------------------------


def test_the_registration_of_somebody_else_does_not_exist(school):
    registration, _ = school.enrolled()
    _, stranger = school.worker()
    for operation in (withdraw, accept_offer, decline_offer):
        with pytest.raises(NotFound):
            operation(school.work(stranger), registration.id)
    registration.trainee.person_id = None  # of no account, as nobody who visits has one
    with pytest.raises(NotFound):
        withdraw(school.work(Actor.visitor()), registration.id)


def test_another_centre_decides_nothing(school, session):
    other = make_school(session)
    registration, _ = school.enrolled()
    with pytest.raises(NotFound):
        approve(other.work(), registration.id)
    with pytest.raises(NotFound):
        set_capacity(other.work(), school.training_class.id, 9)


def test_a_step_is_taken_once(school):
    registration, worker = school.enrolled()
    withdraw(school.work(worker), registration.id)
    with pytest.raises(WrongState):
        withdraw(school.work(worker), registration.id)
    with pytest.raises(WrongState):
        reject(school.work(), registration.id, "条件不符")
    assert school.counters() == (0, 0)


def test_nobody_withdraws_from_a_class_that_has_begun(school):
    registration, worker = school.enrolled()
    with (
        time_machine.travel(clock.at(school.training_class.starts_on, 8 * 60), tick=False),
        pytest.raises(TooLateToWithdraw),
    ):
        withdraw(school.work(worker), registration.id)
