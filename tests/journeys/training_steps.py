"""What learners, firms and a training centre do again and again: a class from planning to its certificates."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from playwright.sync_api import Page, expect
from xlsxwriter import Workbook

from services.core import clock
from tests.journeys.board_steps import sound
from tests.journeys.steps import heading, main, path_of, press, told

HEADS = ("姓名", "身份证号", "手机号", "学历", "工种/岗位")
MINUTES_AGO = timedelta(minutes=5)


def plan_course(centre: Page, code: str, title: str) -> None:
    """Enter a course of one hour with an examination in theory, and publish it."""
    centre.goto("/training/desk/courses/new")
    for label, value in (
        ("编号", code),
        ("课程名称", title),
        ("理论学时", "1"),
        ("实操学时", "0"),
        ("学费（元）", "0"),
    ):
        main(centre).get_by_label(label).first.fill(value)
    press(centre, "保存")
    heading(centre, title)
    press(centre, "发布")
    told(centre, "课程已公开。")


def plan_class(centre: Page, code: str, *, seats: int, fee: str = "0") -> str:
    """Plan a class that begins tomorrow and has its lesson the day after, open it, and return its number."""
    today = clock.local_day(clock.now())
    tomorrow, after_tomorrow = today + timedelta(days=1), today + timedelta(days=2)
    centre.goto(f"/training/desk/courses/{code}/classes/new")
    values = {
        "起始日期": f"{tomorrow}",
        "截止日期": f"{after_tomorrow}",
        "地点": "玻璃培训中心实训一室",
        "名额": f"{seats}",
        "最少开班人数": "1",
        "报名开始": f"{today - timedelta(days=1)}T08:00",
        "报名截止": f"{tomorrow}T23:59",
        "学费（元）": fee,
    }
    for label, value in values.items():
        main(centre).get_by_label(re.compile(f"^{label}")).first.fill(value)
    press(centre, "保存")
    set_lesson(centre, after_tomorrow, "09:00", "10:00")
    class_no = path_of(centre).split("/")[-2]
    centre.goto(f"/training/desk/classes/{class_no}")
    press(centre, "开放报名")
    told(centre, "报名中")
    return class_no


def set_lesson(centre: Page, day: date, starts: str, ends: str) -> None:
    """Fill in the first row of the timetable that is open, and save it."""
    for label, value in (("日期", f"{day}"), ("开始时间", starts), ("结束时间", ends), ("学时", "1")):
        main(centre).get_by_role("group", name="第1次课").get_by_label(re.compile(f"^{label}")).fill(value)
    press(centre, "保存课程表")
    told(centre, "课程表已保存")


def hold_now(centre: Page, class_no: str) -> None:
    """Close the registration of a class, let it be today with its lesson in this hour, and begin it."""
    now, address = clock.local(clock.now()), f"/training/desk/classes/{class_no}"
    centre.goto(address)
    confirm(centre, "立即截止报名")
    told(centre, "报名已截止。")
    centre.goto(f"{address}/edit")
    today = now.date()
    for label, value in (("起始日期", f"{today}"), ("截止日期", f"{today}"), ("报名截止", f"{today}T00:01")):
        main(centre).get_by_label(re.compile(f"^{label}")).fill(value)
    press(centre, "保存")
    told(centre, "修改已保存。")
    centre.goto(f"{address}/timetable")  # its lesson went with the day on which it was
    set_lesson(centre, today, _hour(now, now - MINUTES_AGO), _hour(now, now + timedelta(hours=1)))
    centre.goto(address)
    press(centre, "开班")
    told(centre, "已开班")


def _hour(now: datetime, moment: datetime) -> str:
    """Return the hour of a moment; the first or the last one of today where it lies on another day."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return "00:00" if moment < now else "23:59"


def confirm(page: Page, button: str) -> None:
    """Press a button that asks once more, and say yes."""
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, button)


def join(page: Page, class_no: str, button: str = "我要报名") -> None:
    """Go from the page of a class to its form."""
    page.goto(f"/classes/{class_no}")
    sound(page)
    main(page).get_by_role("link", name=button, exact=True).click()
    heading(page, "报名：")


def code_on_the_wall(teacher: Page, class_no: str) -> str:
    """Open the code of the lesson of a class; return the address that its picture holds."""
    teacher.goto(f"/classes/{class_no}/roster")
    sound(teacher)
    address = main(teacher).get_by_role("link", name="考勤", exact=True).first.get_attribute("href")
    assert address
    teacher.goto(address.replace("/roll", "/code"))
    expect(teacher.get_by_role("img", name="签到码")).to_be_visible()
    where = re.search(r"/sign/\d+", main(teacher).inner_text())
    assert where
    return f"{where.group()}?code={teacher.locator('.wall__code').inner_text()}"


def examine(centre: Page, class_no: str, name: str, score: str) -> None:
    """Enter the score of somebody, end the class, and issue its certificates."""
    centre.goto(f"/classes/{class_no}/marks")
    main(centre).get_by_label(f"{name} 的成绩").fill(score)
    sound(centre)
    press(centre, "录入成绩")
    told(centre, "成绩已录入。")
    centre.goto(f"/classes/{class_no}/finish")
    confirm(centre, "结班")
    told(centre, "已结班")
    confirm(centre, "全部发证")
    told(centre, "证书已签发。")


def sheet_of(rows: Sequence[Sequence[str]]) -> dict[str, str | bytes]:
    """Return a spreadsheet of people, as a file to upload."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADS, *rows]):
            sheet.write_row(number, 0, row)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "学员名单.xlsx", "mimeType": kind, "buffer": content.getvalue()}
