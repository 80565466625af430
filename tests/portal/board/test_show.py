"""The page of a post for each of its readers, its papers, its pictures and the feed."""

import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from services.board.models.posts import Contribution, PostState, PostType, Visibility
from services.board.models.reviews import AbuseReport
from services.board.operations import pictures
from services.core import clock
from services.core.uploads import examine
from services.core.work import Work
from tests.factories.board import make_post
from tests.plumbing.reviewing import page_of, post_form

READERS = ["visitor", "unverified", "stranger", "outsider", "other_member", "member", "association"]
ALLOWED = {
    Visibility.PUBLIC: set(READERS),
    Visibility.ANONYMOUS: set(READERS),
    Visibility.VERIFIED: {"stranger", "outsider", "other_member", "member", "association"},
    Visibility.MEMBERS: {"other_member", "member", "association"},
    Visibility.SELECTED: {"other_member", "member", "association"},
}


@pytest.mark.parametrize("mode", list(Visibility))
def test_each_reader_opens_what_the_mode_allows_and_nothing_else(browser, session, board, mode):
    targets = {"target_firms": (board.other_member.organisation.id,)} if mode is Visibility.SELECTED else {}
    post = make_post(session, board.member, board.association, visibility=mode, **targets)
    session.commit()

    for who in READERS:
        client = browser(who)
        for address in ("", "/print"):
            answer = client.get(f"/board/{post.no}{address}")
            assert (answer.status_code == 200) == (who in ALLOWED[mode]), (who, address)
        assert (client.get(f"/board/{post.no}/card.png").status_code == 200) == (
            mode in {Visibility.PUBLIC, Visibility.ANONYMOUS}
        ), who


def test_a_post_shows_its_particulars_and_keeps_its_contact_to_itself(browser, session, board):
    post = make_post(
        session,
        board.member,
        board.association,
        quantity_milli=8000,
        unit="吨/月",
        price_from_fen=920,
        price_to_fen=1050,
        price_unit="kg",
        includes_tax=True,
        keywords=["玻璃棒", "高硼硅"],
        specs=(("外径", "6–22", "mm", "±0.1"),),
    )
    session.commit()

    page = page_of(browser("stranger").get(f"/board/{post.no}"))
    text = page.get_text(" ", strip=True)

    for told in ("8 吨/月", "9.2–10.5", "外径", "±0.1", "高硼硅", board.member.organisation.label):
        assert told in text
    assert "13800000001" not in text
    assert "王示例" not in text
    assert page.select_one(f'a[href="/board/{post.no}/interest"]')


def test_its_firm_sees_contact_history_and_what_it_can_do(browser, session, board):
    post = make_post(session, board.member, board.association)
    session.commit()

    page = page_of(browser("member").get(f"/board/{post.no}"))

    assert "13800000001" in page.get_text()
    assert page.select_one(f'a[href="/board/{post.no}/edit"]')
    assert page.select_one('form[action$="/close"]')
    assert not page.select_one(f'a[href="/board/{post.no}/interest"]')


@pytest.mark.parametrize("state", list(PostState))
def test_in_other_states_only_its_firm_and_its_association_read_it(browser, session, board, state):
    post = make_post(session, board.member, board.association, state=state, no=f"GX-20260101-9{len(state):03d}")
    session.commit()

    reads = {who for who in READERS if browser(who).get(f"/board/{post.no}").status_code == 200}

    published = set(READERS) if state is PostState.PUBLISHED else {"member", "association"}
    assert reads == published - ({"association"} if state is PostState.DRAFT else set())


def test_other_sites_are_told_of_public_posts_alone(browser, session, board):
    public = make_post(session, board.member, board.association)
    hidden = make_post(session, board.member, board.association, visibility=Visibility.MEMBERS)
    session.commit()

    told = page_of(browser("visitor").get(f"/board/{public.no}"))
    kept = page_of(browser("other_member").get(f"/board/{hidden.no}"))

    assert told.select_one('meta[property="og:image"]')["content"] == f"http://localhost/board/{public.no}/card.png"
    assert not kept.select('meta[property^="og:"]')
    assert kept.select_one('meta[name="robots"]')["content"] == "noindex"


def test_the_card_is_a_picture_without_anything_written_into_its_file(browser, session, board):
    post = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    session.commit()

    answer = browser("visitor").get(f"/board/{post.no}/card.png")

    with Image.open(io.BytesIO(answer.data)) as card:
        assert card.size == (1200, 630)
        assert card.info == {}
    assert "Content-Disposition" not in answer.headers


