"""The platform's queue of modules that wait for publication."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.catalogue.models import ModuleState
from services.core import clock
from services.core.audit import AuditEntry
from services.core.notices import Notification
from tests.factories.catalogue import make_provider
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import ReviewingClient, fields_of, form_of, page_of, post_form
from tests.portal.catalogue.desk_people import make_administrator, make_platform, make_ready_module

QUEUE = "/services/publication"


@pytest.fixture
def platform(session: Session, client: ReviewingClient) -> ReviewingClient:
    person, hosts = make_platform(session)
    return as_person(client, person, hosts)


def submitted(session: Session, days: int, **over: Any) -> int:
    since = clock.now() - timedelta(days=days)
    module = make_ready_module(session, make_provider(session), state=ModuleState.SUBMITTED, state_at=since, **over)
    session.commit()
    key = module.id
    session.rollback()
    return key


def test_the_longest_waiting_comes_first_and_what_is_late_stands_out(
    session: Session, platform: ReviewingClient
) -> None:
    submitted(session, 1, name="后提交")
    submitted(session, 20, name="先提交")
    make_ready_module(session, make_provider(session), name="已发布的")
    session.commit()
    rows = page_of(platform.get(QUEUE)).select("tbody tr")
    assert [row.select_one("a").get_text(strip=True) for row in rows] == ["先提交", "后提交"]
    assert [bool(row.select(".late")) for row in rows] == [True, False]


def test_an_empty_queue_says_so(platform: ReviewingClient) -> None:
    assert page_of(platform.get(QUEUE)).select(".empty")


def test_the_queue_asks_as_much_for_few_as_for_many(
    session: Session, platform: ReviewingClient, counted_queries: Any
) -> None:
    def questions() -> int:
        with counted_queries() as statements:
            assert platform.get(QUEUE).status_code == 200
        return len(statements)

    submitted(session, 1)
    few = questions()
    for _ in range(12):
        submitted(session, 2)
    assert questions() == few


def test_a_module_is_published_and_its_centre_told(session: Session, platform: ReviewingClient) -> None:
    key = submitted(session, 1)
    response = post_form(platform, f"{QUEUE}/{key}", action=f"{QUEUE}/{key}/publish")
    assert (response.status_code, response.headers["Location"]) == (303, QUEUE)
    assert session.scalars(select(AuditEntry.kind)).all() == ["module.publish"]
    session.rollback()
    assert platform.get(f"{QUEUE}/{key}").status_code == 200


def test_a_module_is_sent_back_with_a_reason(session: Session, platform: ReviewingClient) -> None:
    provider = make_provider(session)
    administrator = make_administrator(session, provider)
    module = make_ready_module(session, provider, state=ModuleState.SUBMITTED, state_at=clock.now())
    session.commit()
    address = f"{QUEUE}/{module.id}"
    session.rollback()
    assert post_form(platform, address, action=f"{address}/send-back", reason=" ").status_code == 400
    assert post_form(platform, address, action=f"{address}/send-back", reason="缺少样品数量").status_code == 303
    session.rollback()
    assert (module.state, module.state_reason) == (ModuleState.DRAFT, "缺少样品数量")
    assert session.scalars(select(Notification.person_id)).all() == [administrator.id]


def test_a_decision_is_taken_once(session: Session, platform: ReviewingClient) -> None:
    key = submitted(session, 1)
    address = f"{QUEUE}/{key}"
    sent = fields_of(form_of(page_of(platform.get(address)), action=f"{address}/send-back")) | {"reason": "不完整"}
    first, again = (platform.post(f"{address}/send-back", data=sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    late = platform.post(f"{address}/publish", data=sent | {"form_token": "another"})
    assert late.status_code == 409


def test_a_centre_has_no_queue(session: Session, client: ReviewingClient) -> None:
    provider = make_provider(session)
    key = submitted(session, 1)
    as_person(client, make_administrator(session, provider))
    assert client.get(QUEUE).status_code == 403
    assert client.get(f"{QUEUE}/{key}").status_code == 403
