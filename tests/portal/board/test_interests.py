"""Pages of interests, for the sender, the poster, and the association of an anonymous post."""

import pytest
from sqlalchemy import select

from services.board.models.interests import ContactReveal, Deal, DealRating, Interest, InterestState
from services.board.models.posts import PostState, Visibility
from services.core import clock
from services.core.permissions import Role
from tests.factories.accounts import make_person
from tests.factories.board import make_board, make_post
from tests.factories.interests import make_interest
from tests.factories.organisations import make_member
from tests.plumbing.reviewing import page_of, post_form

S = InterestState
SAID = {
    "wish": "按月供货，先送样",
    "abilities": "两座电炉，月产50吨",
    "contact_name": "赵示例",
    "contact_phone": "13900000002",
}


@pytest.fixture
def board(session):
    made = make_board(session)
    session.commit()
    return made


@pytest.fixture
def post(session, board):
    made = make_post(session, board.member, board.association)
    session.commit()
    return made


@pytest.fixture
def hidden(session, board):
    made = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    session.commit()
    return made


@pytest.fixture
def acting(client, as_person, session):
    """Sign the browser in for a firm."""

    def act(firm):
        session.rollback()  # what the session has read is old by now
        as_person(client, firm.person, firm.organisation)
        return client

    return act


def kept(session, number):
    session.rollback()
    return session.get(Interest, number)


def interest_in(session, post, firm, **over):
    made = make_interest(session, post, firm, **over)
    session.commit()
    return made


def pressed(client, interest, name, **data):
    address = f"/board/interests/{interest.no}"
    return post_form(client, address, action=f"{address}/{name}", **data)


def test_a_firm_answers_a_post(session, board, post, acting):
    client = acting(board.stranger)
    address = f"/board/{post.no}/interest"

    response = post_form(client, address, **SAID)

    session.rollback()
    interest = session.scalars(select(Interest)).one()
    assert response.status_code == 303
    assert response.location == f"/board/interests/{interest.no}"
    assert (interest.wish, interest.contact_phone) == (SAID["wish"], SAID["contact_phone"])
    assert client.get(address).location == f"/board/interests/{interest.no}"
    assert SAID["abilities"] in client.get(response.location).text


def test_all_mistakes_are_shown_at_once_and_nothing_typed_is_lost(board, post, acting):
    client = acting(board.stranger)

    response = post_form(
        client, f"/board/{post.no}/interest", wish="", abilities="会做", contact_name="", contact_phone="1"
    )

    page = page_of(response)
    assert response.status_code == 400
    assert {field["id"].removesuffix("-notes") for field in page.select(".field--wrong .field__notes")} == {
        "wish",
        "contact_name",
        "contact_phone",
    }
    assert page.select_one("#abilities").text.strip() == "会做"


def test_contact_data_is_refused_beside_its_answer(session, board, post, acting):
    response = post_form(
        acting(board.stranger), f"/board/{post.no}/interest", **SAID | {"abilities": "电话一三八零零零零零零零一"}
    )

    page = page_of(response)
    assert response.status_code == 409
    assert page.select_one("#abilities-notes .field__error") is not None
    assert session.scalars(select(Interest)).all() == []


def test_the_same_form_sent_twice_sends_one_interest(session, board, post, acting):
    client = acting(board.stranger)
    page = page_of(client.get(f"/board/{post.no}/interest"))
    fields = {one["name"]: one.get("value", "") for one in page.select("main form input[type=hidden]")} | SAID

    first = client.post(f"/board/{post.no}/interest", data=fields)
    second = client.post(f"/board/{post.no}/interest", data=fields)

    session.rollback()
    assert first.location == second.location
    assert len(session.scalars(select(Interest)).all()) == 1


def test_who_is_not_verified_reads_why_and_sends_nothing(board, post, acting):
    page = page_of(acting(board.unverified).get(f"/board/{post.no}/interest"))

    assert page.select_one("main form textarea") is None
    own = page_of(acting(board.member).get(f"/board/{post.no}/interest"))
    assert own.select_one("main form textarea") is None


