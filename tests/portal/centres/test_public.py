"""Pages of providers, kinds of centres and clusters."""

import pytest

from services.catalogue.models import CenterType, ModuleState
from services.organisations.models import OrgState
from tests.factories.catalogue import make_cluster, make_module, make_provider, make_resource


@pytest.fixture
def lab(session):
    glass = make_cluster(session, key="BY-GLASS", name="宝应玻璃集群", quoted_facts="企业200多家")
    lab = make_provider(session, "宝应检测中心", clusters=[glass], opening_text="周一至周五 08:30–17:00")
    make_module(session, lab, code="TG01", name="内应力")
    make_resource(session, lab, name="应力仪")
    session.commit()
    return lab


def test_a_provider_shows_how_to_reach_it_what_it_has_and_offers(client, page_of, lab):
    page = page_of(client.get(f"/centres/{lab.id}"))

    text = page.main.get_text(" ", strip=True)
    for answer in ("宝应检测中心", "演示路1号", "周一至周五", "内应力", "¥120.00", "应力仪"):
        assert answer in text
    assert page.select_one("a[href='tel:0514-88000001']")


def test_drafts_are_not_on_the_page_and_long_lists_are_cut(client, page_of, session, lab):
    for _ in range(22):
        make_module(session, lab)
    make_module(session, lab, name="草稿", state=ModuleState.DRAFT)
    session.commit()

    page = page_of(client.get(f"/centres/{lab.id}"))

    assert len(page.select("tbody tr")) == 20
    assert page.select(".pager")
    assert "草稿" not in page_of(client.get(f"/centres/{lab.id}?page=2")).text


def test_a_suspended_provider_is_not_found(client, session, lab):
    lab.organisation.state = OrgState.SUSPENDED
    session.commit()

    assert client.get(f"/centres/{lab.id}").status_code == 404
    assert "宝应检测中心" not in client.get("/centres/type/test").text


def test_a_kind_of_centre_lists_its_providers_with_the_number_of_services(client, page_of, session, lab):
    make_provider(session, "研发中心", center_type=CenterType.RD)
    session.commit()

    boxes = page_of(client.get("/centres/type/test")).select(".box")

    assert [box.select_one(".box__title").text for box in boxes] == ["宝应检测中心"]
    assert "1" in boxes[0].select_one("a[href*=services]").text


@pytest.mark.parametrize("kind", list(CenterType))
def test_each_kind_has_a_page_even_when_empty(client, page_of, kind):
    assert page_of(client.get(f"/centres/type/{kind.value}")).select(".empty")


@pytest.mark.parametrize("path", ["/centres/type/none", "/centres/999999", "/centres/0", "/centres/clusters/XX"])
def test_what_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_cluster_shows_the_quoted_facts_as_quoted_and_who_serves_it(client, page_of, lab):
    page = page_of(client.get("/centres/clusters/BY-GLASS"))

    assert page.h1.text == "宝应玻璃集群"
    assert page.select_one("blockquote").get_text(strip=True) == "企业200多家"
    assert page.select("section .tag--info")
    assert [box.text for box in page.select(".box__title")] == ["宝应检测中心"]


def test_lists_of_providers_take_the_same_number_of_queries_however_long(client, session, lab, counted_queries):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make_module(session, make_provider(session, clusters=lab.clusters))
        session.commit()
        with counted_queries() as statements:
            client.get("/centres/type/test")
            client.get("/centres/clusters/BY-GLASS")
        counts.append(len(statements))

    assert counts[0] == counts[1]
