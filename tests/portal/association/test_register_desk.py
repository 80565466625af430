"""The secretary's desk: what waits, members, charter, council, figures; each door and each button."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.association.models.meetings import Motion, MotionSubject
from services.association.models.register import (
    Charter,
    CharterEdition,
    CouncilSeat,
    Member,
    MemberRepresentative,
    Tier,
)
from services.core import clock
from tests.factories.board import enrol_firm, make_association, make_firm
from tests.factories.catalogue import make_cluster
from tests.factories.register import make_application, make_invoice
from tests.plumbing.reviewing import page_of, post_form

DESK = "/associations/desk"


@pytest.fixture
def member(session, board):
    return session.scalars(select(Member).where(Member.organisation_id == board.member.organisation.id)).one()


def again(session, thing):
    session.rollback()
    session.refresh(thing)
    return thing


def last(session, model):
    session.rollback()
    return session.scalars(select(model).order_by(model.id.desc())).first()


def today():
    return clock.local_day(clock.now())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/applications",
        "/members",
        "/dues",
        "/dues/arrears",
        "/dues-tables",
        "/bank",
        "/charter",
        "/council",
        "/statistics",
    ],
)
def test_every_room_of_the_desk_opens_to_the_secretariat_alone(desk, own, client, url):
    assert page_of(desk.get(DESK + url)).h1
    assert own.get(DESK + url).status_code == 403
    assert client.get(DESK + url).status_code == 302


def test_the_desk_counts_what_waits(desk, session, board, member):
    make_application(session, board.association.organisation.id, board.stranger)
    make_invoice(session, member, 2025)
    session.commit()
    page = page_of(desk.get(DESK))
    for address in ("/applications?state=submitted", "/dues/arrears"):
        stat = page.select_one(f'.stats a[href="{DESK}{address}"]')
        assert "1" in stat.find_parent(class_="stat").get_text()
    for room in (f"{DESK}/motions", f"{DESK}/cases?list=overdue", "/board/desk", f"{DESK}/bank"):
        assert page.select_one(f'.stats a[href="{room}"]').get_text() == "0"


def test_the_register_is_narrowed_and_handed_out(desk, session, board, member):
    assert member.no in page_of(desk.get(f"{DESK}/members?q={board.member.organisation.name}")).get_text()
    assert member.no not in page_of(desk.get(f"{DESK}/members?standing=lapsed")).get_text()
    table = desk.get(f"{DESK}/members.csv").get_data(as_text=True)
    assert table.startswith("\ufeff")
    assert member.no in table


def test_those_that_ask_to_leave_have_a_list_of_their_own(desk, own, session, member):
    url = "/membership"
    assert member.no not in page_of(desk.get(f"{DESK}/members?leaving=1")).get_text()
    post_form(own, url, action=f"/membership/{member.id}/exit", reason="转产")
    assert member.no in page_of(desk.get(f"{DESK}/members?leaving=1")).get_text()
    assert page_of(desk.get(DESK)).select_one(f'.stats a[href="{DESK}/members?leaving=1"]').get_text() == "1"


def test_the_bench_tells_members_and_the_secretariat_what_waits(desk, own, session, member):
    make_invoice(session, member, 2025)
    session.commit()
    assert page_of(own.get("/bench")).select_one('a[href="/membership/dues"]')
    assert page_of(desk.get("/bench")).select_one(f'a[href="{DESK}/dues/arrears"]')


@pytest.mark.parametrize("url", ["/members", "/dues", "/dues/arrears", "/applications"])
def test_lists_take_the_same_queries_whatever_their_length(desk, session, board, counted_queries, url):
    def grow(times):
        for _ in range(times):
            firm = make_firm(session, board.cluster)
            make_invoice(session, enrol_firm(session, board.association, firm), today().year - 1)
            make_invoice(session, session.scalars(select(Member).order_by(Member.id.desc())).first(), today().year)
            make_application(session, board.association.organisation.id, make_firm(session, board.cluster))
        session.commit()

    def queries():
        with counted_queries() as statements:
            desk.get(DESK + url)
        return len(statements)

    grow(2)
    few = queries()
    grow(10)
    assert queries() == few


def test_a_member_gets_another_level_and_a_representative(desk, session, board, member):
    room = f"{DESK}/members/{member.id}"
    assert post_form(desk, room, action=f"{room}/tier", tier="director").status_code == 303
    assert again(session, member).tier is Tier.DIRECTOR
    person = board.member.person.id
    wrong = post_form(desk, room, action=f"{room}/representatives", role="voting", person=person, from_on="x")
    assert (wrong.status_code, bool(page_of(wrong).select_one(".field__error"))) == (400, True)
    past = post_form(desk, room, action=f"{room}/representatives", role="voting", person=person, from_on="2020-01-01")
    assert past.status_code == 409
    named = post_form(desk, room, action=f"{room}/representatives", role="voting", person=person)
    assert named.status_code == 303
    assert last(session, MemberRepresentative).person_id == person


def test_a_member_asks_to_leave_stays_and_leaves(desk, own, session, member):
    mine, room = f"/membership?member={member.id}", f"{DESK}/members/{member.id}"
    leave = f"/membership/{member.id}/exit"
    assert post_form(own, mine, action=leave, reason="业务调整").status_code == 303
    assert post_form(own, mine, action=f"{leave}/withdrawal").status_code == 303
    assert again(session, member).exit_asked_on is None
    post_form(own, mine, action=leave)
    assert post_form(desk, room, action=f"{room}/exit", outside_on="2020-01-01").status_code == 409
    assert post_form(desk, room, action=f"{room}/exit").status_code == 303
    assert again(session, member).standing == "exited"
    assert page_of(own.get(mine)).select_one(f'a[href="/associations/{member.association_id}/join"]')


def test_only_a_vote_expels(desk, session, member):
    room = f"{DESK}/members/{member.id}"
    assert post_form(desk, room, action=f"{room}/expulsion", reason="").status_code == 400
    assert post_form(desk, room, action=f"{room}/expulsion", reason="两年未缴会费").status_code == 303
    motion = last(session, Motion)
    assert (motion.about, motion.about_id) == (MotionSubject.EXPULSION, member.id)
    assert again(session, member).standing == "active"
    assert post_form(desk, room, action=f"{room}/expulsion", reason="再来").status_code == 409


def test_one_member_is_asked_for_this_year_or_the_next(desk, session, member):
    room, year = f"{DESK}/members/{member.id}", today().year
    assert post_form(desk, room, action=f"{room}/dues/{year}").status_code == 303
    token = {"csrf_token": page_of(desk.get(room)).select_one("[name=csrf_token]")["value"]}
    assert desk.post(f"{room}/dues/{year + 5}", data=token).status_code == 404


def test_the_figures_of_the_charter_are_kept_and_a_conflict_is_told(desk, session, board):
    url = f"{DESK}/charter"
    values = {"business_scope": "行业服务", "grace_days": "60"}
    first = page_of(desk.get(url)).select_one("[name=version]")["value"]
    assert post_form(desk, url, **values).status_code == 303
    assert again(session, session.get(Charter, board.association.organisation.id)).grace_days == 60
    stale = post_form(desk, url, **values, version=first)
    assert stale.status_code == 409
    low = post_form(desk, url, **values | {"lapse_days": "60"})
    assert (low.status_code, bool(page_of(low).select_one("#lapse_days-notes .field__error"))) == (400, True)
    assert post_form(desk, url, **values | {"notice_days": "x", "dues_days": ""}).status_code == 400


def test_the_text_of_the_charter_is_drafted_and_laid_before_a_meeting(desk, session):
    url = f"{DESK}/charter"
    assert post_form(desk, url, action=f"{url}/edition", text="").status_code == 400
    assert post_form(desk, url, action=f"{url}/edition", text="第一条 ……").status_code == 303
    edition = last(session, CharterEdition)
    assert post_form(desk, url, action=f"{url}/editions/{edition.id}/motion").status_code == 303
    assert last(session, Motion).about is MotionSubject.CHARTER
    page = page_of(desk.get(url))
    assert page.select_one(".notice--warning")
    assert "第一条 ……" in page.select_one("main .kept-lines").text
    assert page.select(f"form[action^='{url}/edition']") == [], "every button would be refused"


def test_offices_are_given_and_ended(desk, session, board, member):
    url = f"{DESK}/council"
    given = post_form(desk, url, action=url, organisation=member.organisation_id, office="president")
    assert given.status_code == 303
    twice = post_form(desk, url, action=url, organisation=member.organisation_id, office="director")
    assert (twice.status_code, bool(page_of(twice).select_one(".field__error"))) == (409, True)
    seat = last(session, CouncilSeat)
    early = post_form(desk, url, action=f"{url}/{seat.id}/end", until_on="2020-01-01")
    assert early.status_code == 409
    assert post_form(desk, url, action=f"{url}/{seat.id}/end").status_code == 303
    assert again(session, seat).until_on == today()


def test_what_belongs_to_another_association_is_not_there(app, session, as_person, board, member):
    rival = make_association(session, make_cluster(session))
    invoice = make_invoice(session, member, 2025)
    application = make_application(session, board.association.organisation.id, board.stranger)
    seat = CouncilSeat(
        association_id=board.association.organisation.id,
        organisation_id=member.organisation_id,
        office="director",
        from_on=date(2026, 1, 1),
    )
    session.add(seat)
    session.commit()
    browser = as_person(app.test_client(), rival.person, rival.organisation)
    token = {"csrf_token": page_of(browser.get(f"{DESK}/council")).select_one("[name=csrf_token]")["value"]}
    for url in (f"/members/{member.id}", f"/dues/{invoice.id}", f"/applications/{application.id}"):
        assert browser.get(DESK + url).status_code == 404
    for url, sent in (
        (f"/members/{member.id}/tier", {"tier": "director"}),
        (f"/members/{member.id}/expulsion", {"reason": "x"}),
        (f"/members/{member.id}/exit", {"outside_on": (today() + timedelta(days=1)).isoformat()}),
        (f"/members/{member.id}/dues/{today().year}", {}),
        (f"/dues/{invoice.id}/reminder", {}),
        (f"/dues/{invoice.id}/cancellation", {"reason": "x"}),
        (f"/applications/{application.id}/notice", {}),
        (f"/council/{seat.id}/end", {"until_on": "2026-12-31"}),
    ):
        assert browser.post(DESK + url, data=token | sent).status_code == 404, url
