"""One's own organisation: particulars, two editors, verification, the licence, and the switch."""

import pytest
from sqlalchemy import select

from services.accounts.models import SignIn
from services.core.permissions import Role
from services.organisations.models import Membership, Organisation, OrgState, Verification
from tests.factories.accounts import make_person
from tests.factories.organisations import make_member, make_organisation, make_verification

EDIT = "/organisations/mine/edit"


@pytest.fixture
def signed_in(client, administrator, firm, as_person):
    return as_person(client, administrator, firm)


def test_the_file_shows_everything_to_its_people(signed_in, firm, page_of):
    page = page_of(signed_in.get("/organisations/mine"))

    for text in (firm.name, firm.credit_code, firm.contact_name, firm.address):
        assert text in page.text
    assert page.select_one(f'a[href="{EDIT}"]')


def test_an_agent_reads_and_does_not_edit(client, session, firm, as_person, page_of):
    agent = make_person(session)
    make_member(session, agent, firm, Role.ENT_USER)
    as_person(client, agent, firm)

    assert not page_of(client.get("/organisations/mine")).select_one(f'a[href="{EDIT}"]')
    assert client.get(EDIT).status_code == 403
    assert client.get("/organisations/mine/verification").status_code == 403


def test_without_an_organisation_the_page_says_what_to_do(client, session, as_person, page_of):
    as_person(client, make_person(session))

    page = page_of(client.get("/organisations/mine"))

    assert page.select_one('a[href="/organisations/register"]')
    assert client.get(EDIT).status_code == 403


def test_changes_are_saved(signed_in, session, firm, post_form):
    response = post_form(signed_in, EDIT, products="玻璃杯、玻璃瓶", employees="１２０")

    assert response.status_code == 303
    session.rollback()
    assert (firm.products, firm.employees, firm.version, firm.state) == ("玻璃杯、玻璃瓶", 120, 2, OrgState.VERIFIED)


def test_the_slower_editor_sees_both_versions_and_loses_nothing(signed_in, session, firm, page_of, post_form):
    page = page_of(signed_in.get(EDIT))
    fields = {one["name"]: one.get("value", "") for one in page.select("main form input[name]:not([type=checkbox])")}
    fields |= {one["name"]: (one.select_one("[selected]") or one.option)["value"] for one in page.select("main select")}
    post_form(signed_in, EDIT, products="玻璃瓶")

    response = signed_in.post(EDIT, data=fields | {"products": "玻璃杯", "shows_contact": "y"})

    assert response.status_code == 409
    conflict = page_of(response)
    row = conflict.select_one("#versions tbody").text
    assert "玻璃杯" in row
    assert "玻璃瓶" in row
    assert conflict.select_one("#products")["value"] == "玻璃杯"
    assert conflict.select_one("#version")["value"] == "2"
    session.rollback()
    assert firm.products == "玻璃瓶"


def test_a_new_name_needs_the_licence_and_waits(signed_in, session, firm, page_of, post_form, scan):
    page = page_of(post_form(signed_in, EDIT, name="示例·新名有限公司"))
    assert page.select_one("#licence-notes .field__error")

    response = post_form(signed_in, EDIT, name="示例·新名有限公司", licence=scan())

    assert response.status_code == 303
    session.rollback()
    assert (firm.name, firm.state) == ("示例·甲玻璃有限公司", OrgState.CHANGING)


def test_a_returned_submission_shows_its_reason_and_goes_again(client, session, as_person, page_of, post_form, scan):
    owner = make_person(session)
    draft = make_organisation(session, level=1, state=OrgState.RETURNED, state_reason="地址与执照不符")
    make_member(session, owner, draft)
    as_person(client, owner, draft)

    page = page_of(client.get("/organisations/mine/verification"))
    assert "地址与执照不符" in page.text
    empty = page_of(post_form(client, "/organisations/mine/verification", acting_for=str(draft.id)))
    assert empty.select_one("#licence-notes .field__error")
    assert post_form(client, "/organisations/mine/verification", licence=scan()).status_code == 303
    session.rollback()
    assert session.scalars(select(Verification)).one().organisation_id == draft.id