def test_pictures_are_read_by_readers_of_the_post_and_carry_no_name(browser, session, board, settings):
    post = make_post(session, board.member, board.association, state=PostState.DRAFT, visibility=Visibility.MEMBERS)
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "示例厂二楼车间"
    Image.new("RGB", (9, 9), "red").save(file, "JPEG", exif=exif)
    work = Work(session, board.member.actor, clock.now())
    pictures.add_picture(work, settings.uploads, post.id, examine(file, "示例厂样品.jpg"))
    post.no, post.state = "GX-20260101-9999", PostState.PUBLISHED
    session.commit()

    answer = browser("other_member").get(f"/board/{post.no}/pictures/1")

    assert answer.mimetype == "image/jpeg"
    assert "示例厂".encode() not in answer.data
    assert "Content-Disposition" not in answer.headers
    assert browser("stranger").get(f"/board/{post.no}/pictures/1").status_code == 404
    assert browser("other_member").get(f"/board/{post.no}/pictures/2").status_code == 404
    assert browser("other_member").get(f"/board/drafts/{post.id}/pictures/1").status_code == 404
    assert browser("member").get(f"/board/drafts/{post.id}/pictures/1").status_code == 200


def test_the_feed_holds_what_everybody_reads_whoever_asks(browser, session, board):
    for mode in (Visibility.PUBLIC, Visibility.ANONYMOUS, Visibility.VERIFIED, Visibility.MEMBERS):
        make_post(session, board.member, board.association, visibility=mode, title=f"供需 <{mode.value}> & 更多")
    make_post(session, board.member, type=PostType.PROCESSING, title="外协加工的一条信息")
    session.commit()

    for who in ("visitor", "member", "association"):
        answer = browser(who).get("/board/feed.atom")
        feed = BeautifulSoup(answer.data, "xml")
        assert answer.mimetype == "application/atom+xml"
        assert {one.title.text for one in feed.find_all("entry")} == {
            "供需 <public> & 更多",
            "供需 <anonymous> & 更多",
            "外协加工的一条信息",
        }
    narrowed = BeautifulSoup(browser("visitor").get("/board/feed.atom?type=processing").data, "xml")
    assert [one.title.text for one in narrowed.find_all("entry")] == ["外协加工的一条信息"]


def test_a_post_is_reported_once_and_not_by_its_own_firm(browser, session, board):
    post = make_post(session, board.member, board.association)
    session.commit()
    address = f"/board/{post.no}/report"

    wrong = post_form(browser("stranger"), address, text="看上去不对")
    sent = post_form(browser("stranger"), address, reason="fraud", text="看上去不对")
    again = post_form(browser("stranger"), address, reason="other")
    own = post_form(browser("member"), address, reason="other")

    assert wrong.status_code == 400
    assert page_of(wrong).select_one("#text").get_text(strip=True) == "看上去不对"
    assert sent.location == f"/board/{post.no}"
    assert (again.status_code, own.status_code) == (409, 409)
    assert session.query(AbuseReport).count() == 1


def test_a_group_purchase_shows_the_sum_and_never_who_gave_how_much(browser, session, board):
    today = clock.local_day(clock.now())
    post = make_post(
        session,
        board.association,
        board.association,
        type=PostType.COOPERATION,
        unit="m³",
        gathers_until=today + timedelta(days=20),
    )
    session.add(
        Contribution(
            post_id=post.id,
            organisation_id=board.member.organisation.id,
            person_id=board.member.person.id,
            quantity_milli=7_000,
            at=clock.now(),
        )
    )
    session.commit()
    address = f"/board/{post.no}"

    wrong = post_form(browser("stranger"), address, quantity="很多")
    post_form(browser("stranger"), address, quantity="5.5", text="冬季")
    seen = page_of(browser("stranger").get(address))
    gatherer = page_of(browser("association").get(address)).get_text()

    assert wrong.status_code == 400
    assert page_of(wrong).select_one("#quantity")["value"] == "很多"
    assert "12.5" in seen.select_one("#gathered").get_text()
    assert board.member.organisation.name not in seen.get_text()
    assert board.member.organisation.name in gatherer
    assert browser("visitor").get(address).status_code == 200
    post_form(browser("stranger"), address, action=f"{address}/contribution/removal")
    assert "7 m³" in page_of(browser("visitor").get(address)).select_one("#gathered").get_text()
