"""Writing posts: the form, its preview, drafts, sending in, what is refused and where, and what becomes of a repetition."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from services.board.models.posts import Post, PostState, Visibility
from tests.factories.board import BODY, make_node, make_post
from tests.plumbing.reviewing import page_of, post_form

GOOD = {
    "type": "purchase",
    "direction": "need",
    "title": "求购高硼硅玻璃棒Φ6–Φ22mm，月用8吨",
    "body": BODY,
    "quantity": "8",
    "unit": "吨/月",
    "price_from": "9.2",
    "price_to": "10.50",
    "price_unit": "kg",
    "keywords": "玻璃棒，高硼硅 灯工",
    "contact_name": "王示例",
    "contact_phone": "13800000001",
}
SPECS = {"specs-0-name": "外径", "specs-0-value": "6–22", "specs-0-unit": "mm", "specs-0-tolerance": "±0.1"}


def only_post(session) -> Post:
    session.rollback()
    return session.scalars(select(Post)).one()


def errors(response) -> dict[str, str]:
    """Return what is said beside each field."""
    notes = page_of(response).select(".field__notes")
    return {
        one["id"].removesuffix("-notes"): one.select_one(".field__error").get_text(" ", strip=True)
        for one in notes
        if one.select_one(".field__error")
    }


def picture(name="样品.png"):
    file = io.BytesIO()
    Image.new("RGB", (3, 3), "blue").save(file, "PNG")
    return io.BytesIO(file.getvalue()), name


def test_a_post_is_sent_in_with_everything_in_it(browser, session):
    answer = post_form(browser("member"), "/board/new", **GOOD, **SPECS, pictures=[picture(), picture()], send="1")

    post = only_post(session)
    assert answer.location == f"/board/{post.no}"
    assert post.state is PostState.SUBMITTED
    assert (post.quantity_milli, post.price_from_fen, post.price_to_fen) == (8000, 920, 1050)
    assert post.keywords == ["玻璃棒", "高硼硅", "灯工"]
    assert [(row.name, row.value, row.tolerance) for row in post.specs] == [("外径", "6–22", "±0.1")]
    assert len(post.pictures) == 2
    assert browser("stranger").get(answer.location).status_code == 404


def test_a_draft_is_kept_half_written_and_gone_on_with(browser, session):
    client = browser("member")
    kept = post_form(client, "/board/new", title="求购玻璃棒", body="太短", keep="1")
    post = only_post(session)

    assert kept.location == f"/board/drafts/{post.id}"
    assert (post.state, post.no) == (PostState.DRAFT, None)

    sent = post_form(client, kept.location, **GOOD, send="1")
    assert sent.location == f"/board/{only_post(session).no}"
    assert only_post(session).state is PostState.SUBMITTED
    assert client.get(kept.location).status_code == 303


def test_every_mistake_is_shown_at_once_beside_its_field_and_nothing_typed_is_lost(browser, session):
    wrong = GOOD | {
        "title": "",
        "quantity": "很多",
        "price_from": "一块",
        "wanted_on": "明天",
        "keywords": "、".join(f"词{number}" for number in range(9)),
        "specs-0-name": "名" * 31,
    }

    answer = post_form(browser("member"), "/board/new", **wrong, send="1")

    told = errors(answer)
    assert answer.status_code == 400
    assert set(told) == {"title", "quantity", "price_from", "wanted_on", "specs-0-name"}
    page = page_of(answer)
    assert page.select_one("#quantity")["value"] == "很多"
    assert page.select_one("#price_from")["value"] == "一块"
    assert page.select_one("#wanted_on")["value"] == "明天"
    assert page.select_one("#specs-0-name")["value"] == "名" * 31
    assert page.select_one("#body").get_text(strip=True) == BODY
    assert len(page.select(".error-summary li")) == len(told)
    assert session.scalars(select(Post)).all() == []


UNFIT = {
    "body": f"{BODY} 电话１３８-0000 0001，微信号 abc12345",
    "wanted_on": "2020-01-01",
    "contact_phone": "123",
}


def test_what_the_rules_refuse_is_told_at_once_and_kept_as_a_draft(browser, session):
    answer = post_form(browser("member"), "/board/new", **GOOD | UNFIT, send="1")

    assert answer.status_code == 409
    assert set(errors(answer)) == set(UNFIT)
    page = page_of(answer)
    marked = [one.get_text() for one in page.select(".field__marked mark")]
    assert "１３８-0000 0001" in marked
    assert any("微信" in one for one in marked)
    assert "微信号 abc12345" in page.select_one("#body").get_text()
    assert only_post(session).state is PostState.DRAFT


def test_what_cannot_even_be_kept_is_told_together_with_the_rest(browser, session):
    answer = post_form(browser("member"), "/board/new", **GOOD | UNFIT | {"price_from": "12"}, send="1")

    assert answer.status_code == 409
    assert set(errors(answer)) == {*UNFIT, "price_to"}
    assert page_of(answer).select_one("#price_from")["value"] == "12"
    assert session.scalars(select(Post)).all() == []


def test_a_refused_post_can_be_corrected_and_sent_from_the_very_page(browser, session):
    client = browser("member")
    refused = post_form(
        client, "/board/new", **GOOD | {"body": f"{BODY} 手机13800000001"}, pictures=[picture()], send="1"
    )
    post = only_post(session)
    form = page_of(refused).select_one("form.post-form")
    sent = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}

    assert refused.status_code == 409
    assert form["action"] == f"/board/drafts/{post.id}"
    assert len(post.pictures) == 1

    answer = client.post(
        form["action"], data=sent | GOOD | {"visibility": "public", "validity_days": "60", "send": "1"}
    )
    assert answer.location == f"/board/{only_post(session).no}"
    assert only_post(session).state is PostState.SUBMITTED


def test_the_same_form_sent_twice_makes_one_post(browser, session):
    client = browser("member")
    page = page_of(client.get("/board/new"))
    sent = {one["name"]: one.get("value", "") for one in page.select("form.post-form input[type=hidden]")}
    data = sent | GOOD | {"visibility": "public", "validity_days": "60", "send": "1"}

    first, second = client.post("/board/new", data=data), client.post("/board/new", data=data)

    assert first.location == second.location == f"/board/{only_post(session).no}"


def test_more_rows_and_the_preview_keep_nothing_and_lose_nothing(browser, session, board):
    make_post(session, board.other_member, board.association, title="求购高硼硅玻璃棒Φ6–Φ20mm，月用6吨")
    session.commit()
    client = browser("member")

    more = post_form(client, "/board/new", **GOOD, **SPECS, more="1")
    looked = post_form(client, "/board/new", **GOOD | {"body": f"{BODY} QQ:12345678"}, **SPECS, look="1")

    assert more.status_code == looked.status_code == 200
    assert len(page_of(more).select(".spec-row")) == 6
    assert page_of(more).select_one("#specs-0-value")["value"] == "6–22"
    shown = page_of(looked).select_one("#preview").get_text(" ", strip=True)
    assert "9.2–10.5" in shown
    assert "求购高硼硅玻璃棒Φ6–Φ20mm" in shown
    assert page_of(looked).select_one(".field__marked mark")
    assert session.query(Post).count() == 1


def test_the_preview_alone_is_for_the_script_and_shows_no_post_that_one_may_not_read(browser, session, board):
    hidden = make_post(
        session, board.other_member, board.association, title=GOOD["title"], visibility=Visibility.SELECTED
    )
    session.commit()
    client = browser("member")
    token = page_of(client.get("/board/new")).select_one("[name=csrf_token]")["value"]

    answer = client.post("/board/preview", data=GOOD | {"csrf_token": token, "title": f"{GOOD['title']}<script>"})

    assert answer.status_code == 200
    assert "&lt;script&gt;" in answer.json["html"]
    assert hidden.no not in answer.json["html"]


def test_a_similar_post_is_pointed_out_and_may_be_sent_in_knowingly(browser, session, board):
    before = make_post(session, board.member, board.association, title=GOOD["title"])
    session.commit()
    client = browser("member")

    answer = post_form(client, "/board/new", **GOOD, send="1")
    page = page_of(answer)
    kept = page.select_one("form.post-form")["action"]

    assert answer.status_code == 409
    assert page.select_one(f'a[href="/board/{before.no}"]')
    assert page.select_one("#knowingly")
    sent = {one["name"]: one.get("value", "") for one in page.select("form.post-form input[type=hidden]")}
    again = client.post(
        kept, data=sent | GOOD | {"visibility": "public", "validity_days": "60", "knowingly": "y", "send": "1"}
    )
    assert again.status_code == 303


@pytest.mark.parametrize("who", ["unverified", "stranger"])
def test_who_may_not_post_is_told_before_typing_and_may_keep_drafts(browser, session, who):
    client = browser(who)

    assert page_of(client.get("/board/new")).select_one(".notice--warning")
    answer = post_form(client, "/board/new", **GOOD, send="1")

    assert answer.status_code == 409
    assert only_post(session).state is PostState.DRAFT


def test_visitors_are_asked_to_sign_in_and_led_back(browser):
    answer = browser("visitor").get("/board/new?direction=need")

    assert answer.location == "/accounts/sign-in?next=/board/new?direction%3Dneed"


def test_selected_readers_are_named_by_node_and_by_name(browser, session, board):
    node = make_node(session, board.cluster)
    other = board.other_member.organisation.name
    session.commit()
    chosen = GOOD | {"visibility": "selected", "target_nodes": [str(node.id)]}

    wrong = post_form(browser("member"), "/board/new", **chosen, target_firms=f"{other}\n没有这家公司", send="1")
    right = post_form(browser("member"), "/board/new", **chosen, target_firms=f"{other}\n", send="1")

    assert "没有这家公司" in errors(wrong)["target_firms"]
    assert right.status_code == 303
    targets = {(one.node_id, one.organisation_id) for one in only_post(session).targets}
    assert targets == {(node.id, None), (None, board.other_member.organisation.id)}


def test_pictures_are_taken_away_again_and_what_is_no_picture_is_named(browser, session):
    client = browser("member")
    kept = post_form(client, "/board/new", **GOOD, pictures=[picture(), picture()], keep="1")

    wrong = post_form(client, kept.location, pictures=[(io.BytesIO(b"%PDF-1.4 %%EOF"), "图纸.pdf")], keep="1")
    post_form(client, kept.location, dropped=["1"], keep="1")

    assert "图纸.pdf" in errors(wrong)["pictures"]
    assert [one.position for one in only_post(session).pictures] == [2]


def test_a_published_post_is_changed_and_goes_to_review_again(browser, session, board):
    post = make_post(session, board.member, board.association)
    session.commit()
    client = browser("member")

    answer = post_form(client, f"/board/{post.no}/edit", title="求购高硼硅玻璃棒，月用量改为9吨", send="1")

    assert answer.location == f"/board/{post.no}"
    assert only_post(session).state is PostState.SUBMITTED
    assert only_post(session).title == "求购高硼硅玻璃棒，月用量改为9吨"
    assert client.get(f"/board/{post.no}/edit").status_code == 409


def test_of_two_people_who_change_a_draft_the_second_is_told(browser, session, board):
    post = make_post(session, board.member, board.association, state=PostState.DRAFT)
    session.commit()
    address = f"/board/drafts/{post.id}"
    client = browser("member")
    opened = page_of(client.get(address))
    sent = {one["name"]: one.get("value", "") for one in opened.select("form.post-form input[type=hidden]")}
    post_form(client, address, title="同事改过的标题写在这里", keep="1")

    data = sent | GOOD | {"title": "我改的标题写在这里呀", "visibility": "public", "validity_days": "60", "keep": "1"}
    answer = client.post(address, data=data)

    assert answer.status_code == 409
    assert page_of(answer).select_one("#title")["value"] == "我改的标题写在这里呀"
    assert only_post(session).title == "同事改过的标题写在这里"


def test_posts_of_others_are_neither_changed_nor_copied(browser, session, board):
    draft = make_post(session, board.member, board.association, state=PostState.DRAFT)
    post = make_post(session, board.member, board.association)
    session.commit()
    client = browser("other_member")

    for address in (f"/board/drafts/{draft.id}", f"/board/{post.no}/edit", f"/board/new?copy={post.no}"):
        assert client.get(address).status_code == 404, address
    for name in ("withdraw", "renew", "close", "discard"):
        token = page_of(client.get("/board/new")).select_one("[name=csrf_token]")["value"]
        assert client.post(f"/board/mine/{post.id}/{name}", data={"csrf_token": token}).status_code == 404
    assert session.get(Post, post.id, populate_existing=True).state is PostState.PUBLISHED


def test_a_copy_begins_with_everything_but_the_days(browser, session, board):
    post = make_post(session, board.member, board.association, specs=(("外径", "6–22", "mm", ""),))
    session.commit()

    page = page_of(browser("member").get(f"/board/new?copy={post.no}"))

    assert page.select_one("#title")["value"] == post.title
    assert page.select_one("#specs-0-name")["value"] == "外径"


def test_the_forms_choices_come_in_their_own_words(browser):
    page = page_of(browser("member").get("/board/new?type=supply"))

    assert page.select_one("[name=direction][checked]")["value"] == "offer"
    assert page.select_one("#type option[selected]")["value"] == "supply"
