"""Complaints and cases in the browser: complaining, the desk, each side's page, forms, files, and strangers."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.association.models.cases import Case, CaseState, Evidence
from services.association.models.judging import Measure, Panellist, Sanction, Seat
from services.association.operations import cases, judging
from services.core import clock
from tests.factories.discipline import S, bring_to, make_pact, propose, work_of
from tests.plumbing.reviewing import page_of, post_form

COMPLAINT = {
    "kind": "copying",
    "title": "挂件外观被仿制",
    "facts": "对方在展会展出相同外观的挂件。",
    "demand": "停止销售。",
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def new_url(circle):
    return f"/associations/{circle.association_id}/complaints/new"


def case_in(session, circle, state, **over):
    case = bring_to(session, circle, state, **over)
    session.commit()
    return case


def page(client, case):
    answer = client.get(f"/cases/{case.id}")
    assert answer.status_code == 200
    return page_of(answer)


def deeds(client, case):
    """Return what the page offers beside the case."""
    forms = page(client, case).select("main form[method=post]")
    return {form["action"].rpartition("/")[2] for form in forms}


def do(client, case, deed, **data):
    return post_form(client, f"/cases/{case.id}", action=f"/cases/{case.id}/{deed}", **data)


def test_a_firm_complains_and_adds_evidence(browser, circle, found):
    client = browser(circle.claimant)
    answer = post_form(client, new_url(circle), respondent=circle.respondent.organisation.name, **COMPLAINT)
    assert answer.status_code == 303
    case = found(select(Case)).one()
    assert answer.location.endswith(f"/cases/{case.id}")
    answer = do(client, case, "evidence", file=(io.BytesIO(PDF), "照片.pdf"), text="现场照片")
    assert answer.status_code == 303
    evidence = found(select(Evidence)).one()
    assert "照片.pdf" in page(client, case).text
    assert client.get(f"/cases/{case.id}/evidence/{evidence.id}").data == PDF
    assert case.no in page_of(client.get("/cases")).text


def test_a_wrong_complaint_says_everything_and_loses_nothing(browser, circle, found):
    client = browser(circle.claimant)
    answer = post_form(client, new_url(circle), respondent="", **(COMPLAINT | {"demand": "", "happened_on": "昨天"}))
    shown = page_of(answer)
    assert answer.status_code == 400
    for field in ("respondent", "demand", "happened_on"):
        assert shown.select_one(f"#{field}-notes .field__error")
    assert shown.select_one("#facts").text.strip() == COMPLAINT["facts"]
    answer = post_form(client, new_url(circle), respondent=circle.claimant.organisation.name, **COMPLAINT)
    assert answer.status_code == 409
    assert page_of(answer).select_one("#respondent-notes .field__error")
    assert found(select(Case)).all() == []


def test_a_repeated_complaint_is_one(browser, circle, found):
    client = browser(circle.claimant)
    form = page_of(client.get(new_url(circle))).select_one("main form")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")} | COMPLAINT
    data["respondent"] = circle.respondent.organisation.name
    first, second = (client.post(new_url(circle), data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(found(select(Case)).all()) == 1


def test_the_secretariat_accepts_from_its_desk(browser, session, circle, again):
    case = case_in(session, circle, S.SUBMITTED)
    client = browser(circle.association)
    assert case.no in page_of(client.get("/associations/desk/cases?list=submitted")).text
    assert {"accept", "refuse"} <= deeds(client, case)
    assert do(client, case, "accept").status_code == 303
    assert again(case).state is S.ANSWERING
    assert case.no not in page_of(client.get("/associations/desk/cases?list=submitted")).text


def test_a_refusal_without_a_reason_stands_open_on_the_page(browser, session, circle, again):
    case = case_in(session, circle, S.SUBMITTED)
    client = browser(circle.association)
    answer = do(client, case, "refuse", reason="")
    shown = page_of(answer)
    assert answer.status_code == 400
    assert shown.select_one("details[open] .field__error")
    assert do(client, case, "refuse", reason="不属于公约范围").status_code == 303
    assert again(case).state is S.REFUSED


def test_the_respondent_answers_and_learns_nothing_before(browser, session, circle, again):
    case = case_in(session, circle, S.SUBMITTED)
    client = browser(circle.respondent)
    assert client.get(f"/cases/{case.id}").status_code == 404
    assert case.no not in page_of(client.get("/cases")).text
    cases.accept(work_of(session, circle.association), case.id)
    session.commit()
    assert do(client, case, "answer", text="该产品为我方设计").status_code == 303
    assert again(case).state is S.INVESTIGATING
    assert "该产品为我方设计" in page(browser(circle.claimant), case).text


def test_a_mediation_from_the_panel_to_the_performed_agreement(browser, session, circle, again):
    case = case_in(session, circle, S.INVESTIGATING)
    desk, judge = browser(circle.association), browser(circle.judges[0])
    assert do(desk, case, "mediate").status_code == 303
    tomorrow = clock.now() + timedelta(days=1)
    assert (
        do(judge, case, "plan", starts_at=f"{clock.local(tomorrow):%Y-%m-%dT%H:%M}", place="协会会议室").status_code
        == 303
    )
    day = f"{clock.local_day(tomorrow)}"
    wrong = do(judge, case, "propose", terms="停止销售", text_1="付款", due_on_1="", text_2="")
    assert wrong.status_code == 400
    right = do(judge, case, "propose", terms="停止销售", text_1="付款", amount_1="2000", due_on_1=day)
    assert right.status_code == 303
    claimant, respondent = browser(circle.claimant), browser(circle.respondent)
    for client in (claimant, respondent):
        assert do(client, case, "sign").status_code == 303
    assert again(case).state is S.PERFORMING
    assert "2,000.00" in page_of(claimant.get(f"/cases/{case.id}/agreement")).text
    assert do(respondent, case, "done").status_code == 303
    assert do(claimant, case, "confirm").status_code == 303
    assert again(case).state is S.PERFORMED
    assert deeds(claimant, case) == set()


def test_a_panel_votes_and_a_party_appeals(browser, session, circle, again, found):
    case = case_in(session, circle, S.INVESTIGATING)
    first, second = browser(circle.judges[0]), browser(circle.judges[1])
    wrong = do(first, case, "decide", finding="suspension", reason="仿冒属实")
    assert wrong.status_code == 409
    assert page_of(wrong).select_one("#decide-suspended_days-notes .field__error")
    assert do(first, case, "decide", finding="circular", reason="仿冒属实").status_code == 303
    assert "仿冒属实" not in page(browser(circle.claimant), case).text
    assert do(second, case, "agree").status_code == 303
    assert again(case).state is S.DECIDED
    assert found(select(Sanction)).one().measure is Measure.CIRCULAR
    assert do(browser(circle.respondent), case, "appeal", reason="事实不清").status_code == 303
    assert again(case).state is S.APPEALED


def test_the_secretariat_appoints_whoever_is_free_of_conflicts(browser, session, circle, found):
    case = case_in(session, circle, S.INVESTIGATING)
    client = browser(circle.association)
    options = page(client, case).select("#appoint-person option")
    offered = {one["value"].partition("-")[0] for one in options}
    assert str(circle.stranger.person.id) in offered
    for firm in (circle.claimant, circle.respondent, circle.competitor, circle.judges[0], circle.outsider):
        assert str(firm.person.id) not in offered
    stranger = f"{circle.stranger.person.id}-{circle.stranger.organisation.id}"
    assert do(client, case, "appoint", person=stranger).status_code == 303
    assert len(found(select(Panellist)).all()) == 4


def test_a_challenge_and_its_answer(browser, session, circle, again, found):
    case = case_in(session, circle, S.INVESTIGATING)
    judge = found(select(Panellist).order_by(Panellist.id)).first()
    client = browser(circle.respondent)
    wrong = do(client, case, "challenge", row=judge.id, reason="")
    assert wrong.status_code == 400
    assert do(client, case, "challenge", row=judge.id, reason="亲属").status_code == 303
    assert again(judge).seat is Seat.CHALLENGED
    assert do(browser(circle.association), case, "uphold", row=judge.id, reason="属实").status_code == 303
    assert again(judge).seat is Seat.ASIDE
    assert browser(circle.judges[0]).get(f"/cases/{case.id}").status_code == 404


def test_stepping_aside_leads_away_from_the_case(browser, session, circle):
    case = case_in(session, circle, S.INVESTIGATING)
    client = browser(circle.judges[0])
    assert case.no in page_of(client.get("/cases?list=panel")).text
    answer = do(client, case, "aside", reason="与一方相识")
    assert answer.location.endswith("/cases")
    assert client.get(f"/cases/{case.id}").status_code == 404


@pytest.mark.parametrize("state", list(CaseState))
def test_every_state_is_shown_to_every_side_and_what_is_offered_is_allowed(browser, session, circle, state):
    case = case_in(session, circle, state)
    allowed = {
        "association": {"accept", "refuse", "appoint", "mediate", "plan", "propose", "fail", "refer", "remark", "note",
                        "evidence", "record", "uphold", "keep"},
        "claimant": {"evidence", "remark", "withdraw", "sign", "breach", "confirm", "done", "appeal", "challenge"},
    }  # fmt: skip
    for name, most in allowed.items():
        assert deeds(browser(getattr(circle, name)), case) <= most
    if case.accepted_at:
        mine = {"evidence", "remark", "answer", "sign", "breach", "confirm", "done", "appeal", "challenge"}
        assert deeds(browser(circle.respondent), case) <= mine


def test_strangers_and_other_deeds_find_nothing(browser, session, circle, again):
    case = case_in(session, circle, S.MEDIATING)
    propose(session, circle, case)
    session.commit()
    for firm in (circle.stranger, circle.competitor, circle.outsider):
        client = browser(firm)
        for address in (f"/cases/{case.id}", f"/cases/{case.id}/agreement", f"/cases/{case.id}/evidence/1"):
            assert client.get(address).status_code == 404
        token = page_of(client.get("/cases")).select_one("input[name=csrf_token]")["value"]
        for deed in ("remark", "sign", "withdraw"):
            answer = client.post(f"/cases/{case.id}/{deed}", data={"csrf_token": token, "text": "x", "reason": "x"})
            assert answer.status_code == 404
    client = browser(circle.claimant)
    token = page_of(client.get("/cases")).select_one("input[name=csrf_token]")["value"]
    assert client.post(f"/cases/{case.id}/nothing", data={"csrf_token": token}).status_code == 404
    assert client.post(f"/cases/{case.id}/accept", data={"csrf_token": token}).status_code == 403
    assert again(case).state is S.MEDIATING


@pytest.mark.parametrize("address", ["/cases", "/associations/desk/cases?list=all"])
def test_lists_take_the_same_queries_whatever_their_length(browser, session, circle, counted_queries, address):
    client = browser(circle.association if "desk" in address else circle.claimant)

    def queries():
        with counted_queries() as statements:
            client.get(address)
        return len(statements)

    def more(times):
        for _ in range(times):
            case = bring_to(session, circle, S.SUBMITTED)
            cases.refuse(work_of(session, circle.association), case.id, reason="x")
        session.commit()

    more(2)
    few = queries()
    more(10)
    assert queries() == few


def test_an_overdue_clock_is_seen_at_the_desk(browser, session, circle):
    case = case_in(session, circle, S.MEDIATING)
    case.clock.due_on = clock.local_day(clock.now()) - timedelta(days=1)
    session.commit()
    client = browser(circle.association)
    assert case.no in page_of(client.get("/associations/desk/cases?list=overdue")).text
    assert page(client, case).select_one(".notice--danger")


def test_the_measure_is_shown_with_its_days(browser, session, circle):
    case = case_in(session, circle, S.DECIDED, measure=Measure.CIRCULAR)
    judging.rest(work_of(session, circle.association), case)
    session.commit()
    shown = page(browser(circle.respondent), case).text
    assert f"{clock.local_day(clock.now()).year + 1}" in shown


def test_the_form_names_the_pact(browser, session, circle):
    make_pact(session, circle.association_id)
    session.commit()
    shown = page_of(browser(circle.claimant).get(new_url(circle)))
    assert shown.select_one(f"a[href='/associations/{circle.association_id}/pact']")
