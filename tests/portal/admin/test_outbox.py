"""Staff see what could not be carried out, and send it again or drop it."""

import pytest
from sqlalchemy.orm import Session

from services.core.outbox import OutboxTask, TaskState
from tests.factories.jobs import make_task
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form


@pytest.fixture
def parked(session: Session) -> OutboxTask:
    return make_task(
        session,
        "mail.booking_confirmed",
        state=TaskState.PARKED,
        attempts=8,
        last_error="SMTPServerDisconnected: <b>gone</b>",
        payload={"booking_id": 7, "contact": "13800000001", "code": "424242"},
    )


def send(client, address: str, target: str) -> int:
    form = form_of(page_of(client.get(address)), action="/admin/outbox/again")
    return client.post(target, data=fields_of(form)).status_code


def test_the_parked_tasks_come_first_with_their_error(staff, session: Session, parked: OutboxTask) -> None:
    make_task(session, "mail.done", state=TaskState.DONE)
    rows = page_of(staff.admin.get("/admin/outbox")).select("form[action$='/again'] tbody tr")
    assert len(rows) == 1
    assert "mail.booking_confirmed" in rows[0].text
    assert "<b>gone</b>" in rows[0].text
    assert "mail.done" in page_of(staff.admin.get("/admin/outbox?state=done")).text


def test_a_task_shows_numbers_but_nothing_that_opens_something(staff, parked: OutboxTask) -> None:
    text = page_of(staff.admin.get(f"/admin/outbox/{parked.id}")).text
    assert "booking_id: 7" in text
    assert "424242" not in text
    assert "13800000001" not in text


def test_a_parked_task_is_sent_again(staff, session: Session, parked: OutboxTask) -> None:
    assert send(staff.admin, "/admin/outbox", f"/admin/outbox/{parked.id}/again") == 303
    session.rollback()
    assert (parked.state, parked.attempts) == (TaskState.WAITING, 0)


def test_a_task_that_somebody_else_has_sent_is_refused(staff, session: Session, parked: OutboxTask) -> None:
    shown = fields_of(form_of(page_of(staff.admin.get("/admin/outbox")), action="/admin/outbox/again"))
    parked.state = TaskState.DONE
    session.commit()
    answer = staff.admin.post(f"/admin/outbox/{parked.id}/again", data=shown)
    assert answer.status_code == 409
    assert "不允许此操作" in answer.text


def test_all_parked_tasks_are_sent_again(staff, session: Session, parked: OutboxTask) -> None:
    assert send(staff.admin, "/admin/outbox", "/admin/outbox/again") == 303
    session.rollback()
    assert parked.state is TaskState.WAITING


def test_a_task_is_dropped_for_a_reason(staff, session: Session, parked: OutboxTask) -> None:
    number = parked.id
    assert post_form(staff.admin, f"/admin/outbox/{number}", reason="").status_code == 200
    assert post_form(staff.admin, f"/admin/outbox/{number}", reason="地址不存在").status_code == 303
    session.rollback()
    assert session.get(OutboxTask, number) is None
    assert staff.admin.get(f"/admin/outbox/{number}").status_code == 404


def test_others_may_not(staff, parked: OutboxTask) -> None:
    for client in (staff.auditor, staff.outsider):
        assert client.get("/admin/outbox").status_code == 403
        assert client.get(f"/admin/outbox/{parked.id}").status_code == 403
    assert staff.admin.post(f"/admin/outbox/{parked.id}/again").status_code == 400  # no CSRF token


def test_the_number_of_queries_does_not_grow_with_the_list(staff, session: Session, counted_queries) -> None:
    def queries() -> int:
        with counted_queries() as made:
            staff.admin.get("/admin/outbox")
        return len(made)

    make_task(session, state=TaskState.PARKED)
    few = queries()
    for _ in range(30):
        make_task(session, state=TaskState.PARKED)
    assert queries() == few
