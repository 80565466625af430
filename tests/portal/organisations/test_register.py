"""Entering an organisation in three steps, joining one, claiming one."""

import pytest
from sqlalchemy import func, select

from services.accounts.models import SignIn
from services.core.permissions import Role
from services.organisations.models import (
    JoinKind,
    JoinRequest,
    Membership,
    Organisation,
    OrgState,
    Verification,
)
from tests.factories.accounts import make_person
from tests.factories.organisations import credit_code_of, make_member, make_organisation, make_region

CODE = credit_code_of(910001)


@pytest.fixture
def newcomer(session, client, as_person):
    person = make_person(session, name="新用户")
    make_region(session)
    as_person(client, person)
    return person


def particulars(**over):
    return {
        "name": "示例·新厂玻璃有限公司",
        "org_type": "maker",
        "kind": "enterprise",
        "region_code": "321023",
        "address": "演示路1号",
        "contact_name": "新用户",
        "contact_phone": "138-0000-0009",
    } | over


def test_three_steps_lead_to_the_verifiers_queue(client, session, newcomer, post_form, page_of, scan):
    first = post_form(client, "/organisations/register", credit_code=f" {CODE.lower()} ")
    assert first.status_code == 303
    second = post_form(client, first.location, **particulars())
    assert second.status_code == 303
    organisation = session.scalars(select(Organisation).where(Organisation.credit_code == CODE)).one()
    assert organisation.state is OrgState.DRAFT
    assert session.scalars(select(SignIn.organisation_id)).one() == organisation.id

    third = post_form(client, second.location, licence=scan())
    assert third.status_code == 303

    session.rollback()
    assert organisation.state is OrgState.SUBMITTED
    page = page_of(client.get("/organisations/mine"))
    assert "示例·新厂玻璃有限公司" in page.text


def test_the_draft_waits_for_its_owner(client, newcomer, post_form, page_of):
    post_form(client, f"/organisations/register/particulars?credit_code={CODE}", **particulars())

    page = page_of(client.get("/organisations/mine"))

    assert page.select_one('a[href="/organisations/mine/verification"]')


def test_a_wrong_code_stays_in_its_field(client, newcomer, post_form, page_of):
    response = post_form(client, "/organisations/register", credit_code="91321023DEM000014M")

    page = page_of(response)
    assert page.select_one("#credit_code-notes .field__error")
    assert page.select_one("#credit_code")["value"] == "91321023DEM000014M"


def test_all_mistakes_are_shown_and_what_was_typed_stays(client, session, newcomer, post_form, page_of):
    wrong = particulars(
        name="", contact_phone="12", industry_code="C30", website="javascript:alert(1)", founded_on="2999-01-01"
    )

    page = page_of(post_form(client, f"/organisations/register/particulars?credit_code={CODE}", **wrong))

    assert page.select_one("#address")["value"] == "演示路1号"
    for name in ("name", "contact_phone", "industry_code", "website", "founded_on"):
        assert page.select_one(f"#{name}-notes .field__error"), name
    assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_columns_that_are_not_asked_for_are_never_stored(client, session, newcomer):
    address = f"/organisations/register/particulars?credit_code={CODE}"
    page = client.get(address)
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    client.post(
        address,
        data=particulars(csrf_token=token, credit_code=CODE, level="3", state="verified", id="7", key="X", version="9"),
    )

    organisation = session.scalars(select(Organisation)).one()
    assert (organisation.level, organisation.state, organisation.key, organisation.version) == (
        0,
        OrgState.DRAFT,
        None,
        1,
    )


@pytest.mark.parametrize("kind", ["operator", "department", "nonsense"])
def test_nobody_registers_a_department(client, session, newcomer, post_form, kind):
    response = post_form(client, f"/organisations/register/particulars?credit_code={CODE}", **particulars(kind=kind))

    assert response.status_code == 200
    assert session.scalar(select(func.count()).select_from(Membership)) == 0


def test_sent_twice_it_is_entered_once(client, session, newcomer, page_of):
    address = f"/organisations/register/particulars?credit_code={CODE}"
    page = page_of(client.get(address))
    hidden = {field["name"]: field["value"] for field in page.select("main input[type=hidden]")}
    sent = particulars(credit_code=CODE, **hidden)

    first, second = client.post(address, data=sent), client.post(address, data=sent)

    assert first.location == second.location == "/organisations/mine/verification"
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_a_registered_code_shows_the_name_and_two_ways_in(
    client, session, newcomer, firm, administrator, post_form, page_of
):
    session.commit()

    response = post_form(client, "/organisations/register", credit_code=firm.credit_code)
    page = page_of(client.get(response.location))

    assert firm.name in page.text
    for secret in (firm.contact_name, firm.contact_phone, firm.address, administrator.name):
        assert secret not in page.text
    joined = post_form(client, response.location, remark="质检员")
    assert joined.status_code == 303
    session.rollback()
    request = session.scalars(select(JoinRequest)).one()
    assert (request.kind, request.remark, request.person_id) == (JoinKind.JOIN, "质检员", newcomer.id)


def test_who_is_second_with_a_code_comes_to_the_way_in(client, session, newcomer, post_form):
    address = f"/organisations/register/particulars?credit_code={CODE}"
    shown = client.get(address)
    make_organisation(session, credit_code=CODE)
    session.commit()

    response = post_form(client, address, **particulars())

    assert shown.status_code == 200
    assert response.status_code == 303
    assert "/join?credit_code=" in response.location


def test_a_draft_of_strangers_is_not_found_by_counting(client, session, newcomer):
    draft = make_organisation(session, level=0, state=OrgState.DRAFT)
    session.commit()

    assert client.get(f"/organisations/{draft.id}/join").status_code == 404
    assert client.get(f"/organisations/{draft.id}/claim?credit_code={CODE}").status_code == 404
    assert client.get(f"/organisations/{draft.id}/claim?credit_code={draft.credit_code}").status_code == 200


def test_a_claim_needs_a_real_licence(client, session, newcomer, post_form, page_of, scan):
    entry = make_organisation(session, level=0, state=OrgState.DRAFT, directory_quote="重点企业", credit_code=None)
    session.commit()
    address = f"/organisations/{entry.id}/claim"

    for wrong in ({}, {"licence": scan("执照.pdf", b"<html><script>alert(1)</script>")}):
        page = page_of(post_form(client, address, remark="我是法定代表人", **wrong))
        assert page.select_one("#licence-notes .field__error")
        assert "我是法定代表人" in page.select_one("#remark").text
    response = post_form(client, address, remark="我是法定代表人", licence=scan())

    assert response.status_code == 303
    session.rollback()
    claim = session.scalars(select(JoinRequest)).one()
    assert claim.kind is JoinKind.CLAIM
    assert client.get(f"/organisations/licences/{claim.licence_id}").status_code == 200
    assert session.scalar(select(func.count()).select_from(Verification)) == 0


def test_a_visitor_signs_in_first(client):
    assert "/accounts/" in client.get("/organisations/register").location


def test_a_member_cannot_ask_again(client, session, firm, as_person, post_form, page_of):
    agent = make_person(session)
    make_member(session, agent, firm)
    as_person(client, agent, firm)

    page = page_of(post_form(client, f"/organisations/{firm.id}/join", remark="again"))

    assert page.select_one(".error-summary")
    assert session.scalar(select(func.count()).select_from(JoinRequest)) == 0
    assert session.scalars(select(Membership.role)).all() == [Role.ENT_ADMIN]
