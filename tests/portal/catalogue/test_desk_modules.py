"""The desk for modules: entering, editing, conflicts, steps, and whose they are."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.catalogue.models import ModuleState, Provider, ServiceModule
from services.core.audit import AuditEntry
from services.core.permissions import Role
from tests.factories.booking import make_agent, make_firm
from tests.factories.catalogue import make_module, make_price, make_provider, make_resource
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import ReviewingClient, fields_of, form_of, page_of, post_form
from tests.portal.catalogue.desk_people import make_administrator, make_ready_module

ENTRY = {"code": "tg01", "name": "内应力", "kind": "test", "booking_mode": "batch"}


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session)


@pytest.fixture
def administrator(session: Session, provider: Provider) -> Person:
    return make_administrator(session, provider)


@pytest.fixture
def desk(client: ReviewingClient, administrator: Person) -> ReviewingClient:
    return as_person(client, administrator)


def errors_of(page: BeautifulSoup) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page.select(".error-summary li")]


# The list -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_price_now_and_the_next_one(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_module(session, provider, name="抗热震性")
    make_price(session, module, effective_on=date(2090, 1, 1), unit_fen=15000)
    make_module(session, make_provider(session), name="别家的服务")
    session.commit()
    text = page_of(desk.get("/services/desk")).get_text(" ", strip=True)
    assert "抗热震性" in text
    assert "¥120.00" in text
    assert "¥150.00" in text
    assert "2090-01-01" in text
    assert "别家的服务" not in text


def test_the_list_is_narrowed_by_state_and_words(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    make_module(session, provider, name="抗热震性", state=ModuleState.DRAFT)
    make_module(session, provider, name="内应力")
    session.commit()
    assert "内应力" not in desk.get("/services/desk?state=draft").text
    assert "抗热震性" not in desk.get("/services/desk?q=内应").text
    assert desk.get("/services/desk?state=x&q=%00%25_&page=99999999999").status_code == 200


def test_the_list_asks_as_much_for_ten_as_for_fifty(
    session: Session, provider: Provider, desk: ReviewingClient, counted_queries: Any
) -> None:
    def questions() -> int:
        with counted_queries() as statements:
            assert desk.get("/services/desk").status_code == 200
        return len(statements)

    for _ in range(3):
        make_ready_module(session, provider)
    session.commit()
    few = questions()
    for _ in range(40):
        make_ready_module(session, provider)
    session.commit()
    assert questions() == few
    assert "/services/desk?page=2" in desk.get("/services/desk").text.replace("%3F", "?")


# Entering -----------------------------------------------------------------------------------------------------------


def test_a_module_is_entered_as_a_draft(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    bench = make_resource(session, provider)
    session.commit()
    sent = ENTRY | {
        "booking_mode": "slot",
        "fields": ["technology", "training"],
        "working_days": "５",
        "minimum_order_fen": "1,234.50",
        "owner_phone": "０514-88000002",
        f"group_{bench.id}": "2",
    }
    response = post_form(desk, "/services/desk/new", **sent)
    session.rollback()
    module = session.scalars(select(ServiceModule)).one()
    assert response.headers["Location"] == f"/services/desk/{module.id}"
    assert (module.code, module.state, module.provider_id) == ("TG01", ModuleState.DRAFT, provider.id)
    assert (module.working_days, module.minimum_order_fen, module.owner_phone) == (5, 123450, "0514-88000002")
    assert [one.field for one in module.fields] == ["technology", "training"]
    assert module.resources == [bench]
    assert desk.get(response.headers["Location"]).status_code == 200


def test_sending_the_form_twice_makes_one_module(session: Session, desk: ReviewingClient) -> None:
    form = form_of(page_of(desk.get("/services/desk/new")), holding={"code"})
    sent = fields_of(form) | ENTRY
    first, second = (desk.post("/services/desk/new", data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(ServiceModule)) == 1


def test_every_mistake_is_shown_at_once_and_nothing_typed_is_lost(session: Session, desk: ReviewingClient) -> None:
    sent = {"code": "盐雾", "name": "", "working_days": "1_0", "minimum_order_fen": "-1", "owner_phone": "abc"}
    response = post_form(desk, "/services/desk/new", **(ENTRY | sent | {"bring": "样品３件"}))
    page = page_of(response)
    assert response.status_code == 400
    assert len(errors_of(page)) == 5
    assert page.select_one("#bring").text.strip() == "样品３件"
    assert page.select_one("#working_days")["value"] == "1_0"
    assert session.scalar(select(func.count()).select_from(ServiceModule)) == 0


def test_a_rule_that_says_no_keeps_the_form(session: Session, desk: ReviewingClient) -> None:
    make_module(session, code="TG01")
    session.commit()
    response = post_form(desk, "/services/desk/new", **(ENTRY | {"is_negotiable": "y"}))
    assert response.status_code == 409
    assert len(errors_of(page_of(response))) == 2


NUMBERS = [
    "-1", "401", "NaN", "sNaN", "Infinity", "1e400", "0.5", "1_0", "²", "٣", "①", "2147483648",
    "9223372036854775808", "9" * 5000, "1\x00", "−1", "+1", "0x10", "1 0",
]  # fmt: skip
AMOUNTS = [
    "-1",
    "-0.01",
    "NaN",
    "sNaN",
    "Infinity",
    "1e9",
    "0.001",
    "1_0",
    "²",
    "9" * 40,
    "0.1+0.2",
    "\x001",
    "１．２．３",
]


def test_what_is_no_number_or_amount_is_refused(session: Session, desk: ReviewingClient) -> None:
    form = form_of(page_of(desk.get("/services/desk/new")), holding={"code"})
    sent = fields_of(form) | ENTRY
    taken = [
        (field, text)
        for field, texts in (("working_days", NUMBERS), ("minimum_order_fen", AMOUNTS))
        for text in texts
        if desk.post("/services/desk/new", data=sent | {field: text}).status_code != 400
    ]
    assert not taken
    assert session.scalar(select(func.count()).select_from(ServiceModule)) == 0


LENGTHS = {
    "name": 80, "summary": 200, "description": 2000, "audience": 200, "bring": 500, "output": 300, "method": 120,
    "place": 120, "recognition_note": 200, "owner_name": 40,
}  # fmt: skip


def test_texts_are_as_long_as_their_columns(session: Session, desk: ReviewingClient) -> None:
    form = form_of(page_of(desk.get("/services/desk/new")), holding={"code"})
    sent = fields_of(form) | ENTRY
    too_long = sent | {name: "玻" * (most + 1) for name, most in LENGTHS.items()}
    response = desk.post("/services/desk/new", data=too_long)
    assert response.status_code == 400
    assert len(errors_of(page_of(response))) == len(LENGTHS)
    longest = sent | {name: "𠮷" * most for name, most in LENGTHS.items()}
    assert desk.post("/services/desk/new", data=longest).status_code == 303


def test_text_that_cannot_be_stored_is_refused(desk: ReviewingClient) -> None:
    sent = fields_of(form_of(page_of(desk.get("/services/desk/new")), holding={"code"})) | ENTRY
    for text in ("甲\x00乙", "甲\x07乙", "\ufffe"):
        assert desk.post("/services/desk/new", data=sent | {"name": text}).status_code == 400


def test_words_outside_the_list_are_refused(desk: ReviewingClient) -> None:
    sent = fields_of(form_of(page_of(desk.get("/services/desk/new")), holding={"code"})) | ENTRY
    for field in ("kind", "booking_mode", "recognition", "fields", "markets", "products"):
        assert desk.post("/services/desk/new", data=sent | {field: "anything"}).status_code == 400


def test_columns_that_the_form_does_not_name_are_never_stored(session: Session, desk: ReviewingClient) -> None:
    other = make_provider(session)
    session.commit()
    sent = ENTRY | {
        "state": "published",
        "provider_id": str(other.id),
        "version": "9",
        "published_at": "2026-01-01",
        "id": "77",
    }
    page = page_of(desk.get("/services/desk/new"))
    desk.post("/services/desk/new", data=fields_of(form_of(page, holding={"code"})) | sent)
    session.rollback()
    module = session.scalars(select(ServiceModule)).one()
    assert (module.state, module.version, module.published_at) == (ModuleState.DRAFT, 1, None)
    assert module.provider_id != other.id


# Editing ------------------------------------------------------------------------------------------------------------


def test_an_edit_is_saved_and_appears_in_the_history(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider)
    session.commit()
    response = post_form(desk, f"/services/desk/{module.id}/edit", name="新名称", bring="样品 10 件")
    assert response.status_code == 303
    session.rollback()
    assert (module.name, module.bring, module.version) == ("新名称", "样品 10 件", 2)
    assert module.resources
    history = page_of(desk.get(f"/services/desk/{module.id}")).select(".timeline__item")
    assert len(history) == 1


def test_the_second_editor_sees_both_versions_and_may_overwrite(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider)
    session.commit()
    address = f"/services/desk/{module.id}/edit"
    late = fields_of(form_of(page_of(desk.get(address)), holding={"name"}))
    post_form(desk, address, name="甲改的名称")

    response = desk.post(address, data=late | {"name": "乙改的<b>名称</b>"})
    page = page_of(response)
    assert response.status_code == 409
    both = page.select_one(".notice table").get_text(" ", strip=True)
    assert "甲改的名称" in both
    assert "乙改的<b>名称</b>" in both
    assert page.select_one("#name")["value"] == "乙改的<b>名称</b>"

    again = fields_of(form_of(page, holding={"name"}))
    assert desk.post(address, data=again).status_code == 303
    session.rollback()
    assert (module.name, module.version) == ("乙改的<b>名称</b>", 3)


def test_a_version_that_is_none_is_a_conflict(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    module = make_ready_module(session, provider)
    session.commit()
    address = f"/services/desk/{module.id}/edit"
    sent = fields_of(form_of(page_of(desk.get(address)), holding={"name"}))
    for version in ("", "x", "-1", "²", "99999999999999999999"):
        assert desk.post(address, data=sent | {"version": version}).status_code == 409


def test_an_edit_that_leaves_a_published_module_incomplete_is_refused(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider)
    session.commit()
    response = post_form(desk, f"/services/desk/{module.id}/edit", owner_name="", working_days="")
    assert response.status_code == 409
    assert len(errors_of(page_of(response))) == 2
    session.rollback()
    assert module.owner_name == "王工"


# Steps --------------------------------------------------------------------------------------------------------------


def test_a_module_walks_through_its_states(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    module = make_ready_module(session, provider, state=ModuleState.DRAFT)
    session.commit()
    home = f"/services/desk/{module.id}"

    def press(step: str) -> ModuleState:
        assert post_form(desk, home, action=f"{home}/moves/{step}").status_code == 303
        session.rollback()
        return module.state

    assert press("submit") is ModuleState.SUBMITTED
    assert press("take-back") is ModuleState.DRAFT
    module.state = ModuleState.PUBLISHED
    session.commit()
    assert post_form(desk, f"{home}/pause", reason="设备检修", resumes_on="2090-01-01").status_code == 303
    page = page_of(desk.get(home)).get_text(" ", strip=True)
    assert "设备检修" in page
    assert "2090-01-01" in page
    assert press("resume") is ModuleState.PUBLISHED
    assert post_form(desk, f"{home}/withdraw", reason="不再提供").status_code == 303
    assert press("revive") is ModuleState.DRAFT
    kinds = session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id)).all()
    assert [kind.removeprefix("module.") for kind in kinds] == [
        "submit", "take_back", "pause", "resume", "withdraw", "revive"
    ]  # fmt: skip


def test_a_draft_shows_what_it_lacks_and_offers_no_submission(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider, state=ModuleState.DRAFT, owner_name="", price={})
    session.commit()
    page = page_of(desk.get(f"/services/desk/{module.id}"))
    assert len(page.select(".notice li")) == 2
    assert not page.select(f'form[action="/services/desk/{module.id}/moves/submit"]')


def test_a_step_from_the_wrong_state_is_a_conflict(session: Session, provider: Provider, desk: ReviewingClient) -> None:
    module = make_ready_module(session, provider)
    other = make_ready_module(session, provider, state=ModuleState.DRAFT)
    session.commit()
    sent = fields_of(form_of(page_of(desk.get(f"/services/desk/{other.id}")), action=None))
    for step in ("submit", "take-back", "resume", "revive"):
        assert desk.post(f"/services/desk/{module.id}/moves/{step}", data=sent).status_code == 409
    assert desk.post(f"/services/desk/{module.id}/moves/publish", data=sent).status_code == 404
    assert desk.get(f"/services/desk/{module.id}/moves/submit").status_code == 405
    session.rollback()
    assert module.state is ModuleState.PUBLISHED


def test_pausing_asks_for_a_reason_and_a_day_to_come(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider)
    session.commit()
    address = f"/services/desk/{module.id}/pause"
    assert post_form(desk, address, reason=" ").status_code == 400
    assert post_form(desk, address, reason="检修", resumes_on="2020-13-01").status_code == 400
    response = post_form(desk, address, reason="检修", resumes_on="2020-01-01")
    assert response.status_code == 409
    assert page_of(response).select_one("#reason").text.strip() == "检修"
    session.rollback()
    assert module.state is ModuleState.PUBLISHED


# Whose --------------------------------------------------------------------------------------------------------------


def test_the_modules_of_other_providers_do_not_exist(session: Session, desk: ReviewingClient) -> None:
    module = make_ready_module(session, make_provider(session))
    session.commit()
    token = fields_of(form_of(page_of(desk.get("/services/desk/new")), holding={"code"}))
    for path in ("", "/edit", "/pause", "/withdraw", "/prices", "/extras"):
        assert desk.get(f"/services/desk/{module.id}{path}").status_code == 404
    for path in ("/edit", "/pause", "/withdraw", "/moves/submit", "/moves/resume", "/prices", "/extras"):
        assert desk.post(f"/services/desk/{module.id}{path}", data=token | {"reason": "x"}).status_code == 404
    for key in ("0", "2147483648", "99999999999999999999", "１２"):
        assert desk.get(f"/services/desk/{key}").status_code == 404


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.LAB_CLERK, Role.SYSADMIN])
def test_other_roles_are_refused(session: Session, client: ReviewingClient, role: Role) -> None:
    firm = make_firm(session)
    as_person(client, make_agent(session, firm, role))
    for path in (
        "/services/desk",
        "/services/desk/new",
        "/services/desk/1",
        "/services/resources",
        "/services/policies",
    ):
        assert client.get(path).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: ReviewingClient) -> None:
    assert client.get("/services/desk").status_code == 302


def test_a_form_opened_for_another_organisation_is_refused(
    session: Session, provider: Provider, desk: ReviewingClient
) -> None:
    module = make_ready_module(session, provider, state=ModuleState.DRAFT)
    session.commit()
    home = f"/services/desk/{module.id}"
    sent = fields_of(form_of(page_of(desk.get(home)), action=f"{home}/moves/submit")) | {"acting_for": "999"}
    assert desk.post(f"{home}/moves/submit", data=sent).status_code == 400
    session.rollback()
    assert module.state is ModuleState.DRAFT
