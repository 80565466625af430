"""Pact, notices, member centre, directory, mailings and supervision in the browser."""

import io

import pytest
from sqlalchemy import select

from services.accounts.models import Person
from services.association.models.notices import (
    Audience,
    Mailing,
    MailingState,
    MailTemplate,
    Notice,
    NoticeKind,
    NoticeReceipt,
    NoticeState,
)
from services.association.models.pacts import Pact, PactSignature
from services.association.models.register import Standing
from services.association.operations import mailing, notices
from services.association.operations.notices import WishNotice
from services.association.queries.readers import Segment
from tests.factories.discipline import S, bring_to, make_circle, make_officer, make_pact, member_of, work_of
from tests.plumbing.reviewing import page_of, post_form

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CANARY = "金丝雀三号"


def published(session, circle, **over):
    values = {"kind": NoticeKind.NOTICE, "audience": Audience.MEMBERS, "title": f"{CANARY}通知", "text": "正文"} | over
    desk = work_of(session, circle.association)
    made = notices.write_notice(desk, circle.association_id, WishNotice(**values))
    session.flush()
    notices.publish(desk, made.id)
    session.commit()
    return made


def test_everybody_reads_the_pact_and_its_signers_and_a_member_signs(browser, client, session, circle, found):
    pact = make_pact(session, circle.association_id)
    session.commit()
    url, firm = f"/associations/{circle.association_id}/pact", circle.claimant
    member = browser(firm)
    wrong = post_form(member, url, person_name="别人")
    assert wrong.status_code == 409
    assert page_of(wrong).select_one("#sign-person_name-notes .field__error")
    assert post_form(member, url, person_name=firm.person.name).status_code == 303
    assert found(select(PactSignature.organisation_id)).all() == [firm.organisation.id]
    shown = page_of(client.get(url)).text
    assert pact.text in shown
    assert firm.organisation.name in shown
    assert post_form(member, url, action=f"{url}/signature/withdrawal").status_code == 303
    assert firm.organisation.name not in page_of(client.get(url)).select_one("main").text
    assert not page_of(browser(circle.outsider).get(url)).select_one("input[name=person_name]")


def test_the_secretariat_writes_a_draft_without_prices_and_puts_it_to_a_meeting(browser, circle, found):
    desk, url = browser(circle.association), "/associations/desk/pact"
    wrong = post_form(desk, url, title="公约", text="统一定价，不得低于12元")
    assert wrong.status_code == 409
    assert "统一定价" in page_of(wrong).select_one("#text-notes .field__error").text
    assert post_form(desk, url, title="公约", text="不仿冒。").status_code == 303
    assert post_form(desk, url, action=f"{url}/meeting").status_code == 303
    assert found(select(Pact.motion_id)).one() is not None
    assert browser(circle.claimant).get(url).status_code == 403


def test_a_draft_is_given_up(browser, circle, found):
    desk, url = browser(circle.association), "/associations/desk/pact"
    post_form(desk, url, title="公约", text="不仿冒。")
    assert post_form(desk, url, action=f"{url}/discard").status_code == 303
    assert found(select(Pact)).all() == []


def test_a_notice_is_written_published_read_and_confirmed(browser, circle, again, found):
    desk = browser(circle.association)
    answer = post_form(desk, "/associations/desk/notices/new", title="年会", text="十二月", kind="notice",
                       audience="members", wants_receipt="y")  # fmt: skip
    assert answer.status_code == 303
    notice = found(select(Notice)).one()
    url = f"/associations/desk/notices/{notice.id}"
    assert post_form(desk, url, action=f"{url}/attach", file=(io.BytesIO(PDF), "议程.pdf")).status_code == 303
    assert post_form(desk, url, title="年会通知").status_code == 303
    assert browser(circle.claimant).get(f"/notices/{notice.id}").status_code == 404
    assert post_form(desk, url, action=f"{url}/publish").status_code == 303

    member = browser(circle.claimant)
    shown = page_of(member.get(f"/notices/{notice.id}"))
    assert "年会通知" in shown.text
    link = shown.select_one("main a[href*='/files/']")["href"]
    assert member.get(link).data == PDF
    receipt = f"/notices/{notice.id}/receipt"
    assert post_form(member, f"/notices/{notice.id}", action=receipt).status_code == 303
    assert found(select(NoticeReceipt.organisation_id)).all() == [circle.claimant.organisation.id]
    assert not page_of(member.get(f"/notices/{notice.id}")).select_one("main form[action$=receipt]")
    assert "1" in page_of(desk.get(url)).select_one("#receipts").text
    table = desk.get(f"{url}/receipts").get_data(as_text=True)
    assert circle.claimant.person.name in table
    assert post_form(desk, url, action=f"{url}/remind").status_code == 303
    assert post_form(desk, url, action=f"{url}/remind").status_code == 409
    assert post_form(desk, url, action=f"{url}/withdraw", reason="").status_code == 400
    assert post_form(desk, url, action=f"{url}/withdraw", reason="更新").status_code == 303
    assert again(notice).state is NoticeState.WITHDRAWN
    assert member.get(f"/notices/{notice.id}").status_code == 404


