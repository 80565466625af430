"""The audit log is read and saved by those who may, and narrowed by what is known."""

import csv
import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.settings import Setting
from services.core.work import Work
from tests.plumbing.reviewing import fields_of, page_of


@pytest.fixture(autouse=True)
def entries(session: Session, staff) -> None:
    for name, kind in (("周厂长", "booking.confirm"), ("=HYPERLINK()", "person.disabled")):
        actor = Actor(1, name, staff.operator.id, address="10.0.0.1")
        Work(session, actor, clock.now()).record(kind, Setting(name="x"), reason="+1\r\n=2")
    session.commit()


def rows(client, query: str = "") -> list[str]:
    return [row.get_text(" ", strip=True) for row in page_of(client.get(f"/admin/audit?{query}")).select("tbody tr")]


def test_the_auditor_and_the_administrator_read_it_newest_first(staff) -> None:
    for client in (staff.admin, staff.auditor):
        found = rows(client)
        assert "账户已停用" in found[0]
        assert "确认预约" in found[1]
        assert "周厂长 10.0.0.1" in found[1]
        assert "平台运营中心" in found[1]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=booking.confirm", 1),
        ("kind=person", 1),
        ("person=周", 1),
        ("organisation=999", 0),
        ("organisation=x", 2),
        ("first=2020-01-01&last=2099-12-31", 2),
        ("last=2020-01-01", 0),
        ("first=nonsense", 2),
        ("organisation=99999999999999999999", 2),
    ],
)
def test_it_is_narrowed(staff, query: str, count: int) -> None:
    assert len(rows(staff.auditor, query)) == count


def test_it_is_saved_as_a_table_without_formulas_and_that_is_recorded(staff, session: Session) -> None:
    shown = page_of(staff.auditor.get("/admin/audit?kind=person"))
    form = shown.select_one("form[action^='/admin/audit/export']")
    answer = staff.auditor.post(form["action"], data=fields_of(form))
    assert answer.mimetype == "text/csv"
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "audit.exported")).one()
    assert entry.facts == {"count": 1, "filters": {"kind": "person"}}


def test_others_may_not(staff) -> None:
    assert staff.outsider.get("/admin/audit").status_code == 403
    assert staff.outsider.post("/admin/audit/export").status_code in {400, 403}
