"""Subsidy claims: the centre lists and submits, the department pays or refuses."""

import pytest
from sqlalchemy import select

from services.core.actor import Actor
from services.core.permissions import Role
from services.organisations.models import OrgKind, OrgType
from services.training.models.outcomes import Certificate, ClaimState, SubsidyClaim
from services.training.models.registrations import IdentityView
from services.training.operations.certifying import revoke_certificate
from tests.factories.booking import make_agent
from tests.factories.organisations import make_organisation, make_region
from tests.factories.training import make_school
from tests.factories.training_run import Running, make_running
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def graduated(school) -> Running:
    running = make_running(school, fee_fen=98000)
    running.graduate(80, 90)
    running.certify(0)
    return running


@pytest.fixture
def officer(session, school) -> Actor:
    region = make_region(session).code
    school.centre.organisation.region_code = region
    home = make_organisation(session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION, region_code=region)
    person = make_agent(session, home, Role.GOV_OFFICER)
    session.commit()
    return Actor(person.id, person.name, home.id, frozenset({Role.GOV_OFFICER}))


def page_address(graduated: Running) -> str:
    return f"/classes/{graduated.no}/subsidies"


def submitted(graduated: Running, browser) -> int:
    """List and submit the claims of the class; return the first."""
    client, address = browser(graduated.school.trainer), page_address(graduated)
    post_form(client, address, action=f"{address}/list")
    post_form(client, address, action=f"{address}/submission")
    graduated.school.session.rollback()
    return graduated.school.session.scalars(select(SubsidyClaim.id).order_by(SubsidyClaim.id)).first()


def state_of(graduated: Running, claim_id: int) -> ClaimState:
    graduated.school.session.rollback()
    return graduated.school.session.get_one(SubsidyClaim, claim_id).state


def test_the_centre_sees_who_is_eligible_and_why_the_others_are_not(graduated, browser):
    client = browser(graduated.school.trainer)
    text = page_of(client.get(page_address(graduated))).text
    assert graduated.people[1][0].trainee.name in text
    assert "¥980.00" in text
    assert graduated.no in page_of(client.get("/subsidies/classes")).text


def test_claims_are_listed_submitted_and_paid(graduated, browser, officer):
    claim_id = submitted(graduated, browser)
    client = browser(officer)
    assert graduated.people[0][0].trainee.name in page_of(client.get("/subsidies")).text

    answer = post_form(client, f"/subsidies/{claim_id}", action=f"/subsidies/{claim_id}/payment")

    assert answer.status_code == 303
    assert state_of(graduated, claim_id) is ClaimState.PAID
    assert not page_of(client.get(f"/subsidies/{claim_id}")).select(f"form[action='/subsidies/{claim_id}/payment']")


def test_a_refusal_needs_a_reason_which_the_centre_reads(graduated, browser, officer):
    claim_id = submitted(graduated, browser)
    client, address = browser(officer), f"/subsidies/{claim_id}"
    missing = post_form(client, address, action=f"{address}/refusal", reason="")
    assert missing.status_code == 400
    assert page_of(missing).select_one("#refuse-reason-notes .field__error")
    assert post_form(client, address, action=f"{address}/refusal", reason="材料不全").status_code == 303

    page = page_of(browser(graduated.school.trainer).get(page_address(graduated)))
    assert "材料不全" in page.text
    assert page.select(f"form[action='{page_address(graduated)}/list']"), "the person can be claimed for again"


def test_the_department_reads_that_a_certificate_was_taken_back_and_pays_nothing(graduated, browser, officer, session):
    claim_id = submitted(graduated, browser)
    revoke_certificate(graduated.school.work(), session.scalars(select(Certificate.id)).one(), "替考")
    session.commit()
    client = browser(officer)
    assert "证书已撤销" in page_of(client.get("/subsidies")).select_one("table").text

    answer = post_form(client, f"/subsidies/{claim_id}", action=f"/subsidies/{claim_id}/payment")

    assert answer.status_code == 409
    assert graduated.people[0][0].trainee.name in page_of(answer).text
    assert state_of(graduated, claim_id) is ClaimState.SUBMITTED


def test_all_of_a_class_are_paid_at_once(graduated, browser, officer):
    claim_id = submitted(graduated, browser)
    action = f"/subsidies/classes/{graduated.no}/payment"
    assert post_form(browser(officer), f"/subsidies?class={graduated.no}", action=action).status_code == 303
    assert state_of(graduated, claim_id) is ClaimState.PAID


def test_a_claim_is_taken_off_the_list_and_the_department_never_sees_it(graduated, browser, officer, session):
    client, address = browser(graduated.school.trainer), page_address(graduated)
    post_form(client, address, action=f"{address}/list")
    session.rollback()
    claim_id = session.scalars(select(SubsidyClaim.id)).one()
    post_form(client, address, action=f"/subsidies/{claim_id}/removal", reason="重复")

    assert state_of(graduated, claim_id) is ClaimState.REFUSED
    assert browser(officer).get(f"/subsidies/{claim_id}").status_code == 404


def test_printing_full_numbers_is_recorded_and_lists_are_masked(graduated, browser, officer, session):
    submitted(graduated, browser)
    client, address = browser(graduated.school.trainer), page_address(graduated)
    masked = graduated.people[0][0].trainee.identity_masked
    assert masked in client.get(f"{address}.csv").get_data(as_text=True)

    printed = page_of(post_form(client, address, action=f"{address}/print"))
    action = f"/subsidies/classes/{graduated.no}/print"
    seen = page_of(post_form(browser(officer), f"/subsidies?class={graduated.no}", action=action))

    for page in (printed, seen):
        assert masked not in page.text
        assert masked[-4:] in page.text
    session.rollback()
    assert len(session.scalars(select(IdentityView)).all()) == 2


def test_others_neither_list_nor_decide(graduated, browser, officer, session):
    claim_id = submitted(graduated, browser)
    other = browser(make_school(session).trainer)
    assert other.get(page_address(graduated)).status_code == 404
    assert browser(graduated.school.trainer).get("/subsidies").status_code == 403
    assert browser(officer).get(page_address(graduated)).status_code == 403
    assert browser(officer).get("/subsidies.csv?state=submitted").status_code == 200
    assert state_of(graduated, claim_id) is ClaimState.SUBMITTED


def test_the_lists_ask_as_little_for_many_as_for_few(graduated, browser, officer, counted_queries):
    submitted(graduated, browser)
    client = browser(officer)
    client.get("/subsidies")
    with counted_queries() as statements:
        client.get("/subsidies")
    assert len(statements) <= 12