def test_a_post_that_is_not_for_the_firm_is_not_there(session, board, acting):
    for_members = make_post(session, board.member, board.association, visibility=Visibility.MEMBERS)
    session.commit()

    assert acting(board.stranger).get(f"/board/{for_members.no}/interest").status_code == 404


def test_lists_by_direction(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    received = acting(board.member).get("/board/interests").text
    assert interest.no in received
    assert board.stranger.organisation.label in received

    assert interest.no not in acting(board.stranger).get("/board/interests").text
    assert interest.no in acting(board.stranger).get("/board/interests?box=sent").text
    assert interest.no not in acting(board.outsider).get("/board/interests?box=sent").text
    assert interest.no not in acting(board.outsider).get("/board/interests?box=forward").text


def test_others_do_not_find_the_interest(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    for firm in (board.outsider, board.other_member):
        client = acting(firm)
        assert client.get(f"/board/interests/{interest.no}").status_code == 404
        for name in ("acceptance", "refusal", "contact", "deal", "rating", "amount", "withdrawal"):
            assert client.post(f"/board/interests/{interest.no}/{name}").status_code in {400, 404}
    assert kept(session, interest.id).state is S.SUBMITTED


def test_the_poster_sees_accepts_and_is_shown_the_contact(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    client = acting(board.member)
    before = client.get(f"/board/interests/{interest.no}").text
    assert interest.contact_phone not in before

    assert pressed(client, interest, "see").status_code == 303
    assert kept(session, interest.id).state is S.SEEN
    assert pressed(client, interest, "acceptance").status_code == 303
    accepted = client.get(f"/board/interests/{interest.no}").text
    assert interest.contact_phone not in accepted

    shown = pressed(client, interest, "contact")
    session.rollback()

    assert shown.status_code == 200
    assert "13900000002" in shown.text
    assert len(session.scalars(select(ContactReveal)).all()) == 1


def test_the_contact_is_refused_before_acceptance(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    client = acting(board.stranger)
    page = page_of(client.get(f"/board/interests/{interest.no}"))
    fields = {one["name"]: one.get("value", "") for one in page.select("main form input[type=hidden]")}

    response = client.post(f"/board/interests/{interest.no}/contact", data=fields)

    assert post.contact_phone not in response.text
    assert session.scalars(select(ContactReveal)).all() == []


def test_a_refusal_needs_its_reason(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    client = acting(board.member)

    assert pressed(client, interest, "refusal", reason="").status_code == 400
    assert kept(session, interest.id).state is S.SUBMITTED
    assert pressed(client, interest, "refusal", reason="规格不符").status_code == 303
    assert kept(session, interest.id).state is S.DECLINED
    assert "规格不符" in acting(board.stranger).get(f"/board/interests/{interest.no}").text


def test_an_accepted_one_cannot_be_accepted_again(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)
    client = acting(board.member)
    page = page_of(client.get(f"/board/interests/{interest.no}"))
    form = page.select_one(f'form[action$="{interest.no}/acceptance"]')
    fields = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    address = f"/board/interests/{interest.no}/acceptance"

    assert client.post(address, data=fields).status_code == 303
    assert client.post(address, data=fields).status_code == 303  # the same button, once more: nothing happens twice
    assert client.post(address, data=fields | {"form_token": "another"}).status_code == 409


def test_talks_deal_amount_and_ratings(session, board, post, acting):
    interest = interest_in(session, post, board.stranger, state=S.EXCHANGED)
    assert pressed(acting(board.stranger), interest, "negotiation").status_code == 303

    wrong = pressed(acting(board.member), interest, "deal", band="to-50k", amount="1")
    assert wrong.status_code == 409
    assert page_of(wrong).select_one("#deal-amount-notes .field__error") is not None
    done = pressed(acting(board.member), interest, "deal", band="to-50k", amount="20000", closes_post="y")
    assert done.status_code == 303
    assert kept(session, interest.id).post.state is PostState.DEALT
    assert "20000.00" not in acting(board.stranger).get(f"/board/interests/{interest.no}").text

    assert pressed(acting(board.stranger), interest, "amount", amount="20000").status_code == 303
    session.rollback()
    assert session.scalars(select(Deal.amount_fen)).one() == 2_000_000
    assert pressed(acting(board.stranger), interest, "rating", stars="5", text="守信").status_code == 303
    assert "守信" in acting(board.member).get(f"/board/interests/{interest.no}").text
    session.rollback()
    assert len(session.scalars(select(DealRating)).all()) == 1


def test_nothing_came_of_it(session, board, post, acting):
    interest = interest_in(session, post, board.stranger, state=S.NEGOTIATING)

    assert pressed(acting(board.stranger), interest, "failure", reason="价格谈不拢").status_code == 303
    assert kept(session, interest.id).state is S.FAILED


def test_the_sender_takes_it_back(session, board, post, acting):
    interest = interest_in(session, post, board.stranger)

    assert pressed(acting(board.stranger), interest, "withdrawal").status_code == 303
    assert kept(session, interest.id).state is S.WITHDRAWN


def names_of(firm):
    return [name for name in (firm.organisation.name, firm.organisation.short_name) if name]


def test_names_around_an_anonymous_post_are_told_by_acceptance_alone(session, board, hidden, acting):
    interest = interest_in(session, hidden, board.stranger)
    address = f"/board/interests/{interest.no}"

    def shows(viewer, firm):
        pages = [acting(viewer).get(page).text for page in (address, "/board/interests", "/board/interests?box=sent")]
        return any(name in text for name in names_of(firm) for text in pages)

    assert acting(board.member).get(address).status_code == 404
    assert not shows(board.stranger, board.member)
    assert pressed(acting(board.association), interest, "forwarding").status_code == 303
    assert not shows(board.stranger, board.member)
    assert not shows(board.member, board.stranger)
    assert pressed(acting(board.member), interest, "acceptance").status_code == 303
    assert shows(board.stranger, board.member)
    assert shows(board.member, board.stranger)


def test_the_form_for_an_anonymous_post_names_the_association(board, hidden, acting):
    text = acting(board.stranger).get(f"/board/{hidden.no}/interest").text

    assert board.association.organisation.name in text
    assert board.member.organisation.name not in text
    assert board.member.organisation.town not in text


def test_the_association_has_its_own_boxes(session, board, hidden, acting):
    interest = interest_in(session, hidden, board.stranger)

    assert interest.no in acting(board.association).get("/board/interests?box=forward").text
    assert pressed(acting(board.association), interest, "refusal", reason="与信息无关").status_code == 303
    assert kept(session, interest.id).state is S.DECLINED


def test_whoever_may_not_send_interests_is_turned_away(session, client, board, post, as_person):
    officer = make_person(session)
    make_member(session, officer, board.outsider.organisation, Role.EXPERT)
    as_person(client, officer, board.outsider.organisation)

    assert client.get(f"/board/{post.no}/interest").status_code == 403
    assert client.get("/board/interests").status_code == 403


def test_a_long_list_takes_no_more_queries(session, board, acting, counted_queries):
    def listed(count):
        for _ in range(count):
            make_interest(session, make_post(session, board.member, board.association), board.stranger)
        session.commit()
        client = acting(board.member)
        client.get("/board/interests")
        with counted_queries() as statements:
            client.get("/board/interests")
        return len(statements)

    assert listed(2) == listed(18)


def test_the_late_are_marked(session, board, post, acting):
    today = clock.local_day(clock.now())
    interest_in(session, post, board.stranger, answer_due_on=today.replace(year=today.year - 1))

    page = page_of(acting(board.member).get("/board/interests"))

    assert page.select_one("td .late") is not None
