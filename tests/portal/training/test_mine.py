"""My training, the page of a registration, withdrawing, handing over, and the offer of a seat."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.accounts.rules import token_hash
from services.core import clock
from services.training.models.courses import Lesson
from services.training.models.registrations import Registration, RegistrationState, SeatOffer
from services.training.operations.registering import withdraw
from tests.factories.training import identity_number, make_class
from tests.plumbing.reviewing import page_of, post_form

S = RegistrationState
TOKEN = "a-token-of-the-letter"


def state_of(school, registration_id) -> RegistrationState:
    school.session.rollback()
    return school.session.get_one(Registration, registration_id).state


@pytest.fixture
def offered(school):
    """Return a registration with an offered seat, its worker, and the address in the letter."""
    first, leaving = school.enrolled()
    school.enrol(1)
    registration, worker = school.enrolled()
    withdraw(school.work(leaving), first.id)
    school.session.execute(update(SeatOffer).values(token_hash=token_hash(TOKEN)))
    school.session.commit()
    assert registration.state is S.OFFERED
    return registration, worker, f"/offers/{TOKEN}"


def test_an_empty_list_offers_the_one_thing_to_do(school, browser):
    _, worker = school.worker()
    page = page_of(browser(worker).get("/my-training"))
    assert page.select_one('.empty a[href="/courses"]')


def test_each_tab_shows_what_belongs_there(school, browser):
    school.enrol(2)
    registration, worker = school.enrolled()
    client = browser(worker)

    page = page_of(client.get("/my-training"))

    assert "1" in page.select_one('a[href$="tab=waiting"][aria-current]').get_text(), "the first that holds something"
    assert registration.no in page.get_text()
    for tab in ("coming", "waiting", "past", "certificates", "nonsense"):
        assert client.get(f"/my-training?tab={tab}").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(school, browser, counted_queries):
    _, worker = school.worker()
    client, counts = browser(worker), []
    for more in (1, 8):
        for _ in range(more):
            school.session.rollback()
            one = make_class(school.session, school.course)
            school.session.commit()
            post_form(client, f"/classes/{one.no}/register", job="灯工")
        with counted_queries() as statements:
            client.get("/my-training?tab=coming")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_lessons_leave_as_a_calendar_file(school, browser):
    begins = clock.now() + timedelta(days=13)
    school.session.add(
        Lesson(class_id=school.training_class.id, starts_at=begins, ends_at=begins + timedelta(hours=2), hours=2)
    )
    school.session.commit()
    _, worker = school.enrolled()
    _, stranger = school.worker()

    assert browser(worker).get("/my-training.ics").data.count(b"BEGIN:VEVENT") == 1
    assert b"BEGIN:VEVENT" not in browser(stranger).get("/my-training.ics").data


# The page of a registration -----------------------------------------------------------------------------------------


def test_only_those_whom_it_concerns_see_a_registration(school, browser):
    registration, worker = school.enrolled()
    _, stranger = school.worker()
    firm, agent = school.firm()
    sent = school.sent(firm, agent)
    _, other_agent = school.firm()

    address = f"/registrations/{registration.id}"
    assert browser(worker).get(address).status_code == 200
    for actor in (stranger, agent, school.trainer):
        assert browser(actor).get(address).status_code == 404
        assert browser(actor).get(f"{address}/withdrawal").status_code == 404
        assert browser(actor).get(f"{address}/substitution").status_code == 404
    assert browser(agent).get(f"/registrations/{sent.id}").status_code == 200
    assert browser(other_agent).get(f"/registrations/{sent.id}").status_code == 404


def test_a_worker_whom_the_firm_registered_reads_but_does_not_decide(school, browser):
    firm, agent = school.firm()
    trainee, worker = school.worker()
    registration = school.sent(firm, agent)
    registration.trainee_id = trainee.id
    school.session.commit()

    page = page_of(browser(worker).get(f"/registrations/{registration.id}"))

    assert firm.name in page.get_text()
    assert page.select_one('a[href$="/withdrawal"]') is None
    assert browser(worker).get(f"/registrations/{registration.id}/withdrawal").status_code == 404


def test_withdrawing_says_what_comes_back_before_and_is_done_once(school, browser):
    school.training_class.fee_fen = 98000
    registration, worker = school.enrolled()
    school.paid(registration)
    school.session.commit()
    client, address = browser(worker), f"/registrations/{registration.id}/withdrawal"

    page = page_of(client.get(address))
    assert "980.00" in page.select_one(".notice").get_text()

    fields = {one["name"]: one.get("value", "") for one in page.select("main form input")}
    answers = [client.post(address, data=fields) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert state_of(school, registration.id) is S.WITHDRAWN


def test_after_the_closing_a_part_is_kept_and_after_the_beginning_nobody_withdraws(school, browser):
    school.training_class.fee_fen = 98000
    registration, worker = school.enrolled()
    school.paid(registration)
    school.training_class.closes_at = clock.now() - timedelta(minutes=1)
    school.session.commit()
    client, address = browser(worker), f"/registrations/{registration.id}/withdrawal"
    assert "490.00" in page_of(client.get(address)).select_one(".notice").get_text()

    school.training_class.starts_on = clock.local_day(clock.now()) - timedelta(days=1)
    school.session.commit()
    form = page_of(client.get(address)).select_one("main form")
    answer = client.post(address, data={one["name"]: one.get("value", "") for one in form.select("input")})
    assert answer.status_code == 409
    assert page_of(answer).select_one(".error-summary")
    assert state_of(school, registration.id) is S.CONFIRMED


def test_a_seat_is_handed_over_to_somebody_who_meets_the_conditions(school, browser):
    firm, agent = school.firm()
    registration = school.sent(firm, agent)
    client, address = browser(agent), f"/registrations/{registration.id}/substitution"

    wrong = post_form(client, address, name="张接替", identity="321023199001010000")
    assert wrong.status_code == 400
    assert page_of(wrong).select_one("#name")["value"] == "张接替"

    answer = post_form(client, address, name="张接替", identity=identity_number(700))
    assert answer.status_code == 303
    page = page_of(client.get(answer.location))
    assert "张接替" in page.get_text()
    assert state_of(school, registration.id) is S.CONFIRMED


def test_who_waits_reads_the_place_and_why_somebody_behind_came_first(school, browser):
    school.training_class.promotion = "fits"
    first, leaving = school.enrolled()
    school.enrol(1)
    firm, agent = school.firm()
    school.session.commit()
    people = {}
    for number in range(2):
        people |= {f"people-{number}-name": f"组员{number}", f"people-{number}-identity": identity_number(710 + number)}
    client = browser(agent)
    address = f"/classes/{school.training_class.no}/register-many"
    form = page_of(client.get(address)).select_one("form[enctype]")
    hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    client.post(address, data=hidden | people | {"choice": "all", "together": "y", "step": "register"})
    school.session.rollback()
    behind, _ = school.enrolled()
    withdraw(school.work(leaving), first.id)
    school.session.commit()

    assert state_of(school, behind.id) is S.OFFERED
    waiting = school.session.scalars(
        select(Registration).where(Registration.organisation_id == firm.id).order_by(Registration.id)
    ).first()
    text = page_of(browser(agent).get(f"/registrations/{waiting.id}")).select_one("div.notice").get_text()
    assert "1" in text
    assert "2" in text, "the size of the group stands in the reason"


# The offer of a seat ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "state"), [("accept", S.CONFIRMED), ("decline", S.WITHDRAWN)])
def test_an_offer_is_answered_on_the_page(school, browser, offered, answer, state):
    registration, worker, _ = offered
    page_address = f"/registrations/{registration.id}"
    client = browser(worker)
    assert page_of(client.get("/my-training?tab=coming")).select_one(f'a[href="{page_address}"]')

    done = post_form(client, page_address, action=f"{page_address}/answer", answer=answer)

    assert done.location == page_address
    assert state_of(school, registration.id) is state


@pytest.mark.parametrize(("answer", "state"), [("accept", S.CONFIRMED), ("decline", S.WITHDRAWN)])
def test_the_link_of_the_letter_answers_without_signing_in_but_only_by_its_buttons(
    school, browser, offered, answer, state
):
    registration, _, address = offered
    visitor = browser()
    for _ in range(2):
        assert visitor.get(address).status_code == 200
    assert state_of(school, registration.id) is S.OFFERED, "opening the link, as mail scanners do, answers nothing"

    done = post_form(visitor, address, action=None, answer=answer)

    assert done.status_code == 303
    assert state_of(school, registration.id) is state
    page = page_of(visitor.get(address))
    assert page.select_one("[name=answer]") is None
    assert registration.trainee.identity_masked not in page.get_text()


def test_a_link_that_is_over_or_unknown_says_so(school, browser, offered):
    registration, _, address = offered
    visitor = browser()
    form = page_of(visitor.get(address)).select_one("main form")
    fields = {one["name"]: one.get("value", "") for one in form.select("input")} | {"answer": "accept"}
    registration.expires_at = clock.now() - timedelta(minutes=1)
    school.session.execute(update(SeatOffer).values(expires_at=clock.now() - timedelta(minutes=1)))
    school.session.commit()

    assert visitor.get(address).status_code == 410
    answer = visitor.post(address, data=fields)
    assert answer.status_code == 409
    assert page_of(answer).select_one(".error-summary")
    assert state_of(school, registration.id) is S.OFFERED
    assert visitor.get("/offers/of-nobody").status_code == 404
    assert visitor.post("/offers/of-nobody", data=fields).status_code == 404


def test_an_answer_that_is_none_changes_nothing(school, browser, offered):
    registration, _, address = offered
    answer = post_form(browser(), address, answer="perhaps")
    assert answer.status_code == 400
    assert state_of(school, registration.id) is S.OFFERED
