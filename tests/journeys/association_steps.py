"""What firms and the secretariat of an association do again and again: applications, meetings with their votes, dues."""

import re
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from services.association.models.meetings import Meeting
from services.association.models.register import MembershipApplication
from services.core import clock
from services.core.engine import IMMEDIATE, make_engine
from tests.journeys.board_steps import sound
from tests.journeys.steps import PATIENCE, heading, main, path_of, press, told

NOTICE = timedelta(days=16)
"""One day more than the charter of the demonstration asks for before a meeting."""


def number_in(page: Page) -> int:
    """Return the number at the end of the address."""
    return int(path_of(page).rsplit("/", 1)[-1])


def time_passes(instance: Path, kind: type[Meeting] | type[MembershipApplication], row_id: int) -> None:
    """Let everything that a row says of days and moments lie sixteen days further back.

    The portal takes the time from the clock of its machine, so what is waited for is moved instead.
    """
    engine = make_engine(f"sqlite:///{instance / 'portal.db'}").execution_options(**IMMEDIATE)
    with Session(engine) as session:
        row = session.get_one(kind, row_id)
        for column in kind.__table__.columns:
            value = getattr(row, column.key)
            if isinstance(value, (date, datetime)):
                setattr(row, column.key, value - NOTICE)
        session.commit()
    engine.dispose()


def until_shown(page: Page, words: str) -> None:
    """Open the page again until the words stand on it; the worker carries out in a moment what was decided."""
    end = time.monotonic() + PATIENCE
    while words not in main(page).inner_text():
        assert time.monotonic() < end, f"{words} never stood on {page.url}"
        page.reload()


def apply_for_membership(page: Page, association: str) -> int:
    """Find the association from the list, and hand in an application; return its number in the address."""
    page.goto("/associations")
    main(page).get_by_role("link", name=re.compile(association)).first.click()
    main(page).get_by_role("link", name="申请入会").first.click()
    sound(page)
    press(page, "提交申请")
    expect(main(page).locator(".field__error").first).to_be_visible()
    page.get_by_label("单位简介").fill("灯工工作室，六个人，做圣诞挂件，希望参加联合参展。")
    page.get_by_label("联系人").fill("旅程")
    page.get_by_label("联系电话").fill("13712345678")
    page.get_by_label("我们已阅读并同意章程").check()
    page.get_by_label(re.compile("^同意在公开会员名单中")).check()
    press(page, "提交申请")
    told(page, "申请已提交，每一步进展都会通知您。")
    sound(page)
    return number_in(page)


@dataclass(frozen=True)
class Assembly:
    """A meeting that is being held, with its one motion."""

    meeting: str
    motion: str


def hold(secretary: Page, instance: Path, title: str, motion: str, *, body: str, mode: str, hours: int) -> Assembly:
    """Plan a meeting with a motion that waits for an agenda, call its members, and begin it when its day has come."""
    starts_at = clock.local(clock.now()) + NOTICE
    secretary.goto("/associations/desk/meetings/new")
    secretary.get_by_label("会议名称").fill(title)
    secretary.get_by_label("会议机构").select_option(label=body)
    secretary.get_by_label("召开方式").select_option(label=mode)
    secretary.get_by_label("会议开始时间").fill(f"{starts_at:%Y-%m-%dT%H:%M}")
    secretary.get_by_label("会议结束时间").fill(f"{starts_at + timedelta(hours=hours):%Y-%m-%dT%H:%M}")
    secretary.get_by_label("地点").fill("协会会议室")
    press(secretary, "保存")
    told(secretary, "会议已安排。请列入议案，然后发出通知。")
    meeting = path_of(secretary)
    secretary.goto("/associations/desk/motions")
    main(secretary).get_by_role("link", name=re.compile(re.escape(motion))).click()
    secretary.get_by_label(re.compile("^会议[ *]*$")).select_option(label=f"{starts_at:%Y-%m-%d} {title}")
    sound(secretary)
    press(secretary, "列入议程")
    told(secretary, "议案已列入议程。")
    listed = path_of(secretary)
    secretary.goto(meeting)
    answer_yes(secretary, "发出通知")
    told(secretary, "会议通知已发出。")
    time_passes(instance, Meeting, number_in(secretary))
    secretary.goto(meeting)
    press(secretary, "宣布开会")
    told(secretary, "会议已开始。")
    return Assembly(meeting, listed)