def test_the_licence_is_saved_never_shown_and_only_for_its_own(
    client, app, session, firm, administrator, as_person, post_form, scan
):
    firm.state, firm.level = OrgState.DRAFT, 0
    as_person(client, administrator, firm)
    post_form(client, "/organisations/mine/verification", licence=scan("执照 “甲”.pdf"))
    licence_id = session.scalars(select(Verification.licence_id)).one()
    address = f"/organisations/licences/{licence_id}"

    own = client.get(address)
    assert own.status_code == 200
    assert own.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E6%89%A7%E7%85%A7" in own.headers["Content-Disposition"]
    assert "sandbox" in own.headers["Content-Security-Policy"]
    assert own.headers["X-Content-Type-Options"] == "nosniff"
    assert own.headers["Cache-Control"] == "no-store"

    agent, stranger, other = make_person(session), make_person(session), make_organisation(session)
    make_member(session, agent, firm, Role.ENT_USER)
    make_member(session, stranger, other)
    for person, acts_for in ((agent, firm), (stranger, other), (make_person(session), None)):
        refused = as_person(app.test_client(), person, acts_for).get(address)
        missing = as_person(app.test_client(), person, acts_for).get("/organisations/licences/987654")
        assert refused.status_code == missing.status_code == 404
        assert len(refused.data) == len(missing.data)
    assert app.test_client().get(address).status_code == 302


def test_a_damaged_licence_is_not_handed_out(
    client, settings, session, firm, administrator, as_person, post_form, scan
):
    firm.state, firm.level = OrgState.DRAFT, 0
    as_person(client, administrator, firm)
    post_form(client, "/organisations/mine/verification", licence=scan())
    licence_id = session.scalars(select(Verification.licence_id)).one()
    stored = next(path for path in settings.uploads.glob("*/*") if path.is_file())
    stored.write_bytes(b"%PDF-1.7 something else")

    assert client.get(f"/organisations/licences/{licence_id}").status_code == 409


def test_acting_for_another_organisation_is_a_choice_among_ones_own(
    client, session, firm, administrator, as_person, page_of, post_form
):
    second, foreign = make_organisation(session, name="示例·乙厂"), make_organisation(session, name="示例·丙厂")
    make_member(session, administrator, second, Role.ENT_USER)
    as_person(client, administrator, firm)

    page = page_of(client.get("/organisations/switch"))
    assert "示例·乙厂" in page.text
    assert "示例·丙厂" not in page.text
    assert post_form(client, "/organisations/switch", organisation_id=str(second.id)).status_code == 303
    session.rollback()
    assert session.scalars(select(SignIn.organisation_id)).one() == second.id
    for wrong in (str(foreign.id), str(2**63), "-1", "x"):
        assert post_form(client, "/organisations/switch", organisation_id=wrong).status_code == 404
    assert client.get(EDIT).status_code == 403


def test_a_page_of_another_identity_is_refused(signed_in, session, firm, administrator, page_of, post_form):
    second = make_organisation(session)
    make_member(session, administrator, second)
    session.commit()
    page = page_of(signed_in.get(EDIT))
    old = page.select_one("main input[name=acting_for]")["value"]
    post_form(signed_in, "/organisations/switch", organisation_id=str(second.id))

    response = post_form(signed_in, EDIT, acting_for=old, products="写错了单位")

    assert response.status_code == 200
    session.rollback()
    assert "写错了单位" not in session.scalars(select(Organisation.products)).all()


def test_the_history_stays_readable(signed_in, session, firm, administrator, page_of):
    make_verification(session, firm, administrator)
    session.commit()

    page = page_of(signed_in.get("/organisations/mine/verification"))

    assert administrator.name in page.select_one("table").text
    assert session.scalars(select(Membership)).one().person_id == administrator.id
