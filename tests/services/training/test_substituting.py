"""Another person comes in place of a trainee: the seat stays, the conditions count again."""

from datetime import date, timedelta

import pytest
import time_machine

from services.core.actor import Actor
from services.core.errors import NotFound, RulesBroken, WrongState
from services.training.errors import AlreadyRegistered, TooLateToSubstitute
from services.training.models.registrations import RegistrationState
from services.training.operations.promoting import begins_at
from services.training.operations.registering import approve, reject
from services.training.operations.substituting import substitute
from services.training.operations.trainees import Particulars, known_trainee
from services.training.queries.counting import miscounted
from tests.factories.training import BOOK, School, identity_number, make_school

S = RegistrationState


@pytest.fixture
def school(session) -> School:
    return make_school(session, fee_fen=98000)


@pytest.fixture(autouse=True)
def counted(school):
    yield
    school.session.rollback()
    assert miscounted(school.session) == []


def test_a_colleague_comes_instead_and_seat_and_order_stay(school):
    firm, actor = school.firm()
    registration = school.sent(firm, actor)
    school.paid(registration)
    order_id = registration.order_id
    colleague, _ = school.worker()

    substitute(school.work(actor), registration.id, colleague)

    assert (registration.trainee_id, registration.order_id, registration.state) == (colleague.id, order_id, S.CONFIRMED)
    assert school.counters() == (1, 0)


def test_only_whoever_registered_decides(school):
    firm, actor = school.firm()
    registration = school.sent(firm, actor)
    colleague, stranger = school.worker()
    _, other_firm = school.firm()
    with pytest.raises(NotFound):
        substitute(school.work(other_firm), registration.id, colleague)
    own, _ = school.enrolled()
    with pytest.raises(NotFound):
        substitute(school.work(stranger), own.id, colleague)


def test_conditions_count_for_the_colleague_too(school):
    registration, actor = school.enrolled()
    young = known_trainee(school.work(), BOOK, Particulars("小王", identity_number(990, date(2015, 1, 1))))
    with pytest.raises(RulesBroken):
        substitute(school.work(actor), registration.id, young)
    other, _ = school.enrolled()
    with pytest.raises(AlreadyRegistered):
        substitute(school.work(actor), registration.id, other.trainee)


def test_nobody_passes_on_a_place_on_the_list(school):
    *_, waiting = school.enrol(3)
    colleague, _ = school.worker()
    registrant = Actor(waiting.registered_by_id, "王", None, frozenset())
    with pytest.raises(WrongState):
        substitute(school.work(registrant), waiting.id, colleague)


def test_nobody_comes_instead_once_the_class_has_begun(school):
    registration, actor = school.enrolled()
    colleague, _ = school.worker()
    begins = begins_at(school.work(), school.training_class)
    with time_machine.travel(begins + timedelta(minutes=1), tick=False), pytest.raises(TooLateToSubstitute):
        substitute(school.work(actor), registration.id, colleague)


def test_where_the_centre_approves_it_looks_at_the_colleague_and_what_was_paid_counts(school):
    school.training_class.approves = True
    (registration, actor), (second, other) = school.enrolled(), school.enrolled()
    for one in (registration, second):
        approve(school.work(), one.id)
        school.paid(one)
    colleague, _ = school.worker()
    substitute(school.work(actor), registration.id, colleague)
    assert (registration.state, registration.is_approved) == (S.PENDING, False)
    approve(school.work(), registration.id)
    assert registration.state is S.CONFIRMED, "it is paid"

    another, _ = school.worker()
    substitute(school.work(other), second.id, another)
    reject(school.work(), second.id, "条件不符")
    assert second.state is S.REJECTED
