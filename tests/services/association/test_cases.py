"""Complaints: who complains about whom, what the other side learns and when, evidence, and who sees nothing at all."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.discipline_errors import CaseNotOpen, CaseOpen, FilesMany, NotVerifiedFirm, WhyNeeded
from services.association.models.cases import Case, CaseEvent, CaseKind, CaseState, RemarkKind
from services.association.operations import cases
from services.association.queries.cases import case_file, desk_cases, desk_counts, evidence_file, own_cases, panel_cases
from services.association.rules.cases import Side
from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.calendar import working_days
from services.core.errors import NotAllowed, NotFound, RulesBroken
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.uploads import examine
from services.mail.composing import LETTERS
from services.mail.rendering import render
from tests.factories.board import make_firm
from tests.factories.discipline import S, bring_to, make_circle, wish_case, work_of
from tests.factories.organisations import actor_of, make_member

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CANARY = "金丝雀三号配方"


@pytest.fixture
def circle(session):
    return make_circle(session)


def upload(name="照片.pdf"):
    return examine(io.BytesIO(PDF), name)


def complained(session, circle, **over):
    return cases.complain(work_of(session, circle.claimant), wish_case(circle, **over))


def test_a_complaint_has_a_number_a_clock_and_reaches_the_secretariat_alone(session, circle):
    case = complained(session, circle)

    today = clock.local_day(clock.now())
    assert case.no.startswith("TS-")
    assert case.state is S.SUBMITTED
    assert case.clock.due_on == working_days(session, today, 5).after(today, 5).day
    told = set(session.scalars(select(Notification.person_id)))
    assert told == {circle.association.person.id}
    assert session.scalars(select(OutboxTask.task)).all() == ["mail.case_news"]
    assert session.scalars(select(CaseEvent.kind)).all() == ["complain"]
    with pytest.raises(NotFound):
        case_file(session, circle.respondent.actor, case.id)


def test_everything_wrong_is_said_at_once(session, circle):
    day = clock.local_day(clock.now()) + timedelta(days=2)
    with pytest.raises(RulesBroken) as said:
        complained(session, circle, respondent=circle.claimant.organisation.name, happened_on=day)
    assert [one.field for one in said.value.errors] == ["respondent", "happened_on"]


@pytest.mark.parametrize(
    ("who", "about", "field"), [("outsider", "nobody", "respondent"), ("claimant", "", "respondent")]
)
def test_one_side_is_a_member_and_the_other_is_named(session, circle, who, about, field):
    firm = getattr(circle, who)
    wish = wish_case(circle, make_firm(session).organisation) if about else replace(wish_case(circle), respondent=" ")
    with pytest.raises(RulesBroken) as said:
        cases.complain(work_of(session, firm), wish)
    assert [one.field for one in said.value.errors] == [field]


def test_an_outsider_complains_about_a_member_and_a_member_about_an_outsider(session, circle):
    first = cases.complain(work_of(session, circle.outsider), wish_case(circle))
    second = complained(session, circle, respondent="示例·不在平台的公司")
    assert first.respondent_id == circle.respondent.organisation.id
    assert second.respondent_id is None
    cases.accept(work_of(session, circle.association), second.id)
    assert second.state is S.INVESTIGATING


def test_a_respondent_is_found_by_its_code(session, circle):
    case = complained(session, circle, respondent=circle.respondent.organisation.credit_code.lower())
    assert case.respondent_name == circle.respondent.organisation.name


def test_nobody_unverified_complains_and_not_about_the_association(session, circle):
    circle.claimant.organisation.level = 1
    with pytest.raises(NotVerifiedFirm):
        complained(session, circle)
    circle.claimant.organisation.level = 2
    with pytest.raises(RulesBroken):
        complained(session, circle, respondent=circle.association.organisation.name)


def test_the_same_complaint_is_open_once(session, circle):
    complained(session, circle)
    with pytest.raises(CaseOpen):
        complained(session, circle)
    session.rollback()


def test_the_other_side_learns_of_it_when_it_is_accepted_and_has_its_days(session, circle):
    case = complained(session, circle)
    cases.accept(work_of(session, circle.association), case.id)

    found = case_file(session, circle.respondent.actor, case.id)
    assert found.party is Side.RESPONDENT
    told = set(session.scalars(select(Notification.person_id)))
    assert told == {circle.association.person.id, circle.claimant.person.id, circle.respondent.person.id}
    assert case.clock.state is S.ANSWERING


def test_a_refusal_has_its_reason_and_the_other_side_never_learns_of_it(session, circle):
    case = complained(session, circle)
    with pytest.raises(WhyNeeded):
        cases.refuse(work_of(session, circle.association), case.id, reason=" ")
    cases.refuse(work_of(session, circle.association), case.id, reason="不属于公约")
    with pytest.raises(NotFound):
        case_file(session, circle.respondent.actor, case.id)
    assert own_cases_of(session, circle.respondent) == []


def test_internal_notes_are_for_the_panel_and_the_secretariat(session, circle):
    case = bring_to(session, circle, S.INVESTIGATING)
    cases.remark(work_of(session, circle.judges[0]), case.id, text=CANARY, is_internal=True)
    cases.remark(work_of(session, circle.claimant), case.id, text="补充说明")
    with pytest.raises(NotAllowed):
        cases.remark(work_of(session, circle.claimant), case.id, text=CANARY, is_internal=True)

    for firm in (circle.claimant, circle.respondent):
        seen = case_file(session, firm.actor, case.id)
        assert [one.kind for one in seen.remarks] == [RemarkKind.ANSWER, RemarkKind.REMARK]
        assert all(not one.is_internal for one in seen.events)
    assert CANARY in {one.text for one in case_file(session, circle.association.actor, case.id).remarks}


def test_secret_evidence_is_kept_from_the_other_side(session, circle, tmp_path):
    case = bring_to(session, circle, S.INVESTIGATING)
    mine = cases.add_evidence(work_of(session, circle.claimant), case.id, tmp_path, upload(), is_secret=True)
    session.flush()
    for firm in (circle.claimant, circle.association, circle.judges[0]):
        assert evidence_file(session, firm.actor, case.id, mine.id).attachment.sha256
    with pytest.raises(NotFound):
        evidence_file(session, circle.respondent.actor, case.id, mine.id)
    assert [one.kind for one in case_file(session, circle.respondent.actor, case.id).events].count("evidence") == 0


def test_evidence_comes_from_the_start_to_the_end_and_is_limited(session, circle, tmp_path, monkeypatch):
    case = complained(session, circle)
    cases.add_evidence(work_of(session, circle.claimant), case.id, tmp_path, upload())
    monkeypatch.setattr(cases, "MOST_FILES", 1)
    with pytest.raises(FilesMany):
        cases.add_evidence(work_of(session, circle.claimant), case.id, tmp_path, upload())
    cases.withdraw(work_of(session, circle.claimant), case.id, reason="已和解")
    with pytest.raises(CaseNotOpen):
        cases.add_evidence(work_of(session, circle.claimant), case.id, tmp_path, upload())


def own_cases_of(session, firm):
    return session.scalars(own_cases(firm.actor)).all()


@pytest.mark.parametrize("state", list(CaseState))
def test_only_its_sides_its_panel_and_the_secretariat_see_a_case(session, circle, state):
    case = bring_to(session, circle, state)
    knows = case.accepted_at is not None
    seated = state not in {S.SUBMITTED, S.REFUSED, S.ANSWERING, S.WITHDRAWN}
    readers = {
        "claimant": True,
        "respondent": knows,
        "association": True,
        "stranger": False,
        "competitor": False,
        "outsider": False,
    }
    for name, sees in readers.items():
        firm = getattr(circle, name)
        assert sees_case(session, firm.actor, case) is sees, name
        listed = case in session.scalars(own_cases(firm.actor)).all()
        assert listed is (sees and name in {"claimant", "respondent"}), name
        assert (case in session.scalars(desk_cases(firm.actor)).all()) is (name == "association"), name
    for firm in circle.judges:
        assert sees_case(session, firm.actor, case) is seated
        assert (case in session.scalars(panel_cases(firm.actor)).all()) is seated
    for actor in (circle.officer, Actor.visitor()):
        with pytest.raises(NotAllowed):
            case_file(session, actor, case.id)


def sees_case(session, actor, case):
    try:
        case_file(session, actor, case.id)
    except NotFound:
        return False
    return True


def test_a_secretary_who_acts_for_a_party_has_nothing_to_do_with_the_case(session, circle):
    case = bring_to(session, circle, S.ANSWERING)
    secretary = circle.association.person
    make_member(session, secretary, circle.respondent.organisation, Role.ENT_USER)
    actor = actor_of(session, secretary, circle.association.organisation)
    with pytest.raises(NotFound):
        case_file(session, actor, case.id)
    assert session.scalars(desk_cases(actor)).all() == []
    assert desk_counts(session, actor, clock.local_day(clock.now())) == {"submitted": 0, "open": 0, "overdue": 0}


def test_letters_messages_and_the_audit_log_tell_the_number_and_nothing_else(session, circle, tmp_path):
    case = complained(session, circle, title=CANARY, facts=CANARY * 3, demand=CANARY)
    cases.accept(work_of(session, circle.association), case.id)
    cases.answer(work_of(session, circle.respondent), case.id, text=CANARY)
    cases.remark(work_of(session, circle.association), case.id, text=CANARY, is_internal=True)
    cases.add_evidence(work_of(session, circle.claimant), case.id, tmp_path, upload(f"{CANARY}.pdf"))
    session.flush()

    said = [str(one.facts) + one.message for one in session.scalars(select(Notification))]
    said += [str(one.facts) for one in session.scalars(select(AuditEntry))]
    for task in session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.case_news")):
        letter = render(LETTERS[task.task](session, **task.payload), site_name="平台", base_url="http://localhost")
        assert case.no in letter.subject
        said += [letter.subject, letter.text, letter.html]
    names = (circle.claimant.organisation.name, circle.respondent.organisation.name)
    assert said
    for words in said:
        assert CANARY not in words
        assert not any(name in words for name in names)


def test_the_database_keeps_what_was_said_and_what_has_ended(session, circle):
    case = bring_to(session, circle, S.CLOSED)
    session.commit()
    for statement in (
        "UPDATE association_case SET state = 'submitted'",
        "DELETE FROM association_case",
        "UPDATE case_event SET note = 'x'",
        "DELETE FROM case_event",
        "UPDATE case_remark SET text = 'x'",
        "DELETE FROM panellist",
        "UPDATE panellist SET person_id = 1",
        "UPDATE case_decision SET reason = 'x'",
        "UPDATE panel_vote SET agrees = NOT agrees",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
    assert session.get_one(Case, case.id).state is S.CLOSED


def test_kinds_of_cases_are_about_conduct_never_about_prices():
    assert {"price", "market", "quota"}.isdisjoint({kind.value for kind in CaseKind})
