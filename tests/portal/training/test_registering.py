"""Registering oneself or a worker: everything wrong is told at once, nothing typed is lost, nothing is done twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.actor import Actor
from services.training.models.courses import Lesson
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.trainees import IdentityBook
from tests.factories.accounts import make_person
from tests.factories.training import identity_number, make_class
from tests.plumbing.reviewing import page_of, post_form

S = RegistrationState
NUMBER = identity_number(501)
GIVEN = {"name": "王示例", "identity": NUMBER, "mobile": "13800000501", "job": "灯工"}


@pytest.fixture
def address(school) -> str:
    return f"/classes/{school.training_class.no}/register"


@pytest.fixture
def worker(school) -> Actor:
    """Return somebody with an account who has never shown an identity number."""
    person = make_person(school.session, name="王示例")
    school.session.commit()
    return Actor(person.id, person.name, None, frozenset())


def registrations(school) -> list[Registration]:
    school.session.rollback()
    return list(school.session.scalars(select(Registration).order_by(Registration.id)))


def test_a_worker_registers_and_is_shown_how_it_stands(school, browser, address, worker):
    client = browser(worker)

    answer = post_form(client, address, follow=True, employer="示例玻璃厂", **GIVEN)

    (registration,) = registrations(school)
    assert registration.state is S.CONFIRMED
    assert (registration.trainee.person_id, registration.employer, registration.job) == (
        worker.person_id,
        "示例玻璃厂",
        "灯工",
    )
    text = page_of(answer).get_text()
    assert registration.no in text
    assert NUMBER not in answer.get_data(as_text=True), "the number is masked from then on"
    assert f"{NUMBER[:3]}***********{NUMBER[-4:]}" in text


def test_somebody_who_is_known_is_not_asked_for_the_number_again(school, browser, address):
    trainee, actor = school.worker()
    client = browser(actor)

    page = page_of(client.get(address))
    assert page.select_one("[name=identity]") is None
    assert trainee.identity_masked in page.get_text()

    assert post_form(client, address, job="灯工").status_code == 303
    assert [one.trainee_id for one in registrations(school)] == [trainee.id]
    assert page_of(client.get(address)).select_one("form.panel") is None, "whoever is registered sees that instead"


def test_every_mistake_is_told_at_once_and_what_was_typed_stays(school, browser, address, worker):
    school.course.needs_health, school.course.prior_certificate = True, "初级工证书"
    school.session.commit()
    wrong = GIVEN | {"identity": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "mobile": "123", "name": ""}

    answer = post_form(browser(worker), address, **wrong)

    page = page_of(answer)
    assert answer.status_code == 400
    assert {"name", "identity", "mobile", "meets_health", "meets_prior"} <= {
        one["href"][1:] for one in page.select(".error-summary a")
    }
    assert page.select_one("#identity")["value"] == wrong["identity"]
    assert page.select_one("#job")["value"] == "灯工"
    assert registrations(school) == []


@pytest.mark.parametrize("is_hazardous", [False, True])
def test_a_minor_may_learn_but_nothing_hazardous(school, browser, address, worker, is_hazardous):
    school.course.is_hazardous = is_hazardous
    school.session.commit()
    first_day = school.training_class.starts_on
    number = identity_number(502, date(first_day.year - 17, 1, 1))

    answer = post_form(browser(worker), address, **GIVEN | {"identity": number})

    assert len(registrations(school)) == (0 if is_hazardous else 1)
    assert answer.status_code == (400 if is_hazardous else 303)


def test_a_number_under_another_name_or_of_another_account_is_refused(school, browser, address, worker, settings):
    other, _ = school.worker(name="李示例")
    number = IdentityBook(settings.secret_key).unseal(other.identity_sealed)

    answer = post_form(browser(worker), address, **GIVEN | {"identity": number})
    assert page_of(answer).select_one("#name-notes .field__error")

    answer = post_form(browser(worker), address, **GIVEN | {"identity": number, "name": "李示例"})
    assert answer.status_code == 409
    assert page_of(answer).select_one("#identity-notes .field__error")
    assert registrations(school) == []


def test_lessons_at_the_same_time_are_a_warning_that_a_tick_answers(school, browser, address):
    _, actor = school.worker()
    other = make_class(school.session, school.course)
    begins = clock.now() + timedelta(days=13)
    for one in (school.training_class, other):
        school.session.add(Lesson(class_id=one.id, starts_at=begins, ends_at=begins + timedelta(hours=2), hours=2))
    school.session.commit()
    client = browser(actor)
    post_form(client, f"/classes/{other.no}/register", job="灯工")

    warned = post_form(client, address, job="灯工")
    assert warned.status_code == 409
    assert school.course.title in page_of(warned).select_one("#knowingly-notes .field__error").get_text()

    form = page_of(warned).select_one("form.panel")
    fields = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    assert client.post(address, data=fields | {"knowingly": "y"}).status_code == 303
    assert len(registrations(school)) == 2


def test_the_same_form_sent_twice_registers_once(school, browser, address, worker):
    client = browser(worker)
    form = page_of(client.get(address)).select_one("form.panel")
    fields = {one["name"]: one.get("value", "") for one in form.select("input")} | GIVEN

    first, again = client.post(address, data=fields), client.post(address, data=fields)

    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert len(registrations(school)) == 1


def test_before_the_opening_the_form_can_be_filled_in_and_nothing_is_lost(school, browser, address, worker):
    school.training_class.opens_at = clock.now() + timedelta(hours=1)
    school.session.commit()
    client = browser(worker)
    assert page_of(client.get(address)).select_one("form.panel")

    answer = post_form(client, address, **GIVEN)

    assert answer.status_code == 409
    assert page_of(answer).select_one("#identity")["value"] == NUMBER
    assert registrations(school) == []


def test_a_firm_registers_a_worker_and_pays(school, browser, address):
    firm, agent = school.firm()
    school.training_class.fee_fen = 98000
    school.session.commit()

    answer = post_form(browser(agent), f"{address}?for=firm", **GIVEN)

    (registration,) = registrations(school)
    assert answer.location == f"/registrations/{registration.id}"
    assert (registration.organisation_id, registration.employer) == (firm.id, firm.name)
    assert registration.state is S.AWAITING_PAYMENT
    assert registration.trainee.person_id is None
    page = page_of(browser(agent).get(answer.location))
    assert page.select_one(f'a[href="/billing/orders/{registration.order_id}"]')


def test_somebody_without_a_firm_registers_only_themselves(school, browser, address, worker):
    post_form(browser(worker), f"{address}?for=firm", **GIVEN)
    (registration,) = registrations(school)
    assert registration.organisation_id is None
    assert registration.trainee.person_id == worker.person_id


def test_a_full_class_gives_a_place_on_the_list_with_its_number(school, browser, address, worker):
    school.enrol(3)
    client = browser(worker)
    answer = post_form(client, address, follow=True, **GIVEN)
    registration = registrations(school)[-1]
    assert registration.state is S.WAITLISTED
    assert "2" in page_of(answer).select_one("div.notice").get_text()


def test_a_class_for_members_takes_nobody_else(school, browser, address, worker):
    school.training_class.is_for_members = True
    school.session.commit()
    assert post_form(browser(worker), address, **GIVEN).status_code == 409
    assert registrations(school) == []


def test_a_draft_is_not_there_and_visitors_sign_in_first(school, browser, address, worker):
    assert "/accounts/sign-in" in browser().get(address).location
    school.training_class.state = "draft"
    school.session.commit()
    assert browser(worker).get(address).status_code == 404


def test_the_trainee_is_entered_once_for_two_classes(school, browser, address, worker):
    other = make_class(school.session, school.course)
    school.session.commit()
    client = browser(worker)
    post_form(client, address, **GIVEN)
    post_form(client, f"/classes/{other.no}/register", job="灯工")
    assert len(registrations(school)) == 2
    assert len(school.session.scalars(select(Trainee.id)).all()) == 1
