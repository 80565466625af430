"""The door of opening day: few inside, the others in order, and nothing typed is lost."""

from contextlib import ExitStack
from threading import Barrier, Thread

import pytest

from portal.training import rush
from portal.training.rush import AWAY, FORGOTTEN, Door, Queued
from tests.factories.accounts import make_person
from tests.factories.training import make_school
from tests.plumbing.reviewing import page_of


class Moment:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def door(moment) -> Door:
    return Door(1, moment)


def knock(door: Door, ticket: str = "") -> Queued | None:
    """Knock, and leave at once when let in."""
    with door.entered(ticket) as queued:
        return queued


def queue_up(door: Door, how_many: int) -> list[str]:
    """Let people knock while somebody is inside; return their tickets."""
    tickets = []
    with door.entered(""):
        for _ in range(how_many):
            queued = knock(door)
            assert queued is not None
            tickets.append(queued.ticket)
    return tickets


def test_whoever_comes_while_nobody_is_inside_is_let_in(door):
    assert knock(door) is None
    assert knock(door) is None


def test_the_others_are_told_how_many_are_before_them(door):
    with door.entered("") as first:
        assert first is None
        assert [knock(door).ahead for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(("ahead", "seconds"), [(0, 0.5), (5, 0.5), (12, 1.2), (99, 9.9), (4000, 10.0)])
def test_whoever_is_near_knocks_often_and_whoever_is_far_seldom(ahead, seconds):
    assert Queued("", ahead).seconds == seconds


def test_people_are_let_in_in_the_order_in_which_they_came(door):
    one, two, three = queue_up(door, 3)

    assert knock(door, three) == Queued(three, 2)
    assert knock(door, two) == Queued(two, 1)
    assert knock(door).ahead == 3, "a newcomer waits behind them, though nobody is inside"
    assert knock(door, one) is None
    assert knock(door, three) == Queued(three, 1)
    assert knock(door, two) is None
    assert knock(door, three) is None


def test_who_does_not_come_back_holds_up_nobody_and_keeps_the_place_for_a_while(door, moment):
    one, two = queue_up(door, 2)
    moment.now = AWAY + 1

    assert knock(door, two) is None

    with door.entered(""):
        third = knock(door)
        assert third.ahead == 0, "the first is away"
        assert knock(door, one) == Queued(one, 0)
        assert knock(door, third.ticket) == Queued(third.ticket, 1), "but still before the third"


def test_a_ticket_is_forgotten_at_last_and_a_made_up_one_means_nothing(door, moment):
    (one,) = queue_up(door, 1)
    moment.now = FORGOTTEN + 1

    with door.entered(""):
        assert knock(door, one).ticket != one
        assert knock(door, "made-up").ticket not in {one, "made-up"}


def test_an_error_inside_lets_the_next_in(door):
    with pytest.raises(ValueError, match="inside"), door.entered(""):
        raise ValueError("inside")

    assert knock(door) is None


def test_the_queue_is_bounded(door, monkeypatch):
    monkeypatch.setattr(rush, "MOST", 5)
    with door.entered(""):
        for _ in range(5):
            knock(door)
        assert knock(door).ticket == ""


def test_never_more_than_the_places_are_inside():
    door, gate, inside, most = Door(3), Barrier(16), [], []

    def come() -> None:
        gate.wait()
        for _ in range(50):
            with door.entered("") as queued:
                if queued is None:
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()

    threads = [Thread(target=come) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert max(most) <= 3


@pytest.fixture
def browser(app, client, session, as_person):
    """Return a browser of a person, with a class to register for and a door through which nobody gets."""
    school = make_school(session)
    person = make_person(session)
    session.commit()
    with ExitStack() as stack:
        door = app.extensions["registration_door"] = Door(1)
        stack.enter_context(door.entered(""))
        yield as_person(client, person), f"/classes/{school.training_class.no}/register"


def test_the_waiting_page_carries_what_was_typed_and_knocks_again(browser, counted_queries):
    client, address = browser
    token = page_of(client.get("/accounts/profile")).select_one("[name=csrf_token]")["value"]

    answer = client.post(
        address, data={"csrf_token": token, "form_token": "once", "name": '王"<小>', "job": ["灯工", "吹制"]}
    )

    page = page_of(answer)
    form = page.select_one("form[data-knock]")
    sent = [(one["name"], one["value"]) for one in form.select("input")]
    assert answer.status_code == 200
    assert (answer.headers["Retry-After"], form["data-knock"]) == ("1", "0.5")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (form["method"], form["action"]) == ("post", address)
    assert [one for one in sent if one[0] in {"form_token", "name", "job"}] == [
        ("form_token", "once"),
        ("name", '王"<小>'),
        ("job", "灯工"),
        ("job", "吹制"),
    ]
    ticket = dict(sent)["ticket"]
    again = client.post(address, data={"csrf_token": token, "ticket": ticket, "name": "王"})
    assert [one["value"] for one in page_of(again).select("[name=ticket]")] == [ticket]


def test_the_empty_form_waits_as_well(browser):
    client, address = browser

    page = page_of(client.get(f"{address}?for=firm"))

    form = page.select_one("form[data-knock]")
    assert form["method"] == "get"
    assert next((one["name"], one["value"]) for one in form.select("input")) == ("for", "firm")
    assert "前面还有" not in page.get_text()


def test_a_visitor_is_asked_to_sign_in_before_any_queue(app, browser):
    _, address = browser

    assert app.test_client().get(address).status_code == 302
