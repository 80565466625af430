"""Colleagues: inviting, accepting, roles, dismissal, requests to join."""

import pytest
from sqlalchemy import select

from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.organisations.models import Invitation, JoinState, Membership, OrgKind
from tests.factories.accounts import make_person
from tests.factories.organisations import make_invitation, make_join_request, make_member, make_organisation

PEOPLE = "/organisations/people"


@pytest.fixture
def signed_in(client, administrator, firm, as_person):
    return as_person(client, administrator, firm)


@pytest.fixture
def agent(session, firm):
    person = make_person(session, name="甲经办", email="agent@example.org")
    make_member(session, person, firm, Role.ENT_USER)
    return person


def test_an_invited_colleague_accepts_and_is_in(signed_in, app, session, firm, as_person, post_form, page_of):
    guest = make_person(session, name="受邀人", email="guest@example.org")
    session.commit()
    sent = post_form(signed_in, PEOPLE, contact=" Guest@Example.org ", role="ent_user")
    assert sent.status_code == 303
    assert "guest@example.org" in page_of(signed_in.get(PEOPLE)).text
    letter = session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.invitation")).one()
    token = letter.payload["token"]

    browser = as_person(app.test_client(), guest)
    assert firm.name in page_of(browser.get(f"/organisations/invitations/{token}")).text
    assert post_form(browser, f"/organisations/invitations/{token}", acting_for="").status_code == 303

    assert firm.name in page_of(browser.get("/organisations/mine")).text
    assert guest.name in page_of(signed_in.get(PEOPLE)).text


def test_a_forwarded_invitation_is_refused(app, session, firm, administrator, as_person, page_of):
    token = make_invitation(session, firm, administrator, "guest@example.org")
    stranger = as_person(app.test_client(), make_person(session, email="stranger@example.org"))
    address = f"/organisations/invitations/{token}"

    shown = stranger.get(address)
    csrf = page_of(stranger.get("/organisations/switch")).select_one("input[name=csrf_token]")["value"]
    sent = stranger.post(address, data={"csrf_token": csrf})

    assert shown.status_code == sent.status_code == 403
    assert firm.name not in page_of(shown).text
    assert [one.person_id for one in session.scalars(select(Membership))] == [administrator.id]
    assert stranger.get("/organisations/invitations/guessed").status_code == 404


def test_a_withdrawn_invitation_opens_nothing(
    signed_in, app, session, firm, administrator, as_person, post_form, page_of
):
    token = make_invitation(session, firm, administrator, "guest@example.org")
    invitation = session.scalars(select(Invitation)).one()
    session.commit()

    response = post_form(signed_in, PEOPLE, action=f"/organisations/invitations/{invitation.id}/withdraw")

    assert response.status_code == 303
    session.rollback()
    guest = as_person(app.test_client(), make_person(session, email="guest@example.org"))
    page = page_of(guest.get(f"/organisations/invitations/{token}"))
    assert page.select_one("main form") is None


def test_a_mistyped_contact_stays_in_its_field(signed_in, page_of, post_form):
    page = page_of(post_form(signed_in, PEOPLE, contact="12345", role="ent_user"))

    assert page.select_one("#contact-notes .field__error")
    assert page.select_one("#contact")["value"] == "12345"


def test_roles_of_other_kinds_are_not_offered_and_not_taken(signed_in, session, page_of, post_form):
    offered = {one["value"] for one in page_of(signed_in.get(PEOPLE)).select("#role option")}
    assert offered == {"ent_admin", "ent_user"}

    response = post_form(signed_in, PEOPLE, contact="guest@example.org", role="sysadmin")

    assert response.status_code == 200
    assert session.scalars(select(Invitation)).all() == []


def test_a_dismissed_colleague_is_out_at_the_next_click(
    signed_in, app, session, firm, agent, as_person, post_form, page_of
):
    browser = as_person(app.test_client(), agent, firm)
    assert firm.name in page_of(browser.get("/organisations/mine")).text

    response = post_form(signed_in, PEOPLE, action=f"/organisations/{firm.id}/people/{agent.id}/dismiss")

    assert response.status_code == 303
    after = page_of(browser.get("/organisations/mine"))
    assert firm.name not in after.text
    assert browser.get(PEOPLE).status_code == 404
    history = page_of(signed_in.get(PEOPLE)).select("table")[-1]
    assert agent.name in history.text


def test_the_last_administrator_is_told_to_stay(signed_in, session, firm, administrator, post_form, page_of):
    response = post_form(signed_in, PEOPLE, action=f"/organisations/{firm.id}/people/{administrator.id}/dismiss")

    assert response.status_code == 409
    assert page_of(response).select_one(".error-summary")
    assert session.scalars(select(Membership.ended_at)).all() == [None]