def test_a_notice_of_members_is_nowhere_for_others(browser, client, session, circle):
    notice = published(session, circle, wants_receipt=True)
    public = published(session, circle, title="公开通知", audience=Audience.PUBLIC)
    for one in (client, browser(circle.outsider)):
        assert one.get(f"/notices/{notice.id}").status_code == 404
        assert CANARY not in page_of(one.get("/notices")).text
        assert public.title in page_of(one.get("/notices")).text
    elsewhere = make_circle(session)
    session.commit()
    other = browser(elsewhere.association)
    assert other.get(f"/associations/desk/notices/{notice.id}").status_code == 404
    assert CANARY not in page_of(other.get("/associations/desk/notices")).text
    assert CANARY in page_of(browser(circle.claimant).get("/member-centre?tab=communication")).text


def test_files_of_a_draft_are_taken_off_and_the_draft_given_up(browser, circle, found):
    desk = browser(circle.association)
    post_form(desk, "/associations/desk/notices/new", title="文件", kind="document", audience="members")
    notice = found(select(Notice)).one()
    url = f"/associations/desk/notices/{notice.id}"
    empty = post_form(desk, url, action=f"{url}/publish")
    assert empty.status_code == 409
    assert post_form(desk, url, action=f"{url}/attach").status_code == 400
    post_form(desk, url, action=f"{url}/attach", file=(io.BytesIO(PDF), "章程.pdf"))
    assert post_form(desk, url, action=f"{url}/detach").status_code == 303
    assert "章程.pdf" not in page_of(desk.get(url)).text
    assert post_form(desk, url, action=f"{url}/discard").location.endswith("/associations/desk/notices")
    assert found(select(Notice)).all() == []


def test_the_member_centre_has_its_three_tabs(browser, session, circle):
    make_pact(session, circle.association_id)
    case = bring_to(session, circle, S.ANSWERING)
    session.commit()
    client = browser(circle.claimant)
    for tab in ("services", "communication", "discipline", "other"):
        assert client.get(f"/member-centre?tab={tab}").status_code == 200
    assert case.no in page_of(client.get("/member-centre?tab=discipline")).text
    assert case.no not in page_of(browser(circle.stranger).get("/member-centre?tab=discipline")).text
    assert "/associations" in str(page_of(browser(circle.outsider).get("/member-centre")).select_one("main"))


def test_the_directory_follows_consent_and_standing(browser, session, circle):
    claimant, other = circle.claimant, browser(circle.stranger)
    claimant.organisation.contact_phone = "0514-88123456"
    session.commit()
    assert "88123456" not in page_of(other.get("/member-centre/directory")).text
    assert post_form(browser(claimant), "/member-centre/consents", shown=["shows_phone"]).status_code == 303
    assert "88123456" in page_of(other.get("/member-centre/directory")).text
    assert post_form(browser(claimant), "/member-centre/consents", shown=["everything"]).status_code == 400
    assert page_of(other.get("/member-centre/directory?q=没有这家")).select_one(".empty")
    member = member_of(session, circle.stranger)
    member.standing, member.rights_until = Standing.SUSPENDED, member.rights_from
    session.commit()
    assert other.get("/member-centre/directory").location.startswith("/member-centre")
    outside = browser(circle.outsider)
    for address in ("/member-centre/directory", "/member-centre/consents"):
        assert circle.claimant.organisation.name not in page_of(outside.get(address)).text


