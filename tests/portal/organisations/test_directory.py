"""The public directory and the public page: who is there, and what everybody may know."""

import pytest

from services.organisations.models import Cluster, OrgKind, OrgState, OrgType
from tests.factories.accounts import make_person
from tests.factories.organisations import make_member, make_organisation, make_region

LIST = "/organisations"
CANARIES = {"contact_name": "金丝雀联系人", "contact_phone": "0514-88009999", "address": "金丝雀路9号"}


def names(page):
    return [one.text.strip() for one in page.select(".module__title")]


def test_only_verified_and_quoted_organisations_are_listed(client, session, page_of):
    make_organisation(session, name="已认证厂")
    make_organisation(session, name="变更厂", state=OrgState.CHANGING, level=3)
    make_organisation(session, name="名录厂", level=0, state=OrgState.DRAFT, directory_quote="重点企业")
    make_organisation(session, name="草稿厂", level=0, state=OrgState.DRAFT)
    make_organisation(session, name="待审厂", level=1, state=OrgState.SUBMITTED)
    make_organisation(session, name="退回厂", level=1, state=OrgState.RETURNED)
    make_organisation(session, name="停用厂", state=OrgState.SUSPENDED)
    make_organisation(session, name="停用名录厂", level=0, state=OrgState.SUSPENDED, directory_quote="重点企业")
    make_organisation(session, name="某部门", kind=OrgKind.DEPARTMENT)
    session.commit()

    page = page_of(client.get(LIST))

    assert names(page) == ["变更厂", "已认证厂", "名录厂"]


@pytest.mark.parametrize("state", [OrgState.DRAFT, OrgState.SUBMITTED, OrgState.RETURNED, OrgState.SUSPENDED])
def test_the_page_of_one_that_is_not_public_does_not_exist(client, session, state):
    hidden = make_organisation(session, state=state, level=1)
    session.commit()

    assert client.get(f"{LIST}/{hidden.id}").status_code == 404


def test_a_quoted_entry_says_that_nobody_confirmed_it(client, session, page_of):
    entry = make_organisation(session, level=0, state=OrgState.DRAFT, directory_quote="来源文字", credit_code=None)
    session.commit()

    page = page_of(client.get(f"{LIST}/{entry.id}"))

    assert "来源文字" in page.text
    assert page.select_one(f'a[href="/organisations/{entry.id}/claim"]')


def test_the_contact_is_for_people_of_verified_organisations(
    client, app, session, firm, administrator, as_person, page_of
):
    shown = make_organisation(session, **CANARIES)
    shy = make_organisation(session, **CANARIES, shows_contact=False)
    draft = make_organisation(session, level=1, state=OrgState.SUBMITTED)
    drafter = make_person(session)
    make_member(session, drafter, draft)
    session.commit()

    def sees(browser, one):
        page = page_of(browser.get(f"{LIST}/{one.id}"))
        assert one.credit_code in page.text
        return [text in str(page) for text in CANARIES.values()]

    assert sees(client, shown) == [False] * 3
    assert sees(as_person(app.test_client(), make_person(session)), shown) == [False] * 3
    assert sees(as_person(app.test_client(), drafter, draft), shown) == [False] * 3
    verified = as_person(app.test_client(), administrator, firm)
    assert sees(verified, shown) == [True] * 3
    assert sees(verified, shy) == [False] * 3
    assert not any(text in client.get(LIST).text for text in CANARIES.values())


def test_the_list_is_narrowed(client, session, page_of):
    make_region(session)
    cluster = Cluster(key="glass", name="玻璃产业集群", short_name="玻璃", region_code="321023")
    session.add(cluster)
    one = make_organisation(session, name="示例（宝应）甲厂", town="小官庄镇", products="玻璃管、Glass Tube", level=3)
    one.clusters.append(cluster)
    make_organisation(session, name="乙厂100%_", town="安宜镇", org_type=OrgType.SUPPLIER, products="纸箱")
    session.commit()

    def found(**wish):
        return names(page_of(client.get(LIST, query_string=wish)))

    assert found(cluster="glass") == ["示例（宝应）甲厂"]
    assert found(town="安宜镇") == ["乙厂100%_"]
    assert found(type="supplier") == ["乙厂100%_"]
    assert found(level="3") == ["示例（宝应）甲厂"]
    assert found(name="示例(宝应)") == ["示例（宝应）甲厂"]
    assert found(name="0%_") == ["乙厂100%_"]
    assert found(name="_") == ["乙厂100%_"]
    assert found(name="%%") == []
    assert found(product="glass") == ["示例（宝应）甲厂"]
    assert found(product="纸", town="小官庄镇") == []
    assert len(found(type="nonsense", level="９", page="99999999999", cluster="")) == 2
    facet = page_of(client.get(LIST)).select_one('a[href*="cluster=glass"] .facets__count')
    assert facet.text.strip() == "1"


@pytest.mark.parametrize("text", ["\x00", "甲" * 5000, "' OR 1=1 --", "<script>alert(1)</script>", "\u202e", "{{7*7}}"])
def test_odd_words_find_nothing_and_break_nothing(client, session, page_of, text):
    make_organisation(session, name="甲厂")
    session.commit()

    response = client.get(LIST, query_string={"name": text, "product": text, "town": text})

    assert response.status_code == 200
    assert "49" not in page_of(response).select_one("main").text


def test_pages_are_bounded_and_ask_the_same_questions(client, session, page_of, counted):
    for number in range(10):
        make_organisation(session, name=f"甲厂{number:02d}")
    session.commit()
    few = counted(lambda: client.get(LIST))
    for number in range(10, 50):
        make_organisation(session, name=f"甲厂{number:02d}")
    session.commit()

    assert counted(lambda: client.get(LIST)) == few
    assert len(names(page_of(client.get(LIST)))) == 20
    assert names(page_of(client.get(LIST, query_string={"page": "99"})))[-1] == "甲厂49"


def test_what_a_firm_says_is_inert(client, session, page_of):
    firm = make_organisation(session, introduction='<img src=x onerror="alert(1)">', website="https://example.org/?a=1")
    session.commit()

    page = page_of(client.get(f"{LIST}/{firm.id}"))

    assert page.select_one('img[src="x"]') is None
    assert page.select_one('a[href="https://example.org/?a=1"]')["rel"] == ["nofollow", "noopener", "noreferrer"]
