"""A firm joins through the pages: the public face, the form, the notice with an objection, the desk, the dues."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.association.models.dues import DuesInvoice, DuesPayment
from services.association.models.meetings import Motion
from services.association.models.register import ApplicationState, CharterEdition, MembershipApplication
from services.association.operations import admitting
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work
from tests.factories.board import make_association, make_board
from tests.factories.catalogue import make_cluster
from tests.factories.register import make_application, make_charter, make_dues_table
from tests.plumbing.reviewing import page_of, post_form

S = ApplicationState
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx"
    b"\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xdc\xccY\xe7\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def board(session):
    made = make_board(session)
    association_id = made.association.organisation.id
    make_charter(session, association_id, bank_holder="示例协会", bank_name="示例银行", bank_account="6222000000000001")
    make_dues_table(session, association_id)
    session.add(
        CharterEdition(
            association_id=association_id,
            edition=1,
            text="第一条 本会名称……\n第二条 宗旨……",
            adopted_on=date(2026, 1, 5),
            adopted_at_meeting="会员大会",
            drafted_at=clock.now(),
        )
    )
    session.commit()
    return made


@pytest.fixture
def of(board, session, app, as_person):
    """Return a function that gives the browser of a firm of the board, or of the secretariat."""

    def browser(name):
        session.rollback()
        firm = getattr(board, name)
        return as_person(app.test_client(), firm.person, firm.organisation)

    return browser


@pytest.fixture
def base(board):
    return f"/associations/{board.association.organisation.id}"


def today():
    return clock.local_day(clock.now())


def worker(session, days=0):
    return Work(session, Actor.system("worker"), clock.now() + timedelta(days=days))


def one(session, model):
    session.rollback()
    return session.scalars(select(model).order_by(model.id.desc())).first()


@pytest.mark.parametrize("address", ["", "/charter", "/members"])
def test_the_public_face_is_open_to_everybody(client, base, address):
    assert page_of(client.get(base + address)).h1


def test_the_public_face_tells_charter_dues_and_council(client, board, base):
    text = page_of(client.get(base)).get_text(" ", strip=True)
    for part in ("2,000.00", "30,000.00", "第三届第一次会员大会", "17", "15", "13"):
        assert part in text
    assert board.association.organisation.name in page_of(client.get("/associations")).get_text()
    assert "第二条" in page_of(client.get(f"{base}/charter")).get_text()
    assert client.get("/associations/99999").status_code == 404


def fill(client, base, **over):
    values = {
        "introduction": "高硼硅玻璃制品",
        "contact_name": "王示例",
        "contact_phone": "13800000001",
        "accepts_charter": "y",
        "shows_name": "y",
    } | over
    return post_form(client, f"{base}/join", **values)


def test_a_firm_joins_from_the_public_page_until_it_is_a_member(client, session, of, board, base):
    own, desk = of("stranger"), of("association")
    answer = fill(own, base, attachment=(io.BytesIO(PNG), "申请表.png"))
    assert answer.status_code == 303
    application = one(session, MembershipApplication)
    address = f"/membership-applications/{application.id}"
    assert answer.location == address
    assert page_of(own.get(address)).select_one(".steps__item--current")
    assert (
        own.get(f"{address}/attachment").data
        == desk.get(f"/associations/desk/applications/{application.id}/attachment").data
    )

    room = f"/associations/desk/applications/{application.id}"
    assert application.no in page_of(desk.get("/associations/desk/applications")).get_text()
    assert post_form(desk, room, action=f"{room}/notice").status_code == 303
    assert application.no in page_of(client.get(base)).get_text()

    rival = of("member")
    objection = f"{address}/objection"
    assert post_form(rival, objection, text="产品抄袭我厂").status_code == 303
    assert post_form(rival, objection, text="再说").status_code == 409
    assert page_of(own.get(objection)).select_one("[name=text]") is None, "nobody objects to its own application"
    assert page_of(rival.get(objection)).select_one("[name=text]")
    page = page_of(desk.get(room))
    action = page.select_one('form[action*="/objections/"]')["action"]
    assert post_form(desk, room, action=action, answer="").status_code == 400
    assert post_form(desk, room, action=action, answer="经核实不属实").status_code == 303

    admitting.sweep_applications(worker(session, 12))
    session.commit()
    motion = one(session, Motion)
    admitting.approve(worker(session, 13), application.id, motion_id=motion.id, decided_on=today())
    session.commit()
    assert "6222000000000001" in page_of(own.get(address)).get_text()

    invoice = one(session, DuesInvoice)
    paid = post_form(
        desk,
        f"/associations/desk/dues/{invoice.id}",
        action=f"/associations/desk/dues/{invoice.id}/payments",
        method="cash",
    )
    assert paid.status_code == 303
    assert one(session, MembershipApplication).state is S.ADMITTED
    receipt = page_of(own.get(f"/membership/receipts/{one(session, DuesPayment).id}"))
    assert "贰仟元整" in receipt.get_text()
    assert page_of(own.get("/membership")).select_one(".timeline")
    assert board.stranger.organisation.name in page_of(client.get(f"{base}/members")).get_text()


def test_everything_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(session, of, base):
    own = of("stranger")
    answer = fill(own, base, introduction="我们做玻璃", contact_name="", contact_phone="12", accepts_charter=None)
    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#contact_name-notes .field__error")
    assert page.select_one("#contact_phone-notes .field__error")
    assert page.select_one("#accepts_charter-notes .field__error")
    assert page.select_one("#introduction").text.strip() == "我们做玻璃"
    unread = fill(own, base, accepts_charter=None)
    assert (unread.status_code, bool(page_of(unread).select_one("#accepts_charter-notes .field__error"))) == (400, True)
    assert one(session, MembershipApplication) is None


@pytest.mark.parametrize("name", ["member", "unverified", "outsider"])
def test_who_cannot_apply_reads_why(of, base, name):
    page = page_of(of(name).get(f"{base}/join"))
    assert page.select_one(".notice--warning li")
    assert page.select_one("textarea[name=introduction]") is None


def test_sending_the_same_form_twice_hands_in_once(session, of, base):
    own = of("stranger")
    form = page_of(own.get(f"{base}/join")).select_one("form[method=post]:has([name=introduction])")
    sent = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    sent |= {"introduction": "材料", "contact_name": "王", "contact_phone": "13800000001", "accepts_charter": "y"}
    sent["representative"] = form.select_one("select option")["value"]
    first, second = own.post(f"{base}/join", data=sent), own.post(f"{base}/join", data=sent)
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    session.rollback()
    assert len(session.scalars(select(MembershipApplication)).all()) == 1


def test_what_was_returned_is_completed(session, of, board):
    application = make_application(session, board.association.organisation.id, board.stranger)
    session.commit()
    desk, own = of("association"), of("stranger")
    room, address = f"/associations/desk/applications/{application.id}", f"/membership-applications/{application.id}"
    assert post_form(desk, room, action=f"{room}/return", reason="").status_code == 400
    assert post_form(desk, room, action=f"{room}/return", reason="请补充执照").status_code == 303
    assert "请补充执照" in page_of(own.get(address)).get_text()
    completed = f"{address}/completion"
    assert page_of(own.get(completed)).select_one("#introduction").text.strip() == application.introduction
    assert post_form(own, completed, introduction="", accepts_charter="y").status_code == 400
    assert post_form(own, completed, introduction="已补充", accepts_charter="y").status_code == 303
    assert one(session, MembershipApplication).state is S.SUBMITTED
    assert own.get(completed).status_code == 404


def test_an_application_is_withdrawn(session, of, board):
    application = make_application(session, board.association.organisation.id, board.stranger)
    session.commit()
    own, address = of("stranger"), f"/membership-applications/{application.id}"
    assert post_form(own, address, action=f"{address}/withdrawal").status_code == 303
    assert one(session, MembershipApplication).state is S.WITHDRAWN
    assert page_of(own.get("/membership")).get_text().count(application.no) == 1


def test_applications_of_others_are_not_there(session, of, board, app, as_person):
    application = make_application(session, board.association.organisation.id, board.stranger)
    rival = make_association(session, make_cluster(session))
    session.commit()
    room, address = f"/associations/desk/applications/{application.id}", f"/membership-applications/{application.id}"
    stranger = of("member")
    for url in (address, f"{address}/attachment", f"{address}/completion", f"{address}/objection"):
        assert stranger.get(url).status_code == 404
    assert stranger.get(room).status_code == 403
    assert as_person(app.test_client(), rival.person, rival.organisation).get(room).status_code == 404
