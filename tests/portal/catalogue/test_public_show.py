"""A service's page: facts, price step by step, next times, and what is not public."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.catalogue.models import BookingMode, CapacityKind, ModuleKind, ModuleState, PriceUnit
from services.core import clock
from services.core.permissions import Role
from tests.factories.booking import make_agent
from tests.factories.catalogue import (
    make_extra,
    make_module,
    make_price,
    make_provider,
    make_resource,
    open_weekly,
)

EVERY_DAY = range(7)


@pytest.fixture
def module(session):
    module = make_module(session, code="TG01", name="内应力", bring="样品3件", output="检测报告")
    make_extra(session, module)
    session.commit()
    return module


def steps(page) -> list[str]:
    rows = page.select("#price table")[0].select("tbody tr")
    return [row.select("td")[2].text for row in rows]


def to_pay(page) -> str:
    return page.select_one(".money-line__item--total dd").text


def test_a_page_answers_without_being_asked_to_sign_in(client, page_of, module):
    page = page_of(client.get("/services/TG01"))

    text = page.main.get_text(" ", strip=True)
    for answer in ("内应力", "¥120.00", "样品3件", "检测报告", "英文报告", "¥100.00", "王工"):
        assert answer in text
    assert page.select_one("a[href='tel:0514-88000002']")
    assert to_pay(page) == "¥120.00"


def test_the_calculator_shows_each_step_and_what_is_to_pay(client, page_of, module):
    page = page_of(client.get("/services/TG01?quantity=3&urgency=urgent&is_member=y"))

    assert steps(page) == ["¥360.00", "¥540.00", "¥486.00"]
    assert to_pay(page) == "¥486.00"
    assert page.select_one("#quantity")["value"] == "3"


def test_extras_are_added_and_taken_along_to_the_booking(client, page_of, module):
    page = page_of(client.get("/services/TG01?quantity=3&extras=english"))

    assert to_pay(page) == "¥460.00"
    booking = urlsplit(page.select_one(".toolbar a.button--primary")["href"])
    assert booking.path == "/bookings/new/TG01"
    assert parse_qs(booking.query) == {"quantity": ["3"], "urgency": ["normal"], "extras": ["english"]}


@pytest.mark.parametrize(
    "query",
    [
        "quantity=0",
        "quantity=-1",
        "quantity=x",
        "quantity=1e9",
        "urgency=very_urgent",
        "extras=nothing",
        "quantity=99999",
    ],
)
def test_what_cannot_be_priced_is_said_beside_the_field_and_kept(client, page_of, module, query):
    page = page_of(client.get(f"/services/TG01?{query}"))

    assert page.select(".field__error")
    assert page.select(".error-summary")
    assert not page.select(".money-line")


def test_all_mistakes_are_told_at_once(client, page_of, module):
    page = page_of(client.get("/services/TG01?quantity=0&urgency=never"))

    assert len(page.select(".error-summary li")) == 2


def test_machine_hours_are_priced_by_the_hour_and_lead_to_the_free_times(client, page_of, session):
    provider = make_provider(session)
    bench = make_resource(session, provider)
    open_weekly(session, bench, "00:00-24:00", EVERY_DAY)
    make_module(
        session,
        provider,
        code="R01",
        kind=ModuleKind.MACHINE_HOUR,
        booking_mode=BookingMode.SLOT,
        working_days=None,
        resources=[bench],
        price={"unit": PriceUnit.HOUR, "unit_fen": 4000},
    )
    session.commit()

    page = page_of(client.get("/services/R01?hours=1.5"))

    assert to_pay(page) == "¥60.00"
    assert not page.select("[name=urgency]")
    times = page.select("#times a")
    assert len(times) == 6
    assert set(parse_qs(urlsplit(times[0]["href"]).query)) == {"slot"}
    assert parse_qs(urlsplit(page.select_one(".toolbar a.button--primary")["href"]).query)["minutes"] == ["90"]


def test_a_batch_shows_the_coming_days_with_room(client, page_of, session):
    provider = make_provider(session)
    chamber = make_resource(session, provider, capacity_kind=CapacityKind.BATCH, daily_capacity=7)
    open_weekly(session, chamber, "00:00-24:00", EVERY_DAY)
    make_module(session, provider, code="TA09", resources=[chamber])
    session.commit()

    times = page_of(client.get("/services/TA09")).select("#times li")

    assert len(times) == 6
    assert "7" in times[0].select_one(".list-lines__date").text


def test_a_price_to_come_is_announced(client, page_of, session, module):
    make_price(session, module, effective_on=clock.local_day(clock.now()) + timedelta(days=10), unit_fen=15000)
    session.commit()

    page = page_of(client.get("/services/TG01"))

    assert to_pay(page) == "¥120.00"
    assert "¥150.00" in page.select_one("#price .notice").text


def test_a_price_by_agreement_says_at_least(client, page_of, session):
    make_module(session, code="I04", is_negotiable=True, price={"unit_fen": 0, "minimum_fen": 50000})
    session.commit()

    assert to_pay(page_of(client.get("/services/I04"))) == "¥500.00"


def test_without_a_price_in_force_the_page_still_stands(client, page_of, session):
    make_module(session, code="NEW1", price={})
    session.commit()

    assert not page_of(client.get("/services/NEW1")).select("#price form")


def test_a_paused_service_says_why_and_since_when_and_cannot_be_booked(client, page_of, session, module):
    module.state, module.state_reason, module.state_at = ModuleState.PAUSED, "设备检定过期", clock.now()
    session.commit()

    page = page_of(client.get("/services/TG01"))

    warning = page.select_one(".notice--warning").text
    assert "设备检定过期" in warning
    assert clock.local_day(clock.now()).isoformat() in warning
    assert not page.select("a[href^='/bookings/new']")


def test_a_service_on_an_instrument_whose_calibration_expired_cannot_be_booked(client, page_of, session):
    provider = make_provider(session)
    old = make_resource(session, provider, calibration_due_on=clock.local_day(clock.now()) - timedelta(days=1))
    make_module(session, provider, code="TG14", resources=[old])
    session.commit()

    page = page_of(client.get("/services/TG14"))

    assert old.name in page.select_one(".notice--warning").text
    assert not page.select("a[href^='/bookings/new']")


@pytest.mark.parametrize("state", [ModuleState.DRAFT, ModuleState.SUBMITTED, ModuleState.WITHDRAWN])
def test_what_is_not_public_is_nothing_for_others_and_says_so_to_its_own_people(
    app, client, page_of, as_person, session, module, state
):
    module.state, module.state_reason = state, "标准已废止"
    own = make_agent(session, module.provider.organisation, Role.LAB_CLERK)
    stranger = make_agent(session, make_provider(session).organisation, Role.PROVIDER_ADMIN)
    session.commit()

    assert "内应力" not in client.get("/services/TG01").text
    assert "内应力" not in as_person(app.test_client(), stranger).get("/services/TG01").text
    response = as_person(app.test_client(), own).get("/services/TG01")
    assert response.status_code == 404
    assert page_of(response).h1.text == "内应力"


@pytest.mark.parametrize("path", ["/services/NOPE", "/services/%00", "/services/玻璃", "/services/" + "x" * 300])
def test_an_unknown_code_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_related_services_do_not_add_queries(client, session, module, counted_queries):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make_module(session, module.provider)
        session.commit()
        with counted_queries() as statements:
            assert client.get("/services/TG01").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]