def test_a_mailing_is_previewed_counted_and_sent_once(browser, session, circle, again, found):
    desk = browser(circle.association)
    wrong = post_form(desk, "/associations/desk/mailings/new", subject="致{企业}", text="{价格}")
    assert wrong.status_code == 409
    assert page_of(wrong).select_one("#text-notes .field__error")
    answer = post_form(desk, "/associations/desk/mailings/new", subject="致{企业}", text="{姓名}您好")
    assert answer.status_code == 303
    made = found(select(Mailing)).one()
    url = f"/associations/desk/mailings/{made.id}"
    shown = page_of(desk.get(url)).text
    assert "10" in shown
    assert f"{circle.claimant.person.name}您好" in shown
    assert post_form(desk, f"{url}/words", subject="致全体", standing=["active"]).status_code == 303
    session.rollback()
    member_of(session, circle.stranger).standing = Standing.LAPSED
    session.commit()
    form = page_of(desk.get(url)).select_one("form[action$=sending]")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    changed = desk.post(f"{url}/sending", data=data | {"counted": "10"})
    assert changed.status_code == 409
    assert desk.post(f"{url}/sending", data=data | {"form_token": "another"}).status_code == 303
    assert again(made).state is MailingState.SENDING
    assert circle.claimant.person.name in page_of(desk.get(url)).text
    assert desk.get(f"{url}/words").status_code == 200
    assert post_form(desk, f"{url}/words", subject="新").status_code == 409


def test_a_mailing_is_given_up_and_others_do_not_exist(browser, session, circle, again, found):
    elsewhere = make_circle(session)
    other = mailing.prepare(
        work_of(session, elsewhere.association), elsewhere.association_id, subject="x", text="x", segment=Segment()
    )
    session.commit()
    desk = browser(circle.association)
    for address in ("", "/words"):
        assert desk.get(f"/associations/desk/mailings/{other.id}{address}").status_code == 404
    post_form(desk, "/associations/desk/mailings/new", subject="a", text="b")
    mine = found(select(Mailing).where(Mailing.association_id == circle.association_id)).one()
    url = f"/associations/desk/mailings/{mine.id}"
    assert post_form(desk, url, action=f"{url}/giving-up").status_code == 303
    assert again(mine).state is MailingState.GIVEN_UP


def test_templates_are_kept_used_changed_and_removed(browser, circle, found):
    desk, url = browser(circle.association), "/associations/desk/templates"
    assert post_form(desk, f"{url}/new", name="年会", subject="年会", text="{企业}").status_code == 303
    assert post_form(desk, f"{url}/new", name="年会", subject="x", text="x").status_code == 409
    made = found(select(MailTemplate)).one()
    used = page_of(desk.get(f"/associations/desk/mailings/new?template={made.id}"))
    assert used.select_one("#text").text.strip() == "{企业}"
    assert post_form(desk, f"{url}/{made.id}", subject="新").status_code == 303
    assert post_form(desk, f"{url}/{made.id}", action=f"{url}/{made.id}/removal").status_code == 303
    assert found(select(MailTemplate)).all() == []


def test_the_department_reads_figures_and_no_case(session, app, as_person, browser, circle):
    case = bring_to(session, circle, S.ANSWERING)
    case_title, case_no = case.title, case.no
    published(session, circle)
    officer = make_officer(session)
    session.commit()
    client = as_person(app.test_client(), session.get(Person, officer.person_id))
    assert circle.association.organisation.name in page_of(client.get("/associations/supervision")).text
    shown = page_of(client.get(f"/associations/supervision/{circle.association_id}")).text
    for secret in (case_title, case_no, CANARY):
        assert secret not in shown
    assert client.get(f"/cases/{case.id}").status_code == 403
    assert client.get(f"/associations/supervision/{circle.claimant.organisation.id}").status_code == 404
    assert browser(circle.association).get("/associations/supervision").status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/notices", "/associations/desk/notices", "/member-centre/directory", "/associations/desk/mailings"],
)
def test_lists_take_the_same_queries_whatever_their_length(browser, session, circle, counted_queries, address):
    client = browser(circle.association if "desk" in address else circle.claimant)

    def queries():
        with counted_queries() as statements:
            client.get(address)
        return len(statements)

    def more(times):
        for _ in range(times):
            published(session, circle)
            mailing.prepare(
                work_of(session, circle.association), circle.association_id, subject="x", text="x", segment=Segment()
            )
        session.commit()

    more(2)
    few = queries()
    more(10)
    assert queries() == few
