"""The desk for prices and extras."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.catalogue.models import PriceExtra, PriceVersion, Provider, ServiceModule
from services.core import clock
from tests.factories.catalogue import make_extra, make_module, make_price, make_provider
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import ReviewingClient, fields_of, form_of, page_of, post_form
from tests.portal.catalogue.desk_people import make_administrator

TODAY = clock.local_day(clock.now())
LATER = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session)


@pytest.fixture
def module(session: Session, provider: Provider) -> ServiceModule:
    return make_module(session, provider)


@pytest.fixture
def desk(session: Session, provider: Provider, module: ServiceModule, client: ReviewingClient) -> ReviewingClient:
    administrator: Person = make_administrator(session, provider)
    return as_person(client, administrator)


@pytest.fixture
def prices(module: ServiceModule, desk: ReviewingClient) -> str:
    return f"/services/desk/{module.id}/prices"


def test_a_price_with_steps_is_added(session: Session, desk: ReviewingClient, prices: str) -> None:
    steps = {
        "tier_1-from_quantity": "１0",
        "tier_1-unit_fen": "110",
        "tier_3-from_quantity": "50",
        "tier_3-unit_fen": "99.9",
    }
    response = post_form(desk, prices, effective_on=LATER, unit_fen="¥1,300.00", very_urgent_percent="200", **steps)
    assert response.status_code == 303
    session.rollback()
    version = session.scalars(select(PriceVersion).order_by(PriceVersion.effective_on.desc())).first()
    assert version is not None
    assert (version.unit_fen, version.tiers, version.urgent_percent) == (130000, [[10, 11000], [50, 9990]], 150)
    rows = page_of(desk.get(prices)).select("table.table--stack tbody tr")
    assert len(rows) == 2
    assert "¥1,300.00" in rows[0].get_text()


def test_the_form_begins_with_the_price_in_force(
    session: Session, module: ServiceModule, desk: ReviewingClient, prices: str
) -> None:
    make_price(session, module, effective_on=TODAY, unit_fen=13000, tiers=[[5, 12500]])
    session.commit()
    page = page_of(desk.get(prices))
    assert page.select_one("#unit_fen")["value"] == "130.00"
    assert page.select_one("#tier_1-from_quantity")["value"] == "5"
    assert not page.select_one("#effective_on").get("value")


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"unit_fen": ""}, 400),
        ({"unit_fen": "-1"}, 400),
        ({"unit_fen": "0.001"}, 400),
        ({"effective_on": "2026-02-30"}, 400),
        ({"effective_on": ""}, 400),
        ({"urgent_percent": "99"}, 400),
        ({"member_discount_percent": "101"}, 400),
        ({"tier_1-from_quantity": "10"}, 400),
        ({"tier_1-unit_fen": "10"}, 400),
        ({"tier_1-from_quantity": "1", "tier_1-unit_fen": "10"}, 400),
        ({"tier_1-from_quantity": "²", "tier_1-unit_fen": "10\x00"}, 400),
        ({"effective_on": (TODAY - timedelta(days=1)).isoformat()}, 409),
        (
            {
                "tier_1-from_quantity": "20",
                "tier_1-unit_fen": "10",
                "tier_2-from_quantity": "20",
                "tier_2-unit_fen": "9",
            },
            409,
        ),
    ],
)
def test_a_wrong_price_is_refused(
    session: Session, desk: ReviewingClient, prices: str, typed: dict, status: int
) -> None:
    response = post_form(desk, prices, **({"effective_on": LATER} | typed))
    assert response.status_code == status
    assert page_of(response).select(".error-summary li")
    assert session.scalar(select(func.count()).select_from(PriceVersion)) == 1


def test_only_a_price_to_come_can_be_removed(
    session: Session, module: ServiceModule, desk: ReviewingClient, prices: str
) -> None:
    coming = make_price(session, module, effective_on=TODAY + timedelta(days=9), unit_fen=13000)
    present = make_price(session, module, effective_on=TODAY, unit_fen=12500)
    session.commit()
    keys = (coming.id, present.id)
    session.rollback()
    page = page_of(desk.get(prices))
    assert [form["action"] for form in page.select(".table form")] == [f"{prices}/{keys[0]}/remove"]
    sent = fields_of(form_of(page, action=f"{prices}/{keys[0]}/remove"))
    assert desk.post(f"{prices}/{keys[1]}/remove", data=sent).status_code == 409
    first, again = (desk.post(f"{prices}/{keys[0]}/remove", data=sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert session.get(PriceVersion, keys[0]) is None
    assert desk.post(f"{prices}/999/remove", data=sent).status_code == 404


def test_extras_are_added_changed_and_removed(session: Session, module: ServiceModule, desk: ReviewingClient) -> None:
    address = f"/services/desk/{module.id}/extras"
    assert post_form(desk, address, name="英文报告", amount_fen="100").status_code == 303
    session.rollback()
    key = session.scalars(select(PriceExtra.id)).one()
    session.rollback()
    assert post_form(desk, f"{address}/{key}", amount_fen="12０").status_code == 303
    assert session.scalars(select(PriceExtra.amount_fen)).one() == 12000
    session.rollback()
    assert post_form(desk, f"{address}/{key}", name="", amount_fen="x").status_code == 400
    assert post_form(desk, address, action=f"{address}/{key}/remove").status_code == 303
    assert session.scalars(select(PriceExtra)).all() == []
    assert desk.get(f"{address}/{key}").status_code == 404


def test_prices_of_another_module_do_not_exist(
    session: Session, module: ServiceModule, desk: ReviewingClient, prices: str
) -> None:
    other = make_module(session, make_provider(session))
    version = make_price(session, other, effective_on=TODAY + timedelta(days=9))
    extra = make_extra(session, other)
    session.commit()
    token = fields_of(form_of(page_of(desk.get(prices)), holding={"unit_fen"}))
    for path in (
        f"{module.id}/prices/{version.id}/remove",
        f"{other.id}/prices/{version.id}/remove",
        f"{module.id}/extras/{extra.id}/remove",
        f"{module.id}/extras/{extra.id}",
        f"{other.id}/extras/{extra.id}",
    ):
        assert desk.post(f"/services/desk/{path}", data=token).status_code == 404
