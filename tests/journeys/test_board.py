"""Supply and demand meet: written, reviewed, found, answered, agreed and rated; nobody learns more than they may."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.board_steps import (
    BODY,
    accept,
    answer,
    describe,
    find,
    number_of,
    publish,
    rate,
    see_contact,
    send_in,
    sound,
)
from tests.journeys.steps import main, press, sign_in, told

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

POSTER = {"desk": "g02_admin", "phone": "g03_admin"}
TITLES = {"desk": "求购仿古铜灯座，每批一千二百只", "phone": "求购实木灯座配件，分三批交付完成"}
HIDDEN_TITLES = {"desk": "寻找镀膜挂钩加工伙伴，长期合作", "phone": "采购包胶挂钩三万个，两周内到货"}
POSTERS_PHONE, SENDERS_PHONE = "13912340001", "13912340002"
FIRM = "灯趣声光"  # stands behind the anonymous posts
TRACES = ("灯趣", "小官庄镇", POSTERS_PHONE, "/organisations/")


def test_a_post_is_written_reviewed_found_by_pinyin_answered_agreed_and_rated(page: Page, new_page, window: str):
    title = TITLES[window]
    secretary, sender, visitor = new_page(), new_page(), new_page()
    sign_in(page, POSTER[window])
    sign_in(secretary, "s01_sec")
    sign_in(sender, "g14_admin")

    refuse_contact_data(page, title)
    page.get_by_label("详细说明").fill(BODY)
    no = send_in(page)
    sound(page)
    assert visitor.goto(f"/board/{no}").status == 404
    publish(secretary, title)

    find(sender, "dengzuo", title)
    assert number_of(sender) == no
    assert POSTERS_PHONE not in sender.content()
    interest = answer(sender, no, "想先寄样，再谈年度协议。", phone=SENDERS_PHONE)
    accept(page, interest)
    see_contact(page, interest, SENDERS_PHONE)
    see_contact(sender, interest, POSTERS_PHONE)
    look_as_a_visitor(visitor, no, title, interest)

    agree(page, interest)
    rate(page, interest, 5, "交货准时，包装仔细。")
    rate(sender, interest, 4, "付款及时，要求清楚。")
    for side in (page, sender):
        side.goto(interest)
        expect(main(side)).to_contain_text("交货准时，包装仔细。")
        expect(main(side)).to_contain_text("付款及时，要求清楚。")
    page.goto("/board/mine")
    sound(page)
    visitor.goto("/board")
    expect(main(visitor)).not_to_contain_text(title)


def refuse_contact_data(page: Page, title: str) -> None:
    """Write a number into the text: the place is marked, and everything typed stays."""
    body = f"{BODY}有意者请打电话一三九 1234 0001 联系。"
    describe(page, title, body=body, phone=POSTERS_PHONE)
    page.get_by_label("关键词").fill("灯座、配件")
    press(page, "提交审核")
    expect(main(page).locator("p.field__marked mark").first).to_contain_text("1234")
    sound(page)
    for label, value in (("标题", title), ("详细说明", body), ("联系电话", POSTERS_PHONE), ("关键词", "灯座、配件")):
        expect(page.get_by_label(label)).to_have_value(value)
    expect(page.get_by_label("数量", exact=True)).to_have_value("1200")


def look_as_a_visitor(visitor: Page, no: str, title: str, interest: str) -> None:
    """Read everything of a post that is open to all; the contact is nowhere, the interest is not there at all."""
    find(visitor, "dengzuo", title)
    for address in (f"/board/{no}", f"/board/{no}/print", "/board", "/search?q=灯座", f"/search?q={POSTERS_PHONE}"):
        visitor.goto(address)
        assert "有意者" not in visitor.content()
        assert "管理员" not in visitor.content(), address
        if POSTERS_PHONE not in address:
            assert POSTERS_PHONE not in visitor.content(), address
        sound(visitor)
    expect(main(visitor).get_by_role("link", name=title)).to_have_count(0)  # contact data is not searched
    visitor.goto(interest)
    expect(visitor).to_have_url(re.compile("/sign-in"))


def agree(page: Page, interest: str) -> None:
    """Record a deal that ends the post."""
    page.goto(interest)
    main(page).locator("summary", has_text="已成交").click()
    page.get_by_label("成交金额区间").select_option(index=1)
    press(page, "登记成交")
    told(page, "成交已登记")


def test_an_anonymous_post_shows_the_association_only(page: Page, new_page, window: str):
    title = HIDDEN_TITLES[window]
    secretary, sender, visitor = new_page(), new_page(), new_page()
    sign_in(page, "g07_admin")
    sign_in(secretary, "s01_sec")
    sign_in(sender, "g14_admin")

    describe(page, title, body=f"{BODY}示例·{FIRM}诚邀合作。", visibility="匿名（协会代发）", phone=POSTERS_PHONE)
    press(page, "提交审核")
    expect(main(page).locator("p.field__marked mark").first).to_contain_text("灯趣")
    page.get_by_label("详细说明").fill(BODY)
    no = send_in(page)
    told(page, title)
    publish(secretary, title)

    find(visitor, "guagou", title)
    for reader in (visitor, sender):
        look_for_traces(reader, no, title)

    interest = answer(sender, no, "可以先打样，价格按量谈。", phone=SENDERS_PHONE)
    assert FIRM not in sender.content()
    assert page.goto(interest).status == 404
    pass_on(secretary, interest)
    page.goto(interest)
    expect(main(page)).not_to_contain_text("方盒")  # the sender, too, is named after acceptance
    accept(page, interest)
    expect(main(page)).to_contain_text("方盒纸箱")
    see_contact(sender, interest, POSTERS_PHONE)
    expect(main(sender)).to_contain_text(FIRM)
    visitor.goto(f"/board/{no}")
    assert FIRM not in visitor.content()


def look_for_traces(reader: Page, no: str, title: str) -> None:
    """Read an anonymous post wherever it stands: its association is named, and nothing else of its firm."""
    for address in (f"/board/{no}", f"/board/{no}/print", f"/board?q={title[:4]}", "/search?q=guagou"):
        reader.goto(address)
        about = reader.locator("main li" if "?" in address else "main, body > article", has_text=title).last
        expect(about).to_contain_text(re.compile("协会代(企业)?发"))
        expect(about).to_contain_text("宝应玻璃")
        text = about.inner_html()
        assert not [trace for trace in TRACES if trace in text], address
        sound(reader)


def pass_on(secretary: Page, interest: str) -> None:
    """Find an interest in an anonymous post among those to pass on, and pass it on."""
    secretary.goto("/board/interests?box=forward")
    sound(secretary)
    main(secretary).get_by_role("link", name=interest.rsplit("/", 1)[-1]).click()
    press(secretary, "转交发布企业")
    told(secretary, "已转交并通知发布企业。")