def answer_yes(page: Page, name: str) -> None:
    """Press a button that asks whether one means it."""
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, name)


def open_vote(secretary: Page, assembly: Assembly) -> None:
    """Open the vote on the motion."""
    secretary.goto(assembly.motion)
    press(secretary, "开始投票")
    told(secretary, "投票已开始，名册和规则自此固定。")


def raise_hands(secretary: Page, assembly: Assembly, firms: tuple[str, ...]) -> None:
    """Write down that members are present, open the vote, and write down that they are in favour."""
    for firm in firms:
        secretary.goto(f"{assembly.meeting}/attendance")
        main(secretary).locator("tr", has_text=firm).get_by_role("button", name="登记到会").click()
        told(secretary, "已登记到会。")
    sound(secretary)
    open_vote(secretary, assembly)
    for firm in firms:
        secretary.get_by_label(re.compile("^会员[ *]*$")).select_option(label=firm)
        secretary.get_by_role("radio", name="赞成", exact=True).check()
        press(secretary, "登记")
        told(secretary, "投票已登记。")


def count(secretary: Page, assembly: Assembly) -> None:
    """Close the vote, count it and publish the result."""
    secretary.goto(assembly.motion)
    answer_yes(secretary, "截止投票")
    told(secretary, "投票已截止并封存。")
    press(secretary, "计票")
    told(secretary, "计票完成。")
    answer_yes(secretary, "公布结果")
    told(secretary, "结果已向会员公布。")
    sound(secretary)


def bring_motion(secretary: Page, title: str) -> None:
    """Bring a motion of the secretariat that waits for an agenda."""
    secretary.goto("/associations/desk/motions/new")
    secretary.get_by_label("议案名称").fill(title)
    secretary.get_by_label("议案内容").fill("会员自愿参加，费用自理，由秘书处统一组织。")
    press(secretary, "提交议案")
    told(secretary, "议案已提交，待列入议程。")


def vote(page: Page, meeting: str, motion: str) -> None:
    """Find the open vote from the work bench, and vote in favour."""
    page.goto("/bench")
    row = main(page).locator("tr", has_text="待投票的议案")
    row.get_by_role("link").click()
    heading(page, "会议与表决")
    main(page).get_by_role("link", name=meeting).click()
    sound(page)
    main(page).get_by_role("link", name=motion).click()
    heading(page, motion)
    page.get_by_role("radio", name="赞成", exact=True).check()
    sound(page)
    answer_yes(page, "投票")
    told(page, "投票成功。")


def statement(serial: str, *lines: tuple[str, str, str]) -> dict[str, str | bytes]:
    """Return a statement of the bank as a file to upload; each line has a payer, a remark and an amount."""
    today = clock.local_day(clock.now())
    rows = ["交易日期,交易流水号,对方户名,摘要,贷方金额"]
    rows += [f"{today},{serial}{place},{payer},{said},{yuan}" for place, (payer, said, yuan) in enumerate(lines)]
    content = "\n".join(rows).encode()
    return {"name": f"流水{serial}.csv", "mimeType": "text/csv", "buffer": content}


def take_in(secretary: Page, file: dict[str, str | bytes]) -> None:
    """Take in a statement of the bank."""
    secretary.goto("/associations/desk/bank")
    secretary.get_by_label(re.compile("^银行对账单")).set_input_files(file)
    press(secretary, "导入对账单")
