"""A complaint is mediated: accepted, heard by a panel, settled, performed; nobody else learns that it exists."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from services.core import clock
from tests.journeys.board_steps import sound
from tests.journeys.steps import heading, main, path_of, picture, press, sign_in, told

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Quarrel:
    """Who quarrels, and who judges. ``competitor`` makes what one of the two makes, and is never asked."""

    claimant: str
    respondent: str
    respondent_name: str
    judges: tuple[str, str, str]
    competitor: str


QUARRELS = {
    "desk": Quarrel(
        "g14_admin", "g17_admin", "示例·镀彩玻璃加工厂", ("g09_admin", "g10_admin", "g13_admin"), "四合纸品"
    ),
    "phone": Quarrel(
        "g10_admin", "g17_admin", "示例·镀彩玻璃加工厂", ("g13_admin", "g14_admin", "g19_admin"), "恒管棒管"
    ),
}
SHORT_NAMES = {"g09": "恒管棒管", "g10": "北窑玻管", "g13": "绿原再生纸", "g14": "方盒纸箱", "g19": "远帆进出口"}
TITLE = "委托镀膜的挂件批次色差，未按约返工"
FACTS = "十月委托对方镀膜三千只，其中六百只色差明显，对方承诺返工后两次延期。"
ANSWER = "色差由来料油污引起，愿意返工，但不承担全部运费。"
NOTE = "来料检验记录需请双方补交。"
TERMS = "一、对方于约定日期前免费返工六百只。二、往返运费各付一半。"


def test_a_complaint_is_mediated_and_only_its_own_people_see_it(page: Page, new_page, window: str):
    quarrel = QUARRELS[window]
    secretary, respondent, judge, outsider, officer = (new_page() for _ in range(5))
    sign_in(page, quarrel.claimant)
    sign_in(secretary, "s01_sec")
    sign_in(respondent, quarrel.respondent)
    sign_in(judge, quarrel.judges[0])
    sign_in(outsider, "g05_admin")
    sign_in(officer, "o01_officer")
    strangers = (outsider, officer)

    case = complain(page, quarrel)
    no = main(page).get_by_text(re.compile(r"TS-\d{8}-\d{4}")).first.inner_text()
    keep_out(case, no, respondent, judge, *strangers)

    accept(secretary, case, no)
    answer(respondent, case, no)
    appoint(secretary, case, quarrel)
    open_mediation(secretary, case)
    plan(judge, case)
    propose(judge, case)
    for side in (page, respondent):
        sign(side, case)
    read_only_what_is_for_both(page, respondent, case)
    keep_out(case, no, *strangers)

    perform(respondent, page, case)
    for reader in (page, respondent, judge, secretary):
        reader.goto(case)
        expect(main(reader)).to_contain_text("协议履行完毕")
        sound(reader)
    keep_out(case, no, *strangers)
    read_figures_only(officer, no)


def unfold(page: Page, name: str) -> None:
    """Open the form of what can be done now."""
    main(page).locator("summary", has_text=name).first.click()


def complain(page: Page, quarrel: Quarrel) -> str:
    """Complain, first without saying what is asked for; add evidence. Return the address of the case."""
    page.goto("/cases")
    sound(page)
    main(page).get_by_role("link", name="投诉其他单位").click()
    heading(page, "投诉其他单位")
    page.get_by_label("被投诉单位").fill(quarrel.respondent_name)
    page.get_by_label("投诉类型").select_option(label="质量")
    page.get_by_label("事由").fill(TITLE)
    page.get_by_label("发生了什么").fill(FACTS)
    press(page, "提交投诉")
    expect(page.locator(".error-summary")).to_contain_text("诉求")
    expect(page.get_by_label("发生了什么")).to_have_value(FACTS)
    sound(page)
    page.get_by_label("诉求").fill("免费返工，承担往返运费。")
    page.get_by_label("主张金额（元）").fill("1800")
    press(page, "提交投诉")
    told(page, "投诉已提交，现在可以添加证据。")
    case = path_of(page)

    for name, is_secret in (("色差照片", False), ("镀膜工艺单", True)):
        unfold(page, "添加证据")
        page.get_by_label("附件").set_input_files(picture() | {"name": f"{name}.png"})
        if is_secret:
            page.get_by_label("不向对方公开").check()
        press(page, "添加证据")
        told(page, "证据已添加。")
    sound(page)
    return case


def keep_out(case: str, no: str, *readers: Page) -> None:
    """Look for the case where other people might find it: it is not there."""
    for reader in readers:
        answer_ = reader.goto(case)
        assert answer_ is not None
        assert answer_.status in (403, 404)
        assert no not in reader.content()
        for address in ("/cases", "/messages"):
            reader.goto(address)
            assert no not in reader.content(), address


def accept(secretary: Page, case: str, no: str) -> None:
    """Accept the complaint from the desk."""
    secretary.goto("/associations/desk/cases?list=submitted")
    sound(secretary)
    main(secretary).get_by_role("link", name=no).click()
    expect(secretary).to_have_url(re.compile(f"{case}$"))
    press(secretary, "受理投诉")
    told(secretary, "投诉已受理，双方已收到通知。")


def answer(respondent: Page, case: str, no: str) -> None:
    """Find the case through the message that tells of it, and answer."""
    respondent.goto("/messages")
    expect(main(respondent)).to_contain_text(no)
    expect(main(respondent)).not_to_contain_text(TITLE)  # a message tells the number and nothing else
    respondent.goto(case)
    expect(main(respondent)).to_contain_text(FACTS)
    unfold(respondent, "答复投诉")
    respondent.locator("#answer-text").fill(ANSWER)
    sound(respondent)
    press(respondent, "答复投诉")
    told(respondent, "答复已提交，进入调查。")


def appoint(secretary: Page, case: str, quarrel: Quarrel) -> None:
    """Put three people on the panel; those of the two sides and of their competitors are not offered."""
    for login in quarrel.judges:
        secretary.goto(case)
        unfold(secretary, "指定小组成员")
        people = secretary.get_by_label("人员")
        offered = people.locator("option")
        for conflicted in (quarrel.competitor, "镀彩加工"):
            expect(offered.filter(has_text=conflicted)).to_have_count(0)
        name = f"{SHORT_NAMES[login[:3]]}·管理员"
        people.select_option(label=offered.filter(has_text=name).first.inner_text())
        press(secretary, "指定小组成员")
        told(secretary, "已指定为小组成员并通知本人。")
    sound(secretary)


def open_mediation(secretary: Page, case: str) -> None:
    """Leave a note that the two sides do not see, and open the mediation."""
    secretary.goto(case)
    unfold(secretary, "添加内部记录")
    secretary.locator("#note-text").fill(NOTE)
    press(secretary, "添加内部记录")
    told(secretary, "内部记录已添加，当事双方不可见。")
    press(secretary, "开始调解")
    told(secretary, "调解已开始，双方和小组已收到通知。")


def plan(judge: Page, case: str) -> None:
    """Find the case among those on whose panel one sits, and plan a session."""
    judge.goto("/cases?list=panel")
    main(judge).locator(f"a[href='{case}']").click()
    expect(main(judge)).to_contain_text(NOTE)
    unfold(judge, "安排调解会")
    tomorrow = clock.local(clock.now() + timedelta(days=1))
    judge.get_by_label("调解会开始时间").fill(f"{tomorrow:%Y-%m-%d}T09:30")
    judge.get_by_label("地点").fill("协会二楼调解室")
    press(judge, "安排调解会")
    told(judge, "调解会已安排，双方和小组已收到通知。")
    sound(judge)


def propose(judge: Page, case: str) -> None:
    """Propose an agreement, first without saying until when."""
    judge.goto(case)
    unfold(judge, "提出调解协议")
    judge.get_by_label("协议条款").fill(TERMS)
    judge.get_by_label("履行内容").first.fill("返工六百只并送回")
    judge.get_by_label("金额（元）").first.fill("900")
    press(judge, "提出调解协议")
    expect(main(judge)).to_contain_text("请填写履行内容和期限。")
    sound(judge)
    day = clock.local_day(clock.now()) + timedelta(days=7)
    judge.get_by_label("履行期限").first.fill(day.isoformat())
    press(judge, "提出调解协议")
    told(judge, "调解协议已提出，请双方签署。")


def sign(side: Page, case: str) -> None:
    """Read the agreement and sign it for one's side."""
    side.goto(case)
    expect(main(side)).to_contain_text("协会二楼调解室")
    expect(main(side)).to_contain_text("返工六百只并送回")
    press(side, "签署协议")
    told(side, "您已代表本方签署。")
    sound(side)


