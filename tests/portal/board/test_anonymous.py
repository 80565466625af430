"""An anonymous post gives its firm away on no page but where its association is told apart."""

import pytest

from services.board.models.posts import Visibility
from tests.factories.board import make_post
from tests.factories.interests import make_interest
from tests.plumbing.reviewing import page_of

CODE = "2239"


@pytest.fixture
def hidden(session, board):
    """An anonymous post from before codes were left out."""
    made = make_post(
        session, board.member, board.association, visibility=Visibility.ANONYMOUS, industry_code=CODE, no="GX-1"
    )
    session.commit()
    return made


@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "association"])
def test_the_industry_code_is_shown_nowhere(browser, hidden, who):
    for address in ("/board/GX-1", "/board/GX-1/print", "/board", "/board/feed.atom"):
        assert CODE not in browser(who).get(address).text, address


@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "association"])
def test_paper_and_lists_show_the_association_to_whoever_asks(browser, board, hidden, who):
    firm = board.member.organisation
    client = browser(who)

    paper = client.get("/board/GX-1/print").text
    card = str(page_of(client.get("/board")).select_one(".post-card"))

    for text in (paper, card):
        assert board.association.organisation.short_name in text or board.association.organisation.name in text
        assert firm.name not in text
        assert f"/organisations/{firm.id}" not in text
        assert firm.town not in text
    hits = page_of(client.get("/search?q=玻璃棒&kind=post")).select(".hit")
    assert not any(firm.name in str(hit) for hit in hits)


def test_its_association_reads_the_name_apart(browser, board, hidden):
    name = board.member.organisation.name

    page = page_of(browser("association").get("/board/GX-1"))

    boxes = [box for box in page.select(".notice") if name in box.get_text()]
    assert ["仅协会可见" in box.get_text() or "Only the association" in box.get_text() for box in boxes] == [True]
    boxes[0].decompose()
    assert name not in page.select_one("main").get_text()
    assert name not in browser("stranger").get("/board/GX-1").text


def test_the_sender_is_told_that_the_association_has_the_interest(browser, session, board, hidden):
    waiting = make_interest(session, hidden, board.stranger)
    passed_on = make_interest(session, hidden, board.outsider, forwarded_at=waiting.sent_at)
    session.commit()

    def told(who, interest):
        return page_of(browser(who).get(f"/board/interests/{interest.no}")).select_one("main .notice").get_text()

    held, on_its_way = told("stranger", waiting), told("outsider", passed_on)

    assert "协会转交" in held
    assert "起算" in held
    assert "已通知对方" not in held
    assert "已通知对方" in on_its_way
    assert "待协会转交" in browser("stranger").get("/board/interests?box=sent").text
