"""The verifier's desk: the queue, one case, two clerks, the register, suspension, and claims."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.permissions import Role
from services.organisations.models import JoinKind, JoinState, Membership, OrgKind, OrgState, Verification
from tests.factories.accounts import make_person
from tests.factories.organisations import (
    make_join_request,
    make_member,
    make_organisation,
    make_verification,
)

QUEUE = "/organisations/verifications"


@pytest.fixture
def owner(session):
    return make_person(session, name="提交人")


@pytest.fixture
def draft(session, owner):
    organisation = make_organisation(session, name="示例·待审玻璃有限公司", level=0, state=OrgState.DRAFT)
    make_member(session, owner, organisation)
    return organisation


@pytest.fixture
def case(session, draft, owner):
    return make_verification(session, draft, owner)


@pytest.fixture
def desk(client, sysadmin, operator, case, as_person):
    return as_person(client, sysadmin, operator)


def officer(session, region):
    department = make_organisation(session, kind=OrgKind.DEPARTMENT, region_code=region)
    person = make_person(session)
    make_member(session, person, department, Role.GOV_OFFICER)
    return person, department


def test_the_queue_is_oldest_first_with_a_clock(desk, session, owner, page_of):
    old = make_organisation(session, name="示例·久等厂", level=0, state=OrgState.DRAFT)
    make_verification(session, old, owner, submitted_at=clock.now() - timedelta(days=14))
    session.commit()

    rows = page_of(desk.get(QUEUE)).select("tbody tr")

    assert "示例·久等厂" in rows[0].text
    assert rows[0].select_one(".late")
    assert "示例·待审玻璃有限公司" in rows[1].text
    assert page_of(desk.get("/bench")).select_one(f'main a[href="{QUEUE}"]')


def test_a_case_shows_what_to_compare(desk, session, draft, case, page_of):
    make_organisation(session, name="示例·待审玻璃股份有限公司")
    case.particulars = case.particulars | {"name": "示例·待аudit玻璃有限公司"}
    session.commit()

    page = page_of(desk.get(f"{QUEUE}/{case.id}"))

    assert draft.credit_code in page.text
    assert "а" in page.select_one(".notice--danger").text
    assert page.select_one(".tag--success")


def test_accepting_verifies(desk, session, draft, case, post_form):
    response = post_form(desk, f"{QUEUE}/{case.id}", action=f"{QUEUE}/{case.id}/accept", level="3", remark="已走访")

    assert response.status_code == 303
    session.rollback()
    assert (draft.state, draft.level) == (OrgState.VERIFIED, 3)


def test_returning_needs_a_reason_and_keeps_the_case(desk, session, draft, case, post_form, page_of):
    address = f"{QUEUE}/{case.id}"
    page = page_of(post_form(desk, address, action=f"{address}/return", reason=" "))
    assert page.select_one("#reason-notes .field__error")

    response = post_form(desk, address, action=f"{address}/return", reason="执照照片不清晰")

    assert response.status_code == 303
    session.rollback()
    assert (draft.state, draft.state_reason) == (OrgState.RETURNED, "执照照片不清晰")


def test_the_slower_clerk_sees_what_was_decided(desk, session, sysadmin, draft, case, page_of):
    address = f"{QUEUE}/{case.id}"
    page = page_of(desk.get(address))
    fields = {one["name"]: one.get("value", "") for one in page.select(f'form[action="{address}/return"] input')}
    accept = {one["name"]: one.get("value", "") for one in page.select(f'form[action="{address}/accept"] input')}
    desk.post(f"{address}/accept", data=accept | {"level": "2"})

    response = desk.post(f"{address}/return", data=fields | {"reason": "来晚了"})

    assert response.status_code == 409
    page = page_of(response)
    assert sysadmin.name in page.select_one(".desk__content .notice--success").text
    assert page.select("main form") == []
    session.rollback()
    assert draft.state is OrgState.VERIFIED


def test_a_change_shows_old_and_new(desk, session, firm, administrator, page_of):
    wanted = {"name": "示例·改名有限公司", "credit_code": firm.credit_code, "org_type": "supplier"}
    before = {"name": firm.name, "credit_code": firm.credit_code, "org_type": "maker"}
    change = make_verification(session, firm, administrator, particulars=wanted, previous=before)
    session.commit()

    page = page_of(desk.get(f"{QUEUE}/{change.id}"))

    row = page.select_one("tbody tr").text
    assert "示例·改名有限公司" in row
    assert firm.name in row


def test_a_department_sees_its_own_region_only(app, session, draft, case, as_person, page_of):
    near, far = officer(session, "321023"), officer(session, "420607")
    county = as_person(app.test_client(), *near)
    assert draft.name in page_of(county.get(QUEUE)).text
    assert county.get(f"{QUEUE}/{case.id}").status_code == 200
    assert county.get("/organisations/claims").status_code == 403

    district = as_person(app.test_client(), *far)
    assert draft.name not in page_of(district.get(QUEUE)).text
    for address in (f"{QUEUE}/{case.id}", f"/organisations/entries/{draft.id}"):
        assert district.get(address).status_code == 404
    csrf = page_of(district.get("/organisations/switch")).select_one("input[name=csrf_token]")["value"]
    for action in ("accept", "return"):
        sent = {"csrf_token": csrf, "level": "2", "reason": "x"}
        assert district.post(f"{QUEUE}/{case.id}/{action}", data=sent).status_code == 404
    session.rollback()
    assert draft.state is OrgState.SUBMITTED


def test_a_department_does_not_suspend(client, session, draft, as_person, page_of):
    as_person(client, *officer(session, "321023"))
    address = f"/organisations/entries/{draft.id}"

    page = page_of(client.get(address))
    csrf = page.select_one("input[name=csrf_token]")["value"]

    assert page.select_one("#reason") is None
    assert client.post(address, data={"csrf_token": csrf, "reason": "x"}).status_code == 403


def test_firms_have_no_desk(client, firm, administrator, case, as_person):
    as_person(client, administrator, firm)

    for address in (QUEUE, f"{QUEUE}/{case.id}", "/organisations/entries", "/organisations/claims"):
        assert client.get(address).status_code == 403


def test_suspension_takes_effect_at_the_next_click(
    desk, app, session, firm, administrator, as_person, page_of, post_form
):
    browser = as_person(app.test_client(), administrator, firm)
    assert firm.name in page_of(browser.get("/organisations/mine")).text
    address = f"/organisations/entries/{firm.id}"
    assert page_of(post_form(desk, address, reason="")).select_one("#reason-notes .field__error")

    assert post_form(desk, address, reason="营业执照已吊销").status_code == 303

    assert firm.name not in page_of(browser.get("/organisations/mine")).text
    assert browser.get("/organisations/mine/edit").status_code == 403
    assert browser.get(f"/organisations/{firm.id}").status_code == 404
    assert post_form(desk, address, reason="登记更正").status_code == 303
    assert firm.name in page_of(browser.get("/organisations/mine")).text


def test_the_register_is_searched_by_name_code_and_state(desk, session, firm, draft, page_of):
    session.commit()

    def found(**wish):
        return [one.text for one in page_of(desk.get("/organisations/entries", query_string=wish)).select("td a")]

    assert found(name="示例·甲") == [firm.name]
    assert found(name=firm.credit_code.lower()) == [firm.name]
    assert found(state="submitted") == [draft.name]
    assert len(found(state="nonsense")) == 3


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_a_claim_is_decided(desk, session, firm, administrator, post_form, page_of, decision):
    claimant = make_person(session, name="认领人")
    claim = make_join_request(session, claimant, firm, kind=JoinKind.CLAIM, remark="法定代表人")
    session.commit()
    assert "认领人" in page_of(desk.get("/organisations/claims")).text
    address = f"/organisations/claims/{claim.id}"

    response = post_form(
        desk, address, action=f"{address}/{decision}", **({"reason": "执照不符"} if decision == "refuse" else {})
    )

    assert response.status_code == 303
    session.rollback()
    held = session.scalars(select(Membership.role).where(Membership.person_id == claimant.id)).all()
    if decision == "grant":
        assert (claim.state, held) == (JoinState.GRANTED, [Role.ENT_ADMIN])
    else:
        assert (claim.state, claim.reason, held) == (JoinState.REFUSED, "执照不符", [])


def test_a_claim_decided_twice_shows_what_was_decided(desk, session, firm, page_of, post_form):
    claim = make_join_request(session, make_person(session), firm, kind=JoinKind.CLAIM)
    session.commit()
    address = f"/organisations/claims/{claim.id}"
    page = page_of(desk.get(address))
    again = {one["name"]: one.get("value", "") for one in page.select(f'form[action="{address}/grant"] input')}
    post_form(desk, address, action=f"{address}/refuse", reason="执照不符")

    response = desk.post(f"{address}/grant", data=again)

    assert response.status_code == 409
    assert "执照不符" in page_of(response).text


def test_the_queue_asks_the_same_questions_for_few_and_many(desk, session, owner, counted):
    few = counted(lambda: desk.get(QUEUE))
    for _ in range(19):
        make_verification(session, make_organisation(session, level=0, state=OrgState.DRAFT), owner)
    session.commit()

    assert counted(lambda: desk.get(QUEUE)) == few
    assert len(session.scalars(select(Verification)).all()) == 20