def read_only_what_is_for_both(claimant: Page, respondent: Page, case: str) -> None:
    """Each side reads what was said to both, and its own secrets; the panel's notes are for neither."""
    for side in (claimant, respondent):
        side.goto(case)
        expect(main(side)).to_contain_text(ANSWER)
        expect(main(side)).to_contain_text("色差照片.png")
        expect(main(side)).not_to_contain_text(NOTE)
    expect(main(claimant)).to_contain_text("镀膜工艺单.png")
    expect(main(respondent)).not_to_contain_text("镀膜工艺单.png")
    claimant.goto(f"{case}/agreement")
    expect(claimant.locator("body")).to_contain_text("900.00")
    sound(claimant)


def perform(debtor: Page, creditor: Page, case: str) -> None:
    """Report that what was agreed on is done, and let the other side confirm it."""
    debtor.goto(case)
    press(debtor, "报告已履行")
    told(debtor, "已请对方确认。")
    creditor.goto(case)
    press(creditor, "确认已履行")
    told(creditor, "履行已确认。")


def read_figures_only(officer: Page, no: str) -> None:
    """The department counts cases; it reads none."""
    officer.goto("/associations/supervision")
    main(officer).get_by_role("link", name=re.compile("宝应玻璃")).click()
    expect(main(officer)).to_contain_text("案件统计")
    for told_ in (no, TITLE, "方盒纸箱", "镀彩加工"):
        expect(main(officer)).not_to_contain_text(told_)
    sound(officer)
