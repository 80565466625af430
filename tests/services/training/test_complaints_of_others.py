"""What users of other systems complain of about seats and waiting lists (training-and-association.md 2.1), each shown not
to happen here. A complaint that another test shows already stands in the docstring of that test.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from services.core import clock
from services.core.actor import Actor
from services.core.outbox import OutboxTask
from services.training.errors import (
    OfferOver,
    RegistrationClosed,
    TooLateToSubstitute,
    TooLateToWithdraw,
    WaitingListFull,
)
from services.training.models.courses import Promotion, TrainingClass
from services.training.models.registrations import Registration, RegistrationState, SeatOffer
from services.training.operations.classes import ClassWish, begin_class, change_class, close_class, postpone_class
from services.training.operations.promoting import begins_at, promote_waiting
from services.training.operations.registering import (
    Wish,
    accept_offer,
    approve,
    decline_offer,
    register_together,
    reject,
    set_capacity,
    sweep,
    withdraw,
)
from services.training.operations.substituting import substitute
from services.training.operations.timetables import LessonWish, set_timetable
from services.training.queries.counting import miscounted
from services.training.queries.desk import Who, registration_counts
from services.training.queries.mine import places
from services.training.rules.states import REGISTRATION_NAMES
from tests.factories.training import School, make_school

S = RegistrationState


@pytest.fixture
def school(session) -> School:
    """Return a school whose class has one seat."""
    return make_school(session, capacity=1)


@pytest.fixture(autouse=True)
def counted(school):
    """After each test the counters of the classes say what the registrations say."""
    yield
    school.session.rollback()
    assert miscounted(school.session) == []


def after(moment):
    return time_machine.travel(moment + timedelta(seconds=1), tick=False)


def sent_letters(school: School, name: str) -> list[int]:
    """Return the registrations of which a letter was promised."""
    tasks = school.session.scalars(select(OutboxTask).where(OutboxTask.task == f"mail.{name}").order_by(OutboxTask.id))
    return [one.payload["registration_id"] for one in tasks]


# The promotion does not happen --------------------------------------------------------------------------------------


def freed(school: School) -> tuple[Registration, Actor]:
    """Let somebody with a seat withdraw while somebody waits; return who waited."""
    first, worker = school.enrolled()
    waiting = school.enrolled()
    withdraw(school.work(worker), first.id)
    return waiting


def is_withdrawn(school: School) -> Registration:
    return freed(school)[0]


def is_rejected(school: School) -> Registration:
    school.training_class.approves = True
    first, waiting = school.enrol(2)
    approve(school.work(), waiting.id)
    reject(school.work(), first.id, "条件不符")
    return waiting


def is_not_paid(school: School) -> Registration:
    school.training_class.fee_fen = 98000
    first, waiting = school.enrol(2)
    with after(first.expires_at):
        sweep(school.work())
    return waiting


def is_offered_and_declined(school: School) -> Registration:
    offered, worker = freed(school)
    waiting, _ = school.enrolled()
    decline_offer(school.work(worker), offered.id)
    return waiting


def is_offered_and_not_answered(school: School) -> Registration:
    offered, _ = freed(school)
    waiting, _ = school.enrolled()
    with after(offered.expires_at):
        sweep(school.work())
    return waiting


def is_added(school: School) -> Registration:
    _, waiting = school.enrol(2)
    set_capacity(school.work(), school.training_class.id, 2)
    return waiting


def came_too_late_until_the_class_was_postponed(school: School) -> Registration:
    first, worker = school.enrolled()
    waiting, _ = school.enrolled()
    later = school.training_class.starts_on + timedelta(days=7)
    with after(begins_at(school.work(), school.training_class) - timedelta(hours=3)):
        withdraw(school.work(worker), first.id)
        assert waiting.state is S.WAITLISTED
        postpone_class(school.work(), school.training_class.id, later, "教师生病")
    return waiting


def was_added_past_the_operations(school: School) -> Registration:
    _, waiting = school.enrol(2)
    school.session.execute(update(TrainingClass).values(capacity=2))
    school.session.commit()
    assert promote_waiting(school.work()) == 1
    assert promote_waiting(school.work()) == 0
    return waiting


@pytest.mark.parametrize(
    "seat",
    [
        is_withdrawn,
        is_rejected,
        is_not_paid,
        is_offered_and_declined,
        is_offered_and_not_answered,
        is_added,
        came_too_late_until_the_class_was_postponed,
        was_added_past_the_operations,
    ],
)
def test_whatever_frees_a_seat_it_is_offered_to_the_next(school, seat: Callable[[School], Registration]):
    """mod_booking #693, #986, #1073: a place becomes free, and nobody is moved up."""
    assert seat(school).state is S.OFFERED


