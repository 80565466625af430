"""Staff enter the holidays that are published, day by day or a year at a time."""

import io
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core.calendar import CalendarDay, CalendarYear, DayKind
from tests.plumbing.reviewing import page_of, post_form

YEAR = "2027-10-01,放假,国庆节\n2027-10-09,班,国庆节\n"


def test_an_unknown_year_is_said_to_be_unknown(staff) -> None:
    page = page_of(staff.admin.get("/admin/calendar/2027"))
    assert "尚未公布" in page.select_one(".notice--warning").text
    assert len(page.select(".month")) == 12
    assert len(page.select(".month a")) == 365


def test_a_day_becomes_a_holiday(staff, session: Session) -> None:
    answer = post_form(staff.admin, "/admin/calendar/days/2027-10-01", kind="holiday", note="国庆节")
    assert answer.location == "/admin/calendar/2027"
    assert session.get_one(CalendarDay, date(2027, 10, 1)).kind is DayKind.HOLIDAY
    link = page_of(staff.admin.get("/admin/calendar/2027")).select_one("a[href$='2027-10-01']")
    assert "day--holiday" in link["class"]

    post_form(staff.admin, "/admin/calendar/days/2027-10-01", kind="ordinary", note="")
    session.rollback()
    assert session.get(CalendarDay, date(2027, 10, 1)) is None


def test_a_day_needs_a_kind(staff) -> None:
    answer = post_form(staff.admin, "/admin/calendar/days/2027-10-01", kind="feast", note="x" * 61)
    assert answer.status_code == 200
    assert len(page_of(answer).select(".field__error")) == 2


@pytest.mark.parametrize("address", ["days/2027-13-01", "days/x", "days/1999-01-01", "1999", "2100", "99999999999"])
def test_impossible_days_and_years_are_no_pages(staff, address: str) -> None:
    assert staff.admin.get(f"/admin/calendar/{address}").status_code == 404


def test_a_year_is_imported_as_a_whole(staff, session: Session) -> None:
    session.add(CalendarDay(day=date(2027, 5, 1), kind=DayKind.HOLIDAY))
    session.commit()
    answer = post_form(staff.admin, "/admin/calendar/2027/import", table=YEAR, source="国办发明电〔2026〕8号")
    assert answer.status_code == 303
    days = session.scalars(select(CalendarDay.day).order_by(CalendarDay.day)).all()
    assert days == [date(2027, 10, 1), date(2027, 10, 9)]
    assert "国办发明电" in page_of(staff.admin.get("/admin/calendar/2027")).select_one("main").text


def test_a_file_is_taken_instead(staff, session: Session) -> None:
    file = (io.BytesIO(YEAR.encode("gb18030")), "2027.csv")
    post_form(staff.admin, "/admin/calendar/2027/import", file=file, source="x")
    assert session.get_one(CalendarDay, date(2027, 10, 1)).note == "国庆节"


def test_every_row_that_is_wrong_is_told_and_the_table_stays(staff, session: Session) -> None:
    table = "2027-02-30,放假\n2027-10-01,什么\n"
    answer = post_form(staff.admin, "/admin/calendar/2027/import", table=table, source="x")
    page = page_of(answer)
    assert len(page.select("#table-notes .field__error")) == 2
    assert page.select_one("#table").text.strip() == table.strip()
    assert session.scalars(select(CalendarYear).where(CalendarYear.year == 2027)).all() == []


def test_a_year_entered_day_by_day_is_marked_as_published(staff, session: Session) -> None:
    action = "/admin/calendar/2027/publish"
    assert post_form(staff.admin, "/admin/calendar/2027", action=action, source="").status_code == 200
    assert post_form(staff.admin, "/admin/calendar/2027", action=action, source="通知").status_code == 303
    assert session.get_one(CalendarYear, 2027).source == "通知"


def test_others_may_not(staff) -> None:
    for client in (staff.auditor, staff.outsider):
        for address in ("", "/2027", "/2027/import", "/days/2027-10-01"):
            assert client.get(f"/admin/calendar{address}").status_code == 403
