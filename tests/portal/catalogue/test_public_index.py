"""The list of services: words, facets, order, pages; for everybody."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.catalogue.models import BookingMode, CapacityKind, Market, ModuleState, Recognition
from tests.factories.catalogue import (
    make_cluster,
    make_module,
    make_policy,
    make_product,
    make_provider,
    make_resource,
    open_weekly,
)


@pytest.fixture
def two(session):
    make_module(session, code="K01", name="挂件方案", markets=[Market.EU], bring="挂件6件", price={"unit_fen": 170000})
    make_module(session, code="TG18", name="外观检查", recognition=Recognition.NONE, price={"unit_fen": 6000})
    session.commit()


def titles(page) -> list[str]:
    return [title.get_text(strip=True) for title in page.select(".module__title")]


def test_a_card_answers_what_it_costs_how_long_what_to_bring_and_who(client, page_of, two):
    page = page_of(client.get("/services"))

    card = page.select(".module")[0].get_text(" ", strip=True)
    for answer in ("挂件方案", "¥1,700.00", "5", "挂件6件", "王工", "检测中心"):
        assert answer in card
    assert len(page.select(".module .tag--success")) == 1
    assert len(page.select(".module .tag--warning")) == 1


def test_words_and_choices_narrow_and_stand_as_chips_that_take_themselves_away(client, page_of, two):
    page = page_of(client.get("/services?q=方案&market=eu"))

    assert titles(page) == ["挂件方案"]
    chips = [
        (chip.get_text(strip=True), parse_qs(urlsplit(chip["href"]).query)) for chip in page.select(".chip--active")
    ]
    assert [rest for _, rest in chips] == [{"market": ["eu"]}, {"q": ["方案"]}]
    assert page.select_one("#service-words")["value"] == "方案"


def test_facets_count_and_lead_to_the_narrowed_list(client, page_of, two):
    page = page_of(client.get("/services"))

    recognition = page.select_one("[aria-labelledby=facet-recognition]")
    options = recognition.select("a")
    assert [option.select_one(".facets__count").text for option in options] == ["1", "1"]
    assert titles(page_of(client.get(options[1]["href"]))) == ["外观检查"]


def test_an_empty_result_gives_advice(client, page_of, two):
    page = page_of(client.get("/services?q=没有这样的东西"))

    assert titles(page) == []
    assert page.select_one(".empty a")["href"] == "/services"


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "长" * 120,
        "q=<script>alert(1)</script>",
        "q=%00%ff",
        "q=🙂",
        "q=%25%25__",
        "sort=nonsense",
        "page=99999999999999999999",
        "page=-1",
        "provider=99999999999999999999",
        "cluster=x&product=%00&price=nonsense&days=1",
        "field=" + "x" * 5000,
    ],
)
def test_odd_addresses_give_a_page(client, page_of, two, query):
    response = client.get(f"/services?{query}")

    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_a_long_search_is_cut_with_a_note(client, page_of, two):
    page = page_of(client.get("/services", query_string={"q": "长" * 120}))

    assert len(page.select_one("#service-words")["value"]) == 100
    assert page.select_one(".notice--warning")


def test_a_paused_service_says_so_instead_of_a_free_time(client, page_of, session):
    make_module(session, state=ModuleState.PAUSED, state_reason="检定过期")
    session.commit()

    assert "检定过期" in page_of(client.get("/services")).select_one(".module").text


def test_pages_keep_the_filters(client, page_of, session):
    provider = make_provider(session)
    for _ in range(23):
        make_module(session, provider)
    session.commit()

    page = page_of(client.get("/services?recognition=cma&page=2"))

    assert len(page.select(".module")) == 3
    assert parse_qs(urlsplit(page.select_one("a[rel=prev]")["href"]).query) == {"recognition": ["cma"], "page": ["1"]}


def fill(session, number: int) -> None:
    cluster, product = make_cluster(session), make_product(session)
    for _ in range(number):
        provider = make_provider(session, clusters=[cluster])
        policy = make_policy(session, provider)
        resource = make_resource(session, provider, policy=policy)
        open_weekly(session, resource, "08:30-11:30")
        chamber = make_resource(session, provider, policy=policy, capacity_kind=CapacityKind.BATCH, daily_capacity=10)
        make_module(session, provider, products=[product], resources=[resource], booking_mode=BookingMode.SLOT)
        make_module(session, provider, products=[product], resources=[chamber], markets=[Market.EU])
    session.commit()


def test_ten_and_fifty_modules_take_the_same_number_of_queries(client, session, counted_queries):
    counts = []
    for number in (5, 20):
        fill(session, number)
        with counted_queries() as statements:
            assert client.get("/services?q=检测").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert counts[0] <= 16, statements