def test_whoever_gets_one_of_the_new_seats_is_written_to(school):
    """yggdrasil #190: more places, and nobody of the list hears of it."""
    *_, second, third, fourth = school.enrol(4)
    set_capacity(school.work(), school.training_class.id, 3)
    assert sent_letters(school, "training_offer") == [second.id, third.id]
    assert fourth.state is S.WAITLISTED


# The wrong one is promoted ------------------------------------------------------------------------------------------


def test_all_who_wait_stand_in_one_list_however_they_came(school):
    """pretix #2119: a list for each product, so that the last who came was the first who got a place."""
    firm, agent = school.firm()
    school.enrol()
    waiting = [school.sent(firm, agent), school.enrolled()[0], school.sent(firm, agent), school.enrolled()[0]]
    for number, one in enumerate(waiting):
        set_capacity(school.work(), school.training_class.id, number + 2)
        assert [other.state for other in waiting].count(S.OFFERED) == number + 1
        assert one.state is S.OFFERED


@pytest.mark.parametrize(("policy", "offered"), [(Promotion.FIRST, [False, False]), (Promotion.FITS, [False, True])])
def test_the_class_says_whether_the_first_or_the_next_that_fits_is_promoted(school, policy, offered):
    """JEM #2287: whether a party that does not fit holds up the others is left to chance."""
    school.training_class.promotion, school.training_class.capacity = policy, 2
    firm, agent = school.firm()
    first, worker = school.enrolled()
    school.enrol()
    class_id, people = school.training_class.id, [school.worker()[0] for _ in range(2)]
    pair = register_together(school.work(agent), class_id, people, Wish(organisation_id=firm.id))
    single, _ = school.enrolled()
    withdraw(school.work(worker), first.id)
    assert [one.state is S.OFFERED for one in (pair[0], single)] == offered


# The free place is swallowed ----------------------------------------------------------------------------------------


def test_a_seat_that_was_accepted_and_given_back_goes_on_at_once_and_its_offer_is_dead(school):
    """pretix #1163, #1405: a cancelled order brings the voucher to life again, which keeps the place until it expires."""
    school.training_class.fee_fen = 98000
    first, worker = school.enrolled()
    second, other = school.enrolled()
    third, _ = school.enrolled()
    withdraw(school.work(worker), first.id)
    accept_offer(school.work(other), second.id)
    assert second.state is S.AWAITING_PAYMENT

    withdraw(school.work(other), second.id)

    assert (second.state, third.state) == (S.WITHDRAWN, S.OFFERED)
    with pytest.raises(OfferOver):
        accept_offer(school.work(other), second.id)
    open_offers = school.session.scalars(select(SeatOffer.registration_id).where(SeatOffer.result.is_(None))).all()
    assert open_offers == [third.id]


# Approval -----------------------------------------------------------------------------------------------------------


def test_more_seats_bring_nobody_past_the_approval(school):
    """mod_booking #899: when the places grow, people of the list are in without the approval they need."""
    school.training_class.approves = True
    school.enrol()
    waiting = school.enrol(2)
    set_capacity(school.work(), school.training_class.id, 3)
    assert [one.state for one in waiting] == [S.PENDING, S.PENDING]


def test_waiting_for_a_seat_and_waiting_for_the_approval_are_two_things(school):
    """WCA #2625, concrexit #1007: who waits for a place looks like who waits to be approved."""
    school.training_class.approves = True
    checked, waiting = school.enrol(2)
    assert (checked.state, waiting.state) == (S.PENDING, S.WAITLISTED)
    assert REGISTRATION_NAMES[S.PENDING] != REGISTRATION_NAMES[S.WAITLISTED]
    counts = registration_counts(school.session, school.training_class.id)
    assert (counts[Who.PENDING], counts[Who.WAITING]) == (1, 1)
    approve(school.work(), waiting.id)
    assert waiting.state is S.WAITLISTED, "approved, and still without a seat"


# What people want to know and to do -----------------------------------------------------------------------------------


def test_the_place_in_the_queue_is_shown_and_the_list_can_be_closed_while_it_goes_on(school):
    """alf.io #201: nobody sees the own place, and the list cannot be stopped."""
    first, worker = school.enrolled()
    second, third = school.enrol(2)
    shown = places(school.session, [second, third])
    assert [(shown[one.id].number, shown[one.id].waiting) for one in (second, third)] == [(1, 2), (2, 2)]

    close_class(school.work(), school.training_class.id)

    with pytest.raises(RegistrationClosed):
        school.enrol()
    school.session.rollback()
    withdraw(school.work(worker), first.id)
    assert (second.state, third.state) == (S.OFFERED, S.WAITLISTED)
    assert places(school.session, [third])[third.id].number == 1


