"""The desk for resources, hours, exceptions and booking policies."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.catalogue.models import (
    BookingPolicy,
    OpeningException,
    OpeningRule,
    Provider,
    Resource,
    ResourceState,
)
from services.core import clock
from tests.factories.catalogue import make_policy, make_provider, make_resource, open_weekly
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import ReviewingClient, fields_of, form_of, page_of, post_form
from tests.portal.catalogue.desk_people import make_administrator

HOME = "/services/resources"
TODAY = clock.local_day(clock.now())


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session)


@pytest.fixture
def resource(session: Session, provider: Provider) -> Resource:
    return make_resource(session, provider)


@pytest.fixture
def desk(session: Session, provider: Provider, client: ReviewingClient) -> ReviewingClient:
    return as_person(client, make_administrator(session, provider))


@pytest.fixture
def address(resource: Resource, session: Session, desk: ReviewingClient) -> str:
    session.commit()
    found = f"{HOME}/{resource.id}"
    session.rollback()
    return found


# Resources ----------------------------------------------------------------------------------------------------------


def test_the_list_warns_of_calibration(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    for name, days in (("过期", -5), ("将到期", 15), ("正常", 90)):
        make_resource(session, provider, name=name, calibration_due_on=TODAY + timedelta(days=days))
    make_resource(session, make_provider(session), name="别家的设备")
    session.commit()
    rows = page_of(desk.get(HOME)).select("tbody tr")
    tags = [[tag["class"][-1] for tag in row.select("td:nth-of-type(5) .tag")] for row in rows]
    assert tags == [["tag--danger"], ["tag--warning"], []]
    due = page_of(desk.get(f"{HOME}?due=1")).select("tbody tr")
    assert len(due) == 2
    assert not page_of(desk.get(f"{HOME}?state=repair")).select("tbody tr")
    assert desk.get(f"{HOME}?state=nonsense&due=x&page=0").status_code == 200


def test_the_list_asks_as_much_for_few_as_for_many(
    session: Session, provider: Provider, desk: ReviewingClient, counted_queries: Any
) -> None:
    def questions() -> int:
        with counted_queries() as statements:
            assert desk.get(HOME).status_code == 200
        return len(statements)

    make_resource(session, provider)
    session.commit()
    few = questions()
    for _ in range(15):
        make_resource(session, provider)
    session.commit()
    assert questions() == few


def test_a_resource_needs_a_policy_first(desk: ReviewingClient) -> None:
    page = page_of(desk.get(f"{HOME}/new"))
    assert page.select_one(".empty a")["href"] == "/services/policies/new"


def test_a_resource_is_entered(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    make_policy(session, provider)
    session.commit()
    sent = {"code": "e-g05", "name": "原子吸收光谱仪", "capacity_kind": "batch", "daily_capacity": "２4"}
    response = post_form(desk, f"{HOME}/new", **sent, calibration_due_on="2090-01-01")
    assert response.status_code == 303
    session.rollback()
    resource = session.scalars(select(Resource)).one()
    assert (resource.code, resource.units, resource.daily_capacity) == ("E-G05", 1, 24)
    assert desk.get(response.headers["Location"]).status_code == 200


def test_a_wrong_resource_is_refused_and_all_mistakes_are_told(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    make_policy(session, provider)
    foreign = make_policy(session, make_provider(session))
    session.commit()
    sent = {"name": "设备", "capacity_kind": "exclusive", "units": "0", "daily_capacity": "1e3", "code": "设备"}
    response = post_form(desk, f"{HOME}/new", **sent, policy_id=str(foreign.id), calibration_due_on="2026-13-40")
    assert response.status_code == 400
    assert len(page_of(response).select(".error-summary li")) == 5
    session.rollback()
    response = post_form(desk, f"{HOME}/new", code="E1", name="设备", capacity_kind="batch", units="2")
    assert response.status_code == 409
    assert len(page_of(response).select(".error-summary li")) == 2
    assert session.scalar(select(func.count()).select_from(Resource)) == 0


def test_an_edit_is_saved_and_a_late_one_shows_both_versions(
    session: Session, resource: Resource, desk: ReviewingClient, address: str
) -> None:
    late = fields_of(form_of(page_of(desk.get(f"{address}/edit")), holding={"keeper"}))
    sent = late | {"keeper": "李工", "units": "500", "state": "stopped", "provider_id": "99"}
    assert desk.post(f"{address}/edit", data=sent).status_code == 303
    session.rollback()
    assert (resource.keeper, resource.units, resource.state) == ("李工", 1, ResourceState.NORMAL)
    session.rollback()
    response = desk.post(f"{address}/edit", data=late | {"keeper": "王工", "form_token": "another"})
    assert response.status_code == 409
    assert "李工" in page_of(response).select_one(".notice table").get_text()
    again = fields_of(form_of(page_of(response), holding={"keeper"}))
    assert desk.post(f"{address}/edit", data=again).status_code == 303
    session.rollback()
    assert resource.keeper == "王工"


def test_a_resource_is_stopped_and_restarted(
    session: Session, resource: Resource, desk: ReviewingClient, address: str
) -> None:
    assert post_form(desk, f"{address}/stop", state="repair", reason="").status_code == 400
    assert post_form(desk, f"{address}/stop", state="normal", reason="光源更换").status_code == 400
    assert post_form(desk, f"{address}/stop", state="repair", reason="光源更换").status_code == 303
    session.rollback()
    assert (resource.state, resource.state_reason) == (ResourceState.REPAIR, "光源更换")
    session.rollback()
    assert post_form(desk, f"{address}/stop", state="repair", reason="光源更换").status_code == 409
    assert post_form(desk, address, action=f"{address}/restart").status_code == 303
    session.rollback()
    assert resource.state is ResourceState.NORMAL


def test_resources_and_policies_of_others_do_not_exist(session: Session, desk: ReviewingClient) -> None:
    other = make_resource(session)
    session.commit()
    key, policy = other.id, other.policy_id
    session.rollback()
    token = fields_of(form_of(page_of(desk.get("/services/policies/new")), holding={"name"}))
    for path in ("", "/edit", "/stop", "/hours", "/exceptions"):
        assert desk.get(f"{HOME}/{key}{path}").status_code == 404
    sent = token | {"period": "/", "day": TODAY.isoformat(), "reason": "x", "note": "x"}
    for path in ("/edit", "/stop", "/restart", "/hours", "/hours/remove", "/exceptions", "/exceptions/remove"):
        assert desk.post(f"{HOME}/{key}{path}", data=sent).status_code == 404, path
    assert desk.get(f"/services/policies/{policy}").status_code == 404
    assert desk.post(f"/services/policies/{policy}", data=token).status_code == 404


# Hours --------------------------------------------------------------------------------------------------------------


def hours_of(session: Session) -> list[tuple[int, int, int]]:
    session.rollback()
    order = (OpeningRule.weekday, OpeningRule.opens_min)
    found = session.execute(select(OpeningRule.weekday, OpeningRule.opens_min, OpeningRule.closes_min).order_by(*order))
    rows = [tuple(row) for row in found]
    session.rollback()
    return rows


def test_weekly_hours_are_entered_as_text_changed_and_removed(
    session: Session, desk: ReviewingClient, address: str
) -> None:
    sent = {"day_0": "8：30－11:30，13:30 – 17:00", "day_5": "09:00至24:00"}
    assert post_form(desk, f"{address}/hours", **sent).status_code == 303
    assert hours_of(session) == [(0, 510, 690), (0, 810, 1020), (5, 540, 1440)]

    page = page_of(desk.get(f"{address}/hours?period=/"))
    assert page.select_one("#day_0")["value"] == "08:30-11:30, 13:30-17:00"
    assert post_form(desk, f"{address}/hours?period=/", day_5="", valid_to="2090-12-31").status_code == 303
    assert hours_of(session) == [(0, 510, 690), (0, 810, 1020)]
    assert post_form(desk, f"{address}/hours", day_1="9:00-10:00").status_code == 409

    assert post_form(desk, address, action=f"{address}/hours/remove").status_code == 303
    assert hours_of(session) == []


def test_hours_that_are_none_are_refused(session: Session, desk: ReviewingClient, address: str) -> None:
    sent = fields_of(form_of(page_of(desk.get(f"{address}/hours")), holding={"day_0"}))
    wrong = [
        "9", "9-10", "25:00-26:00", "10:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-24:01", "09:00-11:00,10:00-12:00",
        "²:00-10:00", "٣:00-10:00", "9:00-10:00\x00", "--", ",", "9:00-10:00-11:00", "1" * 5000,
        ",".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(7)),
    ]  # fmt: skip
    taken = [text for text in wrong if desk.post(f"{address}/hours", data=sent | {"day_0": text}).status_code != 400]
    assert not taken
    assert desk.post(f"{address}/hours", data=sent).status_code == 409
    for period in ("x", "2026-13-01/", "/", "2026-01-01/2026-02-01", "a/b/c"):
        assert desk.get(f"{address}/hours?period={period}").status_code == 404
    assert desk.post(f"{address}/hours/remove", data=sent | {"period": "nonsense"}).status_code == 400
    assert hours_of(session) == []


def test_exceptions_are_entered_and_taken_back(session: Session, desk: ReviewingClient, address: str) -> None:
    first, last = TODAY + timedelta(days=5), TODAY + timedelta(days=6)
    sent = {"first_day": first.isoformat(), "last_day": last.isoformat(), "note": "盘点"}
    assert post_form(desk, f"{address}/exceptions", **sent).status_code == 303
    assert post_form(desk, f"{address}/exceptions", **(sent | {"first_day": ""})).status_code == 400
    past = sent | {"first_day": (TODAY - timedelta(days=1)).isoformat()}
    assert post_form(desk, f"{address}/exceptions", **past).status_code == 409
    endless = sent | {"last_day": "2099-01-01"}
    assert post_form(desk, f"{address}/exceptions", **endless).status_code == 409
    rows = page_of(desk.get(address)).select("#exceptions tbody tr")
    assert [row.select_one("td").get_text(strip=True) for row in rows] == [first.isoformat(), last.isoformat()]
    assert post_form(desk, address, action=f"{address}/exceptions/remove").status_code == 303
    assert session.scalars(select(OpeningException.day)).all() == [last]


# Policies -----------------------------------------------------------------------------------------------------------


def test_a_policy_is_entered_and_edited(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    assert post_form(desk, "/services/policies/new", name="热冲击", lead_min="1440").status_code == 303
    session.rollback()
    policy = session.scalars(select(BookingPolicy)).one()
    assert (policy.provider_id, policy.lead_min, policy.needs_approval) == (provider.id, 1440, True)
    address = f"/services/policies/{policy.id}"
    session.rollback()
    late = fields_of(form_of(page_of(desk.get(address)), holding={"lead_min"}))
    assert post_form(desk, address, quota_per_day="2", needs_approval=None).status_code == 303
    session.rollback()
    assert (policy.quota_per_day, policy.needs_approval) == (2, False)
    session.rollback()
    assert desk.post(address, data=late).status_code == 409
    assert "热冲击" in desk.get("/services/policies").text


def test_a_wrong_policy_is_refused(session: Session, desk: ReviewingClient) -> None:
    new = "/services/policies/new"
    wrong = {"granularity_min": "0", "minimum_min": "-1", "horizon_days": "2147483648", "late_fee_percent": "101"}
    response = post_form(desk, new, name="错", **wrong)
    assert response.status_code == 400
    assert len(page_of(response).select(".error-summary li")) == len(wrong)
    assert post_form(desk, new, name="错", minimum_min="60", maximum_min="30").status_code == 409
    assert session.scalar(select(func.count()).select_from(BookingPolicy)) == 0


def test_a_resource_shows_its_hours(session: Session, resource: Resource, desk: ReviewingClient, address: str) -> None:
    open_weekly(session, resource, "08:30-11:30,13:30-17:00")
    session.add(
        OpeningRule(resource_id=resource.id, weekday=0, opens_min=0, closes_min=60, valid_from=date(2090, 1, 1))
    )
    session.commit()
    page = page_of(desk.get(address))
    assert page.get_text().count("13:30-17:00") == 5
    assert "2090-01-01" in page.get_text()
