"""The directory with its consents, mailings to a part of the members, and the figures for the department."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.association.models.notices import (
    MailingReader,
    MailingState,
)
from services.association.models.register import (
    MemberRepresentative,
    Representation,
    Standing,
    Tier,
)
from services.association.notice_errors import (
    CountChanged,
    MailingGone,
    NobodyInSegment,
    PlaceUnknown,
    TemplateNameTaken,
)
from services.association.operations import mailing, pacts
from services.association.operations.consents import set_consents
from services.association.queries.directory import entries, listed_members
from services.association.queries.mailing import preview
from services.association.queries.readers import Segment, addressees
from services.association.queries.supervising import case_figures, decisions, standings
from services.association.rules.letters import filled, unknown_places
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, RulesBroken
from services.core.outbox import OutboxTask
from services.mail.composing import LETTERS
from services.mail.rendering import render
from tests.factories.discipline import S, bring_to, make_circle, make_pact, member_of, work_of

WORKER = Actor.system("worker")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def circle(session):
    return make_circle(session)


def today():
    return clock.local_day(clock.now())


def test_the_directory_shows_each_field_only_with_its_consent(session, circle):
    member = member_of(session, circle.claimant)
    firm = circle.claimant.organisation
    fields = {
        "contact": firm.contact_name,
        "phone": firm.contact_phone,
        "address": firm.address,
        "products": firm.products,
    }
    for field, value in fields.items():
        set_consents(work_of(session, circle.claimant), member.id, frozenset({f"shows_{field}"}))
        session.flush()
        listed = session.scalars(listed_members(circle.association_id, today())).all()
        [entry] = [one for one in entries(session, listed, today()) if one.member.id == member.id]
        assert {name: getattr(entry, name) for name in fields} == dict.fromkeys(fields, "") | {field: value}
    with pytest.raises(NotFound):
        set_consents(work_of(session, circle.stranger), member.id, frozenset())


def test_products_that_are_not_shown_are_not_found_either(session, circle):
    circle.claimant.organisation.products = "金丝雀挂件"
    session.flush()
    assert session.scalars(listed_members(circle.association_id, today(), "金丝雀")).all() == []
    member = member_of(session, circle.claimant)
    set_consents(work_of(session, circle.claimant), member.id, frozenset({"shows_products"}))
    session.flush()
    assert session.scalars(listed_members(circle.association_id, today(), "金丝雀")).all() == [member]


def test_places_of_letters_are_filled_once_and_unknown_ones_are_found():
    assert unknown_places("{企业} ｛姓名｝ {价格} {价格}") == ["价格"]
    assert filled("{ 企业 }您好", {"企业": "{姓名}"}) == "{姓名}您好"


@pytest.fixture
def varied(session, circle):
    """Members of several standings and levels, one with a representative for dues, one that has signed."""
    member_of(session, circle.claimant).tier = Tier.DIRECTOR
    member_of(session, circle.respondent).standing = Standing.SUSPENDED
    member_of(session, circle.stranger).standing = Standing.LAPSED
    pact = make_pact(session, circle.association_id)
    pacts.sign(work_of(session, circle.claimant), pact.id, person_name=circle.claimant.person.name)
    session.add(
        MemberRepresentative(
            member_id=member_of(session, circle.competitor).id,
            person_id=circle.judges[0].person.id,
            role=Representation.DUES,
            from_on=today(),
        )
    )
    session.flush()
    return circle


@pytest.mark.parametrize(
    ("segment", "count"),
    [
        (Segment(), 9),
        (Segment(tiers=frozenset({Tier.DIRECTOR})), 1),
        (Segment(standings=frozenset({Standing.SUSPENDED})), 1),
        (Segment(standings=frozenset({Standing.LAPSED})), 0),
        (Segment(has_signed=True), 1),
        (Segment(has_signed=False), 8),
        (Segment(role=Representation.DUES), 8),
    ],
)
def test_segments_count_people_each_once(session, varied, segment, count):
    assert Segment.of(segment.plain()) == segment
    assert len(addressees(session, varied.association_id, segment, today())) == count


def prepared(session, circle, segment=None):
    made = mailing.prepare(
        work_of(session, circle.association),
        circle.association_id,
        subject="致{企业}",
        text="{姓名}您好：\n贵公司会员编号{会员编号}。{协会}",
        segment=segment or Segment(),
    )
    session.flush()
    return made


def test_a_mailing_goes_to_each_reader_exactly_once(session, circle, monkeypatch):
    monkeypatch.setattr(mailing, "BATCH", 4)
    made = prepared(session, circle)
    with pytest.raises(CountChanged):
        mailing.send(work_of(session, circle.association), made.id, counted=9)
    mailing.send(work_of(session, circle.association), made.id, counted=10)
    with pytest.raises(MailingGone):
        mailing.send(work_of(session, circle.association), made.id, counted=10)
    sent = [mailing.mail_batch(work_of(session, WORKER), mailing_id=made.id) for _ in range(5)]
    session.flush()
    assert sent == [4, 4, 2, 0, 0]
    assert made.state is MailingState.SENT
    letters = session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.mailing")).all()
    assert len({one.payload["reader_id"] for one in letters}) == len(letters) == 10
    words = render(
        LETTERS["mail.mailing"](session, **letters[0].payload), site_name="平台", base_url="http://localhost"
    )
    firm = circle.claimant.organisation.name
    assert words.subject == f"致{firm}"
    assert f"{circle.claimant.person.name}您好" in words.text


def test_the_preview_is_what_is_sent(session, circle):
    made = prepared(session, circle)
    one = addressees(session, circle.association_id, Segment(), today())[0]
    shown = preview(made, circle.association.organisation, one)
    assert shown.subject == f"致{one.member.organisation.name}"
    assert one.person.name in shown.text


def test_mailings_are_prepared_changed_given_up_and_kept_from_others(session, circle):
    desk = work_of(session, circle.association)
    made = prepared(session, circle)
    mailing.prepare(desk, circle.association_id, subject="新", text="新", segment=Segment(), mailing_id=made.id)
    with pytest.raises(RulesBroken) as said:
        mailing.prepare(desk, circle.association_id, subject="{价格}", text="{产量}", segment=Segment())
    assert [(type(one), one.field) for one in said.value.errors] == [(PlaceUnknown, "subject"), (PlaceUnknown, "text")]
    elsewhere = make_circle(session)
    with pytest.raises(NotFound):
        mailing.give_up(work_of(session, elsewhere.association), made.id)
    with pytest.raises(NotAllowed):
        mailing.give_up(work_of(session, circle.claimant), made.id)
    nobody = prepared(session, circle, Segment(standings=frozenset({Standing.LAPSED})))
    with pytest.raises(NobodyInSegment):
        mailing.send(desk, nobody.id, counted=0)
    mailing.give_up(desk, made.id)
    with pytest.raises(MailingGone):
        mailing.give_up(desk, made.id)


def test_templates_have_one_name_each(session, circle):
    desk = work_of(session, circle.association)
    first = mailing.save_template(desk, circle.association_id, name="年会", subject="年会", text="{企业}")
    session.commit()
    with pytest.raises(TemplateNameTaken):
        mailing.save_template(desk, circle.association_id, name="年会", subject="年会", text="x")
    session.rollback()
    mailing.save_template(desk, circle.association_id, name="年会二", subject="年会", text="x", template_id=first.id)
    mailing.delete_template(desk, first.id)


def test_the_database_sends_nothing_twice(session, circle):
    made = prepared(session, circle)
    mailing.send(work_of(session, circle.association), made.id, counted=10)
    mailing.mail_batch(work_of(session, WORKER), mailing_id=made.id)
    session.commit()
    reader = session.scalars(select(MailingReader).limit(1)).one()
    for statement in (
        "UPDATE mailing_reader SET at = NULL",
        "UPDATE mailing SET text = 'x'",
        (
            'INSERT INTO mailing_reader (mailing_id, person_id, organisation_id, "values")'
            f" VALUES ({made.id}, {reader.person_id}, {reader.organisation_id}, '{{}}')"
        ),
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()


def test_the_department_sees_figures(session, circle):
    bring_to(session, circle, S.ANSWERING)
    figures = case_figures(session, circle.association_id, today())
    assert (figures.total, figures.open, figures.clocks, figures.in_time) == (1, 1, 1, 1)
    assert standings(session, circle.association_id) == {Standing.ACTIVE: 10}
    assert decisions(session, circle.association_id) == []