def joins(school: School, firm, agent, size: int) -> list[Registration]:
    """Let people of a company register together."""
    people = [school.worker()[0] for _ in range(size)]
    made = register_together(school.work(agent), school.training_class.id, people, Wish(organisation_id=firm.id))
    school.session.commit()
    return made


def test_the_list_can_be_capped_and_a_group_fits_or_does_not(school):
    """alf.io #201: the list grows without end."""
    firm, agent = school.firm()
    school.training_class.capacity, school.training_class.waiting_limit = 3, 3
    school.enrol(3)
    waiting, worker = school.enrolled()
    with pytest.raises(WaitingListFull):
        joins(school, firm, agent, 3)
    school.session.rollback()
    assert school.counters() == (3, 1), "nobody of a group that does not fit"
    pair = joins(school, firm, agent, 2)
    assert [one.place for one in pair] == [2, 3]
    with pytest.raises(WaitingListFull):
        school.enrol()
    school.session.rollback()

    withdraw(school.work(worker), waiting.id)
    assert school.enrolled()[0].state is S.WAITLISTED, "a place has become free"


def test_without_a_waiting_list_the_next_seat_is_for_whoever_comes(school):
    school.training_class.waiting_limit = 0
    first, worker = school.enrolled()
    with pytest.raises(WaitingListFull):
        school.enrol()
    school.session.rollback()
    withdraw(school.work(worker), first.id)
    assert school.enrolled()[0].state is S.CONFIRMED
    assert school.counters() == (1, 0)


def test_a_lower_cap_keeps_those_who_wait(school):
    first, worker = school.enrolled()
    second, third = school.enrol(2)
    found = school.training_class
    same = {one.name: getattr(found, one.name) for one in fields(ClassWish)}
    change_class(school.work(), found.id, ClassWish(**same | {"waiting_limit": 1}), found.version)
    school.session.commit()
    with pytest.raises(WaitingListFull):
        school.enrol()
    school.session.rollback()
    withdraw(school.work(worker), first.id)
    assert (second.state, third.state) == (S.OFFERED, S.WAITLISTED)


@pytest.mark.parametrize(("policy", "state"), [(Promotion.FIRST, None), (Promotion.FITS, S.OFFERED)])
def test_a_full_list_swallows_no_seat_that_the_class_gives_to_whoever_fits(school, policy, state):
    """A seat is free, and the group in front needs two: whoever may pass it comes in, nobody else joins."""
    firm, agent = school.firm()
    school.training_class.promotion, school.training_class.capacity = policy, 2
    school.training_class.waiting_limit = 2
    first, worker = school.enrolled()
    school.enrol()
    joins(school, firm, agent, 2)
    withdraw(school.work(worker), first.id)
    if state is None:
        with pytest.raises(WaitingListFull):
            school.enrol()
    else:
        assert school.enrolled()[0].state is state
    school.session.rollback()
    assert school.counters()[1] == 2


def test_a_colleague_comes_instead_though_the_class_is_full_and_others_wait(school):
    """Hi.Events #823: a ticket of a full event cannot be handed on."""
    registration, worker = school.enrolled()
    waiting, _ = school.enrolled()
    colleague, _ = school.worker()
    substitute(school.work(worker), registration.id, colleague)
    assert (registration.trainee_id, registration.state) == (colleague.id, S.CONFIRMED)
    assert (waiting.state, waiting.place) == (S.WAITLISTED, 1)
    assert school.counters() == (1, 1)


def test_the_roster_is_frozen_when_the_class_begins(school):
    """Indico #5264: the list of participants still changes when it should stand."""
    registration, worker = school.enrolled()
    waiting, other = school.enrolled()
    starts_at = clock.at(school.training_class.starts_on, 8 * 60)
    lesson = LessonWish(starts_at, starts_at + timedelta(hours=8), hours=8)
    set_timetable(school.work(), school.training_class.id, [lesson])
    close_class(school.work(), school.training_class.id)
    with after(starts_at):
        begin_class(school.work(), school.training_class.id)
        colleague, _ = school.worker()
        for refusal, change in (
            (TooLateToWithdraw, lambda: withdraw(school.work(worker), registration.id)),
            (TooLateToSubstitute, lambda: substitute(school.work(worker), registration.id, colleague)),
            (OfferOver, lambda: accept_offer(school.work(other), waiting.id)),
        ):
            with pytest.raises(refusal):
                change()
        assert promote_waiting(school.work()) == 0
    assert [one.state for one in school.session.scalars(select(Registration).order_by(Registration.id))] == [
        S.CONFIRMED,
        S.CANCELLED,
    ]
