"""Staff find people, end their sign-ins, and switch accounts off and on for a reason."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person, PersonState, SignIn
from services.core.audit import AuditEntry
from tests.factories.booking import make_agent, make_firm
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def person(session: Session) -> Person:
    person = make_agent(session, make_firm(session, "甲玻璃厂"), name="王芳", email="wang@example.com")
    session.commit()
    return person


def names(client, query: str) -> list[str]:
    return [link.text for link in page_of(client.get(f"/admin/people?{query}")).select("tbody td:first-child a")]


@pytest.mark.parametrize("query", ["q=王芳", "q=wang%40", "state=active&q=王"])
def test_people_are_found_by_what_is_known_of_them(staff, person: Person, query: str) -> None:
    assert names(staff.admin, query) == ["王芳"]


@pytest.mark.parametrize("query", ["q=%25", "q=_", "state=disabled", "q=nobody"])
def test_what_is_not_there_is_not_found(staff, person: Person, query: str) -> None:
    assert names(staff.admin, query) == []


def test_the_list_masks_numbers_and_tells_roles(staff, person: Person) -> None:
    text = page_of(staff.admin.get("/admin/people?q=王芳")).select_one("tbody").text
    assert person.mobile not in text
    assert "w***@example.com" in text
    assert "甲玻璃厂" in text


def test_an_impossible_page_shows_the_last_one(staff, session: Session) -> None:
    firm = make_firm(session)
    for _ in range(25):
        make_agent(session, firm)
    session.commit()
    for page in ("2", "99", "0", "x", "9" * 30):
        assert staff.admin.get(f"/admin/people?page={page}").status_code == 200
    assert 0 < len(names(staff.admin, "page=99")) < 20


def test_a_disabled_person_is_out_at_the_next_click(app: Flask, staff, session: Session, person: Person) -> None:
    theirs = as_person(app.test_client(), person)
    assert theirs.get("/messages").status_code == 200

    answer = post_form(staff.admin, f"/admin/people/{person.id}", reason="离职")

    assert answer.status_code == 303
    assert theirs.get("/messages").status_code == 302
    session.rollback()
    assert person.state is PersonState.DISABLED
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "person.disabled")).one()
    assert entry.facts["reason"] == "离职"

    post_form(staff.admin, f"/admin/people/{person.id}", reason="复职")
    session.rollback()
    assert person.state is PersonState.ACTIVE
    assert theirs.get("/messages").status_code == 302  # they sign in anew


def test_a_reason_is_needed_and_nobody_disables_themselves(staff, session: Session, person: Person) -> None:
    answer = post_form(staff.admin, f"/admin/people/{person.id}", reason="")
    assert answer.status_code == 200
    assert page_of(answer).select_one("#reason-notes .field__error")

    own = staff.admin_person.id
    answer = post_form(staff.admin, f"/admin/people/{own}", reason="a test")
    assert page_of(answer).select_one(".error-summary")
    session.rollback()
    assert person.state is PersonState.ACTIVE
    assert staff.admin_person.state is PersonState.ACTIVE


def test_all_sign_ins_of_a_person_end(app: Flask, staff, session: Session, person: Person) -> None:
    theirs = as_person(app.test_client(), person)
    shown = page_of(staff.admin.get(f"/admin/people/{person.id}"))
    button = shown.select_one("button[formaction$='/sign-ins/end']")
    fields = {tag["name"]: tag["value"] for tag in shown.select("form[action$='/disable'] input[type=hidden]")}
    assert staff.admin.post(button["formaction"], data=fields).status_code == 303
    assert theirs.get("/messages").status_code == 302
    session.rollback()
    ended = session.scalars(select(SignIn.ended_at).where(SignIn.person_id == person.id)).all()
    assert all(ended)


def test_others_may_not(staff, person: Person) -> None:
    for client in (staff.auditor, staff.outsider):
        assert client.get("/admin/people").status_code == 403
        assert client.get(f"/admin/people/{person.id}").status_code == 403
        assert client.post(f"/admin/people/{person.id}/disable").status_code in {400, 403}
    assert staff.admin.get("/admin/people/999999").status_code == 404
    assert post_unknown_deed(staff, person) == 404


def post_unknown_deed(staff, person: Person) -> int:
    shown = page_of(staff.admin.get(f"/admin/people/{person.id}"))
    token = shown.select_one("input[name=csrf_token]")["value"]
    return staff.admin.post(f"/admin/people/{person.id}/erase", data={"csrf_token": token}).status_code
