"""Registering oneself, a worker, or a list: one identity for an account, and lists that do not wait for each other."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from services.accounts.rules import token_hash
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken
from services.training.errors import MembersOnly, NotYetOpen, OfferOver, OtherAccount, WaitingListFull
from services.training.models.registrations import Registration, RegistrationState, SeatOffer, Trainee
from services.training.operations.answering import answer_by_link
from services.training.operations.enrolling import Entry, enrol_self, enrol_worker, hand_over
from services.training.operations.importing import Choice, Line, Order, RowsWrong, check_lines, register_lines
from services.training.operations.registering import withdraw
from services.training.operations.trainees import Particulars
from services.training.rules.eligibility import Condition
from services.training.rules.identity import Identity
from tests.factories.accounts import make_person
from tests.factories.training import BOOK, School, identity_number, make_class, make_school

S = RegistrationState
TOKEN = "a-token-of-the-letter"


@pytest.fixture
def school(session) -> School:
    return make_school(session)


def entry(serial: int, name: str = "王示例", **over) -> Entry:
    return Entry(Particulars(name, identity_number(serial)), **over)


def faults(broken: pytest.ExceptionInfo[RulesBroken]) -> set[type[RuleBroken]]:
    return {type(one) for one in broken.value.errors}


def lines(*serials: int) -> list[Line]:
    return [Line(number, f"组员{serial}", identity_number(serial)) for number, serial in enumerate(serials, 1)]


def test_an_account_is_one_trainee_whatever_number_is_typed_later(school):
    _, actor = school.worker()
    other = make_class(school.session, school.course)

    enrol_self(school.work(actor), BOOK, school.training_class.id, entry(801))
    second = enrol_self(school.work(actor), BOOK, other.id, entry(802, "别人"))

    assert second.trainee.person_id == actor.person_id
    assert second.trainee.identity_hash != BOOK.hash_of(identity(802))


def identity(serial: int):
    return Identity(identity_number(serial))


def test_the_number_of_another_account_is_refused(school):
    trainee, _ = school.worker("李示例")
    person = make_person(school.session, name="李示例")
    actor = replace(school.trainer, person_id=person.id, organisation_id=None, roles=frozenset())
    number = BOOK.unseal(trainee.identity_sealed)
    with pytest.raises(RulesBroken) as broken:
        enrol_self(school.work(actor), BOOK, school.training_class.id, Entry(Particulars("李示例", number)))
    assert faults(broken) == {OtherAccount}


def test_a_visitor_registers_nobody(school):
    with pytest.raises(NotAllowed):
        enrol_self(school.work(replace(school.trainer, person_id=None)), BOOK, school.training_class.id, entry(803))
    with pytest.raises(NotAllowed):
        enrol_worker(school.work(), BOOK, school.training_class.id, entry(803))


def test_conditions_that_are_not_declared_are_told_with_the_rest(school):
    school.course.needs_health, school.course.education = True, "初中"
    firm, agent = school.firm()
    with pytest.raises(RulesBroken) as broken:
        enrol_worker(school.work(agent), BOOK, school.training_class.id, entry(804))
    assert {one.field for one in broken.value.errors} == {"meets_health", "meets_education"}

    declared = frozenset({Condition.HEALTH, Condition.EDUCATION})
    made = enrol_worker(school.work(agent), BOOK, school.training_class.id, entry(804, declared=declared))
    assert made.organisation_id == firm.id


def test_a_class_for_members_and_one_that_opens_later(school):
    _, actor = school.worker()
    school.training_class.is_for_members = True
    with pytest.raises(MembersOnly):
        enrol_self(school.work(actor), BOOK, school.training_class.id, entry(805))
    late = make_class(school.session, school.course)
    late.opens_at, late.closes_at = late.closes_at, late.closes_at.replace(year=late.closes_at.year + 1)
    school.session.flush()
    with pytest.raises(NotYetOpen):
        enrol_self(school.work(actor), BOOK, late.id, entry(805))


def test_a_list_with_a_wrong_row_enters_nobody_or_the_right_ones(school):
    """Indico #3512: one person cannot register several."""
    _, agent = school.firm()
    people = [*lines(811, 812), Line(3, "错号", "321023199001010000")]
    with pytest.raises(RowsWrong) as broken:
        register_lines(school.work(agent), BOOK, school.training_class.id, people, Order())
    assert [bool(one.faults) for one in broken.value.checked] == [False, False, True]
    assert school.session.scalar(select(func.count()).select_from(Trainee)) == 0

    done = register_lines(school.work(agent), BOOK, school.training_class.id, people, Order(Choice.VALID))
    assert len(done.registration_ids) == 2

    checked = check_lines(school.work(agent), BOOK, school.training_class.id, lines(811))
    assert checked[0].faults, "registered already"


def test_a_list_that_wants_to_be_together_waits_together(school):
    school.enrol(1)
    _, agent = school.firm()
    order = Order(together=True)
    register_lines(school.work(agent), BOOK, school.training_class.id, lines(821, 822), order)
    assert school.states() == [S.CONFIRMED, S.WAITLISTED, S.WAITLISTED]


def test_a_seat_is_handed_over_only_by_whoever_decides(school):
    firm, agent = school.firm()
    sent = school.sent(firm, agent)
    _, rival = school.firm()
    with pytest.raises(NotFound):
        hand_over(school.work(rival), BOOK, sent.id, entry(831))
    hand_over(school.work(agent), BOOK, sent.id, entry(831))
    assert sent.trainee.name == "王示例"


def test_the_link_of_a_letter_answers_once(school):
    first, leaving = school.enrolled()
    school.enrol(1)
    waiting, _ = school.enrolled()
    withdraw(school.work(leaving), first.id)
    school.session.scalars(select(SeatOffer)).one().token_hash = token_hash(TOKEN)
    school.session.commit()
    visitor = school.work(replace(school.trainer, person_id=None, organisation_id=None, roles=frozenset()))

    with pytest.raises(NotFound):
        answer_by_link(visitor, "of nobody", accepts=True)
    assert answer_by_link(visitor, TOKEN, accepts=True).id == waiting.id
    with pytest.raises(OfferOver):
        answer_by_link(visitor, TOKEN, accepts=False)
    assert school.session.get_one(Registration, waiting.id).state is S.CONFIRMED


@pytest.mark.parametrize(
    ("order", "wrong", "made"),
    [
        (Order(), [4], 0),
        (Order(choice=Choice.VALID), [4], 3),
        (Order(choice=Choice.VALID, together=True), [1, 2, 3, 4], 0),
    ],
)
def test_rows_beyond_the_waiting_list_are_told_and_a_group_fits_or_does_not(school, order, wrong, made):
    _, actor = school.firm()
    school.training_class.waiting_limit = 1
    school.session.commit()
    people = lines(811, 812, 813, 814)
    if made:
        checked = register_lines(school.work(actor), BOOK, school.training_class.id, people, order).checked
    else:
        with pytest.raises(RowsWrong) as refused:
            register_lines(school.work(actor), BOOK, school.training_class.id, people, order)
        checked = refused.value.checked
    assert [one.line.number for one in checked if [type(fault) for fault in one.faults] == [WaitingListFull]] == wrong
    assert school.states() == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED][:made]
