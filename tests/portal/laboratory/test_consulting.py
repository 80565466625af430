"""Consultations, the client's answers, the board and the work bench."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from services.catalogue.models import CenterType
from services.core import clock
from services.laboratory.models.commissions import CommissionFile, CommissionState, Consultation, ReviewDecision
from services.laboratory.models.lines import LineState
from services.laboratory.operations import consulting, reviewing
from services.laboratory.operations.consulting import Question
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import make_order
from tests.plumbing.reviewing import page_of, post_form, token_of

C = CommissionState


@pytest.fixture
def lab(lab):
    """Return a laboratory of the testing centre."""
    lab.provider.center_type = CenterType.TEST
    lab.session.commit()
    return lab


@pytest.fixture
def question(lab, tmp_path):
    """Return a question of the firm."""
    made = consulting.ask(lab.work(), Question(lab.provider.id, "出口德国要做什么?"), folder=tmp_path)
    lab.session.commit()
    return made


def picture(name="杯.png"):
    file = io.BytesIO()
    Image.new("RGB", (3, 3), "blue").save(file, "PNG")
    return io.BytesIO(file.getvalue()), name


def ask(client, **data):
    return post_form(client, "/consultations/new", **{"question": "能做吗?", "photos": [picture()]} | data)


def test_each_photograph_that_cannot_be_taken_is_named_with_its_reason(lab, browser, monkeypatch):
    for module in ("services.core.uploads", "portal.photographs"):
        monkeypatch.setattr(f"{module}.MOST_BYTES", 100_000)
    large = io.BytesIO(b"\xff\xd8\xff" + b"0" * 100_000)
    paper = (io.BytesIO(b"%PDF-1.4 %%EOF"), "图纸.pdf")

    answer = ask(browser("agent"), photos=[picture("好.png"), paper, (large, "大.jpg"), (io.BytesIO(b""), "空.png")])

    told = [one.get_text() for one in page_of(answer).select("#photos-notes .field__error")]
    assert answer.status_code == 400
    assert len(told) == 3
    assert "图纸.pdf" in told[0]
    assert "“大.jpg”超过" in told[1]
    assert "“空.png”是空文件" in told[2]


def test_a_question_is_asked_with_photographs_and_read_at_the_desk(lab, browser):
    client = browser("agent")
    answer = ask(client, photos=[picture("a.png"), picture("b.png")])
    made = lab.session.scalars(select(Consultation)).one()

    assert answer.location == f"/consultations/{made.id}"
    assert len(made.photos) == 2
    photo = f"{answer.location}/photos/{made.photos[0].id}"
    assert client.get(photo).mimetype == "image/png"
    assert browser("rival_agent").get(photo).status_code == 404
    desk = browser("clerk")
    assert made.no in desk.get("/laboratory/consultations").get_data(as_text=True)
    assert desk.get(f"/laboratory{photo}").mimetype == "image/png"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"question": " "}, "question"),
        ({"photos": [(io.BytesIO(b"MZ"), "a.exe")]}, "photos"),
        ({"photos": [picture() for _ in range(7)]}, "photos"),
    ],
)
def test_a_wrong_question_says_so_beside_its_field(lab, browser, data, field):
    answer = ask(browser("agent"), **data)

    assert answer.status_code == 400
    assert page_of(answer).select(f"#{field}-notes .field__error")
    assert lab.session.scalars(select(Consultation)).all() == []


def test_the_desk_answers_with_a_ready_order_that_the_firm_opens(lab, browser, question):
    desk, address = browser("clerk"), f"/laboratory/consultations/{question.id}"
    wrong = post_form(desk, address, answer=" ")
    assert wrong.status_code == 409
    assert page_of(wrong).select("#answer-notes .field__error")
    assert page_of(wrong).select("#feasibility-notes .field__error")

    post_form(desk, address, feasibility="feasible", answer="可以,请送 4 件", items=[str(lab.package.id)])

    client = browser("agent")
    shown = page_of(client.get(f"/consultations/{question.id}"))
    assert "可以,请送 4 件" in shown.get_text()
    link = shown.select_one("main a.button--primary")["href"]
    assert client.get(link, follow_redirects=True).status_code == 200


def test_a_question_of_others_does_not_exist(lab, app, as_person, browser, question):
    other = make_laboratory(lab.session)
    stranger = as_person(app.test_client(), other.clerk, other.provider.organisation)

    rival, end = browser("rival_agent"), f"/consultations/{question.id}/end"
    assert rival.get(f"/consultations/{question.id}").status_code == 404
    assert rival.post(end, data=token_of(rival)).status_code == 404
    assert stranger.get(f"/laboratory/consultations/{question.id}").status_code == 404
    assert stranger.post(f"/laboratory{end}", data=token_of(stranger)).status_code == 404
    assert browser("analyst").get(f"/laboratory/consultations/{question.id}").status_code == 403
    assert browser("clerk").get("/consultations").status_code == 403


def test_either_side_closes_a_question(lab, browser, question):
    answer = post_form(browser("agent"), f"/consultations/{question.id}", action=f"/consultations/{question.id}/end")

    assert answer.status_code == 303
    assert browser("clerk").get("/laboratory/consultations?show=done").status_code == 200
    assert question.no in browser("agent").get("/consultations").get_data(as_text=True)


@pytest.fixture
def asked(lab):
    """Return an order about which the laboratory has a question."""
    commission = make_order(lab, now=clock.now())
    reviewing.take_up(lab.work(lab.clerk), commission.id)
    reviewing.review(lab.work(lab.clerk), commission.id, {}, decision=ReviewDecision.ASK, reason="请补图纸")
    lab.session.commit()
    return commission


def test_the_client_answers_with_words_and_files(lab, browser, asked):
    client, address = browser("agent"), f"/commissions/{asked.id}/answer"
    assert "请补图纸" in client.get(address).get_data(as_text=True)
    wrong = post_form(client, address, text="", first_file=(io.BytesIO(b"MZ"), "a.exe"))
    assert wrong.status_code == 400
    assert page_of(wrong).select("#text-notes .field__error")
    assert page_of(wrong).select("#first_file-notes .field__error")

    answer = post_form(client, address, text="见图", first_file=picture("图.png"))

    assert answer.location == f"/commissions/{asked.id}"
    lab.session.rollback()
    lab.session.refresh(asked)
    assert asked.state is C.IN_REVIEW
    file_id = lab.session.scalars(select(CommissionFile.attachment_id)).one()
    for name, start in (("agent", ""), ("clerk", "/laboratory")):
        assert browser(name).get(f"{start}/commissions/{asked.id}/files/{file_id}").mimetype == "image/png"
    assert browser("rival_agent").get(f"/commissions/{asked.id}/files/{file_id}").status_code == 404
    assert client.get(address).status_code == 409


def test_nobody_else_answers(lab, browser, asked):
    rival, address = browser("rival_agent"), f"/commissions/{asked.id}/answer"

    assert rival.get(address).status_code == 404
    assert rival.post(address, data=token_of(rival) | {"text": "x"}).status_code == 404
    assert browser("clerk").get(address).status_code == 403


@pytest.mark.parametrize("who", ["clerk", "admin", "analyst", "reviewer", "signatory"])
def test_the_board_is_for_the_whole_laboratory_and_names_no_client(lab, browser, who):
    today = clock.local_day(clock.now())
    make_commission(lab, C.TESTING, promised_on=today - timedelta(days=1))
    make_commission(lab, C.TESTING, promised_on=today)
    lab.polariscope.calibration_due_on = today + timedelta(days=3)
    lab.session.commit()

    shown = page_of(browser(who).get("/laboratory"))

    figures = [one.get_text(strip=True) for one in shown.select(".stat__value")]
    assert figures[:5] == ["0", "0", "2", "1", "1"]
    assert bool(shown.select(".stat__value a[href*='/laboratory/commissions']")) is (who in {"clerk", "admin"})
    assert lab.polariscope.name in shown.select_one("table.table").get_text()
    assert lab.firm.name not in shown.get_text()


def test_the_board_is_not_for_clients(browser):
    assert browser("agent").get("/laboratory").status_code == 403


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("agent", "/commissions"),
        ("clerk", "/laboratory/commissions?show=review"),
        ("analyst", "/laboratory/work?show=mine"),
        ("reviewer", "/laboratory/work?show=checks"),
    ],
)
def test_the_work_bench_leads_to_what_waits(lab, browser, who, address):
    make_commission(lab, C.QUOTED)
    make_commission(lab, C.SUBMITTED)
    make_commission(lab, C.TESTING, line_state=LineState.IN_PROGRESS)
    make_commission(lab, C.DATA_REVIEW, line_state=LineState.SUBMITTED)

    shown = page_of(browser(who).get("/bench"))

    assert address in {link["href"] for link in shown.select("main td a")}
