"""Comparing services, and price lists to print."""

import pytest

from services.catalogue.models import ModuleState
from tests.factories.catalogue import make_extra, make_module, make_provider


@pytest.fixture
def five(session):
    provider = make_provider(session, "宝应检测中心")
    modules = [make_module(session, provider, code=f"C{number}", name=f"项目{number}") for number in range(5)]
    make_extra(session, modules[0])
    session.commit()
    return provider


def test_up_to_four_services_stand_beside_each_other(client, page_of, five):
    page = page_of(client.get("/services/compare?code=C1&code=C0&code=C2&code=C3&code=C4"))

    assert [title.text for title in page.select(".compare strong")] == ["项目1", "项目0", "项目2", "项目3"]
    assert page.select(".notice--warning")
    away = page.select_one(".compare a[href*=compare]")["href"]
    assert "C1" not in away
    assert "C0" in away


@pytest.mark.parametrize("query", ["", "?code=NOPE", "?code=%00", "?code=" + "x" * 300])
def test_nothing_to_compare_says_how_to_begin(client, page_of, query):
    page = page_of(client.get(f"/services/compare{query}"))

    assert page.select_one(".empty a")["href"] == "/services"


def test_a_price_list_holds_every_provider_and_prints_one(client, page_of, session, five):
    make_module(session, make_provider(session, "研发中心"), code="R01", name="机时")
    make_module(session, five, code="C9", name="草稿", state=ModuleState.DRAFT)
    session.commit()

    everything = page_of(client.get("/services/prices"))
    one = page_of(client.get(f"/services/prices/{five.id}"))

    assert [title.text for title in everything.select("h2")] == ["宝应检测中心", "研发中心"]
    assert "草稿" not in everything.text
    assert len(one.select("tbody tr")) == 5
    assert "英文报告" in one.text


@pytest.mark.parametrize("provider_id", ["999999", "99999999999", "x"])
def test_the_price_list_of_nobody_is_not_found(client, provider_id):
    assert client.get(f"/services/prices/{provider_id}").status_code == 404


def test_no_price_list_yet_says_so(client, page_of):
    assert page_of(client.get("/services/prices")).select("main p")


@pytest.mark.parametrize("path", ["/services/prices", "/services/compare?code=C0&code=C1"])
def test_lists_take_the_same_number_of_queries_however_long(client, session, five, counted_queries, path):
    counts = []
    for number in (0, 30):
        for _ in range(number):
            make_extra(session, make_module(session))
        session.commit()
        with counted_queries() as statements:
            client.get(path)
        counts.append(len(statements))

    assert counts[0] == counts[1]