def test_a_colleague_leaves_by_himself(client, session, firm, administrator, agent, as_person, post_form):
    as_person(client, agent, firm)

    response = post_form(client, PEOPLE, action=f"/organisations/{firm.id}/people/{agent.id}/dismiss")

    assert response.status_code == 303
    session.rollback()
    ended = session.scalars(select(Membership).where(Membership.ended_at.is_not(None))).one()
    assert ended.person_id == agent.id


def test_a_role_is_changed(signed_in, session, firm, agent, post_form):
    held = session.scalars(select(Membership).where(Membership.person_id == agent.id)).one()
    session.commit()

    response = post_form(signed_in, f"/organisations/memberships/{held.id}", role="ent_admin")

    assert response.status_code == 303
    session.rollback()
    live = select(Membership.role).where(Membership.person_id == agent.id, Membership.ended_at.is_(None))
    assert session.scalars(live).all() == [Role.ENT_ADMIN]


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_a_request_to_join_is_decided(signed_in, session, firm, post_form, page_of, decision):
    asker = make_person(session, name="申请人")
    request = make_join_request(session, asker, firm, remark="质检员")
    session.commit()
    assert "申请人" in page_of(signed_in.get(PEOPLE)).text
    address = f"/organisations/joins/{request.id}"
    assert page_of(post_form(signed_in, address, action=f"{address}/refuse", reason="")).select_one(".field__error")

    if decision == "grant":
        post_form(signed_in, address, action=address, role="ent_user")
    else:
        post_form(signed_in, address, action=f"{address}/refuse", reason="非本单位人员")

    session.rollback()
    assert request.state is (JoinState.GRANTED if decision == "grant" else JoinState.REFUSED)
    assert page_of(signed_in.get(address)).select("main form") == []


def test_other_firms_find_nothing_here(app, session, firm, administrator, agent, as_person, page_of):
    canary = make_person(session, name="金丝雀")
    request = make_join_request(session, canary, firm)
    make_invitation(session, firm, administrator, "canary@example.org")
    invitation = session.scalars(select(Invitation)).one()
    held = session.scalars(select(Membership).where(Membership.person_id == agent.id)).one()
    other, stranger = make_organisation(session), make_person(session)
    make_member(session, stranger, other)
    browser = as_person(app.test_client(), stranger, other)
    csrf = page_of(browser.get("/organisations/switch")).select_one("input[name=csrf_token]")["value"]
    pages = (
        f"/organisations/{firm.id}/people",
        f"/organisations/memberships/{held.id}",
        f"/organisations/joins/{request.id}",
    )
    buttons = (
        f"/organisations/invitations/{invitation.id}/withdraw",
        f"/organisations/{firm.id}/people/{agent.id}/dismiss",
        f"/organisations/joins/{request.id}/refuse",
    )

    for address in pages:
        assert browser.get(address).status_code == 404, address
    for address in (*pages, *buttons):
        sent = {"csrf_token": csrf, "role": "ent_admin", "reason": "x", "contact": "evil@example.org"}
        response = browser.post(address, data=sent)
        assert response.status_code == 404, address
        assert "金丝雀" not in response.text

    session.rollback()
    assert held.ended_at is None
    assert invitation.withdrawn_at is None
    assert request.state is JoinState.WAITING
    assert "金丝雀" not in page_of(browser.get(PEOPLE)).text


def test_an_agent_sees_colleagues_and_administers_nobody(
    client, session, firm, administrator, agent, as_person, page_of
):
    make_invitation(session, firm, administrator, "canary@example.org")
    as_person(client, agent, firm)

    page = page_of(client.get(PEOPLE))

    assert administrator.name in page.text
    assert "canary@example.org" not in page.text
    assert page.select_one("#contact") is None
    csrf = page_of(client.get("/organisations/switch")).select_one("input[name=csrf_token]")["value"]
    sent = {"csrf_token": csrf, "contact": "friend@example.org", "role": "ent_admin"}
    assert client.post(PEOPLE, data=sent).status_code == 403


def test_the_platform_staffs_departments_only(client, session, firm, sysadmin, operator, as_person, post_form):
    department = make_organisation(session, kind=OrgKind.DEPARTMENT)
    as_person(client, sysadmin, operator)

    sent = post_form(
        client, f"/organisations/{department.id}/people", contact="officer@example.org", role="gov_officer"
    )

    assert sent.status_code == 303
    assert client.get(f"/organisations/{firm.id}/people").status_code == 404


def test_the_list_asks_the_same_few_questions_for_few_and_many(signed_in, session, firm, page_of, counted):
    make_member(session, make_person(session), firm, Role.ENT_USER)
    session.commit()
    few = counted(lambda: signed_in.get(PEOPLE))
    for _ in range(19):
        make_member(session, make_person(session), firm, Role.ENT_USER)
        make_join_request(session, make_person(session), firm)
    session.commit()

    assert counted(lambda: signed_in.get(PEOPLE)) == few
