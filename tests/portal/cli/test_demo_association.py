"""The associations of the demonstration: members, dues, meetings, cases and letters stand as they are told."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cli.demo import LOADER
from portal.cli.demo.association_stories import let_time_pass, load_association
from portal.cli.demo.days import Days
from portal.cli.demo.loading import Loading
from portal.cli.demo.people import load_people
from portal.cli.demo.register import load_register
from services.association.models.ballots import RollEntry
from services.association.models.cases import Case, CaseState, Duty
from services.association.models.dues import (
    BankLine,
    DuesInvoice,
    DuesMethod,
    DuesPayment,
    DuesTable,
    DuesWaiver,
    InvoiceState,
    LineState,
    TableState,
    WaiverState,
)
from services.association.models.judging import Panellist, Sanction, SanctionState
from services.association.models.meetings import (
    Answer,
    Meeting,
    MeetingNotice,
    MeetingState,
    Motion,
    MotionState,
    MotionSubject,
    Proxy,
    ProxyState,
)
from services.association.models.notices import (
    Mailing,
    MailingState,
    MailTemplate,
    Notice,
    NoticeKind,
    NoticeReceipt,
    NoticeState,
)
from services.association.models.pacts import Pact, PactSignature, PactState
from services.association.models.register import (
    ApplicationObjection,
    ApplicationState,
    Charter,
    CharterEdition,
    CouncilSeat,
    Member,
    MembershipApplication,
    Office,
    Standing,
    Tier,
)
from services.association.operations.admitting import sweep_applications
from services.association.operations.case_clocks import follow_time
from services.association.operations.counting import close_due
from services.association.operations.invoicing import issue_due
from services.association.operations.reminding import remind_of_dues
from services.association.operations.standings import Tally, recompute_batch
from services.association.queries.members import entitled_on
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work, working
from services.organisations.models import Organisation
from tests.portal.cli.demonstrations import NOW, settings_in

TODAY = clock.local_day(NOW)


@pytest.fixture(params=["small", "full"])
def demo(request: pytest.FixtureRequest) -> Session:
    """Return either demonstration: the association of the glass firms is the same in both."""
    return request.getfixturevalue(request.param)


def association_id(session: Session) -> int:
    return session.scalars(select(Organisation.id).where(Organisation.key == "S01")).one()


def keys(session: Session, column, *conditions) -> set[str]:
    """Return the keys of the organisations that ``column`` refers to."""
    return set(
        session.scalars(select(Organisation.key).join(column.class_, column == Organisation.id).where(*conditions))
    )


def members(session: Session, *conditions) -> set[str]:
    return keys(session, Member.organisation_id, Member.association_id == association_id(session), *conditions)


def motion(session: Session, beginning: str) -> Motion:
    return session.scalars(select(Motion).where(Motion.title.startswith(beginning))).one()


def figures(found: Motion) -> tuple[int | None, ...]:
    return found.entitled, found.present, found.votes_for, found.votes_against, found.abstentions


def test_members_stand_where_their_dues_say(demo: Session):
    assert members(demo, Member.standing == Standing.SUSPENDED) == {"G12", "G18"}
    assert members(demo, Member.standing == Standing.AWAITED) == {"G11"}
    assert len(members(demo, Member.standing == Standing.ACTIVE)) == 15
    assert members(demo, Member.tier == Tier.PRESIDENT) == {"G01"}
    assert members(demo, Member.tier == Tier.VICE_PRESIDENT) == {"G02", "G06", "G09"}
    assert members(demo, Member.tier == Tier.DIRECTOR) == {"G03", "G05", "G07", "G13", "G19"}
    late = (
        select(DuesInvoice.due_on)
        .join(DuesInvoice.member)
        .join(Organisation, Organisation.id == Member.organisation_id)
    )
    arrears = late.where(DuesInvoice.state == InvoiceState.OPEN).order_by(DuesInvoice.due_on)
    days = {
        key: [TODAY - day for day in demo.scalars(arrears.where(Organisation.key == key))] for key in ("G12", "G18")
    }
    assert [one.days for one in days["G18"]] == [120]
    assert [one.days for one in days["G12"]] == [485, 120]


def test_members_show_what_they_agreed_to(demo: Session):
    assert members(demo, Member.shows_name) >= {"G01", "G18"}
    assert members(demo, Member.shows_name.is_(False)) == {"G11", "G12", "G17"}
    assert members(demo, Member.shows_phone) < members(demo, Member.shows_contact) | {"G18"}


def test_the_charter_is_adopted_and_its_council_sits(demo: Session):
    charter = demo.get_one(Charter, association_id(demo))
    assert charter.notice_days == 15
    adopted = {one.edition: one.adopted_at_meeting for one in demo.scalars(select(CharterEdition))}
    assert adopted == {1: "第一届第一次会员大会", 2: ""}
    offices = Counter(demo.scalars(select(CouncilSeat.office)))
    assert offices == {Office.PRESIDENT: 1, Office.VICE_PRESIDENT: 3, Office.DIRECTOR: 5, Office.SUPERVISOR: 2}


def test_one_dues_table_is_in_force_and_the_other_was_refused(demo: Session):
    tables = {one.state: one for one in demo.scalars(select(DuesTable))}
    active, draft = tables[TableState.ACTIVE], tables[TableState.DRAFT]
    assert [level.amount_fen // 100 for level in active.levels] == [2000, 5000, 10000, 30000]
    assert (active.entitled, active.present, active.in_favour, active.against, active.abstained) == (17, 15, 13, 1, 1)
    assert active.is_secret
    refused = demo.scalars(
        select(Motion).where(Motion.about_id == draft.id, Motion.about == MotionSubject.DUES_TABLE)
    ).one()
    assert refused.state is MotionState.VOID
    assert figures(refused)[:2] == (17, 11)


def test_dues_were_paid_in_every_way(demo: Session):
    assert set(demo.scalars(select(DuesPayment.method))) == set(DuesMethod)
    assert Counter(demo.scalars(select(DuesInvoice.year))) == {TODAY.year - 1: 17, TODAY.year: 18}
    assert Counter(demo.scalars(select(DuesInvoice.state))) == {InvoiceState.SETTLED: 31, InvoiceState.OPEN: 4}
    partly = demo.scalars(
        select(DuesInvoice).where(DuesInvoice.state == InvoiceState.OPEN, DuesInvoice.paid_fen > 0)
    ).one()
    assert partly.member.organisation.key == "G11"
    assert partly.open_fen == 100_000
    assert Counter(demo.scalars(select(DuesWaiver.state))) == {WaiverState.GRANTED: 1, WaiverState.PROPOSED: 1}
    states = Counter(demo.scalars(select(BankLine.state)))
    assert states[LineState.WAITING] == 3
    assert states[LineState.SET_ASIDE] == 1
    receipts = sorted(demo.scalars(select(DuesPayment.receipt_no)))
    for year in (TODAY.year - 1, TODAY.year):
        of_year = [no for no in receipts if no.startswith(f"HS-{year}")]
        assert of_year == [f"HS-{year}-{place:05d}" for place in range(1, len(of_year) + 1)]


def test_applications_stand_in_different_states(demo: Session):
    states = select(Organisation.key, MembershipApplication.state).join(MembershipApplication.organisation)
    assert dict(demo.execute(states).all()) == {
        "G08": ApplicationState.PUBLIC_NOTICE,
        "G11": ApplicationState.AWAITING_DUES,
        "G20": ApplicationState.RETURNED,
    }
    assert demo.scalars(select(ApplicationObjection)).one().answered_at is None


def test_motions_were_counted_as_told(demo: Session):
    budget = motion(demo, "年度会费预算")
    assert (budget.state, figures(budget)) == (MotionState.PASSED, (16, 14, 12, 1, 1))
    waiver = motion(demo, "关于减免示例·镀彩")
    assert (waiver.state, figures(waiver)) == (MotionState.PASSED, (9, 8, 7, 1, 0))
    states = Counter(demo.scalars(select(Motion.state)))
    assert states == {
        MotionState.PASSED: 7,
        MotionState.VOID: 1,
        MotionState.OPEN: 1,
        MotionState.NOTIFIED: 3,
        MotionState.LISTED: 1,
        MotionState.PROPOSED: 1,
        MotionState.DECLINED: 1,
    }
    expulsion = demo.scalars(select(Motion).where(Motion.about == MotionSubject.EXPULSION)).one()
    assert members(demo, Member.id == expulsion.about_id) == {"G12"}


def test_nine_of_fifteen_have_voted_on_the_stands(demo: Session):
    stands = motion(demo, "展位联合预订方案")
    roll = demo.execute(
        select(func.count(), func.count().filter(RollEntry.has_voted)).where(RollEntry.motion_id == stands.id)
    ).one()
    assert stands.state is MotionState.OPEN
    assert tuple(roll) == (15, 9)
    assert len(demo.scalars(entitled_on(association_id(demo), TODAY)).all()) == 15


def test_meetings_are_over_running_called_and_planned(demo: Session):
    states = Counter(demo.scalars(select(Meeting.state)))
    assert states == {
        MeetingState.CLOSED: 5,
        MeetingState.RUNNING: 1,
        MeetingState.CONVENED: 1,
        MeetingState.PLANNED: 1,
    }
    assert demo.scalar(select(func.count()).where(Meeting.minutes_at.is_not(None))) == 5
    answers = Counter(
        demo.scalars(select(MeetingNotice.answer).join(Meeting).where(Meeting.state == MeetingState.CONVENED))
    )
    assert answers == {Answer.COMING: 6, Answer.ABSENT: 1, Answer.PROXY: 2, None: 6}
    assert Counter(demo.scalars(select(Proxy.state))) == {ProxyState.ACCEPTED: 1, ProxyState.FILED: 1}


def test_twelve_members_signed_the_pact(demo: Session):
    pact = demo.scalars(select(Pact)).one()
    assert (pact.version, pact.state) == (1, PactState.ADOPTED)
    assert demo.scalar(select(func.count()).select_from(PactSignature)) == 12


def test_cases_stand_as_told(demo: Session):
    states = dict(demo.execute(select(Case.title, Case.state).order_by(Case.id)).all())
    assert list(states.values()) == [
        CaseState.CLOSED,
        CaseState.PERFORMING,
        CaseState.INVESTIGATING,
        CaseState.SUBMITTED,
    ]
    assert [bool(done) for done in demo.scalars(select(Duty.confirmed_at).order_by(Duty.position))] == [
        True,
        True,
        False,
    ]
    assert demo.scalar(select(func.count()).select_from(Panellist)) == 9
    assert demo.scalars(select(Sanction.state)).one() is SanctionState.IN_FORCE


def test_notices_documents_and_mailings_went_out(demo: Session):
    published = select(Notice.kind).where(Notice.state == NoticeState.PUBLISHED)
    assert Counter(demo.scalars(published)) == {NoticeKind.NOTICE: 6, NoticeKind.DOCUMENT: 4}
    assert demo.scalars(select(Notice.title).where(Notice.state == NoticeState.DRAFT)).one() == "关于认领春季展位的通知"
    assert demo.scalar(select(func.count()).select_from(NoticeReceipt)) == 25
    assert demo.scalar(select(func.count()).select_from(MailTemplate)) == 2
    assert Counter(demo.scalars(select(Mailing.state))) == {MailingState.SENT: 1, MailingState.DRAFT: 1}


def test_the_second_association_has_members_where_it_is(small: Session, full: Session):
    second = (
        select(Member.id).join(Organisation, Organisation.id == Member.association_id).where(Organisation.key == "S02")
    )
    assert not small.scalars(second).all()
    assert len(full.scalars(second).all()) == 8


MORNINGS = [
    NOW,
    *(datetime(*day, 1, 30, tzinfo=UTC) for day in ((2027, 1, 1), (2029, 5, 30))),
]


@pytest.mark.both_databases
@pytest.mark.parametrize("now", MORNINGS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_on_any_day_the_night_after_the_load_changes_nothing(session: Session, tmp_path: Path, now: datetime):
    load_at(session, now, tmp_path)

    work = Work(session, Actor.system("night"), now + timedelta(minutes=1))
    assert recompute_batch(work, association_id=association_id(session)) == Tally(checked=18)
    assert not sum((issue_due(work), remind_of_dues(work), sweep_applications(work), close_due(work)))
    cases = dict(session.execute(select(Case.id, Case.state)).all())
    follow_time(work)
    assert dict(session.execute(select(Case.id, Case.state)).all()) == cases
    assert members(session, Member.standing == Standing.SUSPENDED) == {"G12", "G18"}
    stands = motion(session, "展位联合预订方案")
    assert (stands.state, stands.entitled) == (MotionState.OPEN, 15)


def test_loading_again_adds_nothing(session: Session, tmp_path: Path):
    load_at(session, NOW, tmp_path)
    later = load_at(session, NOW + timedelta(days=40), tmp_path)
    assert not later.total()


def load_at(session: Session, now: datetime, folder: Path) -> Counter[str]:
    """Load what the association needs, and itself; return what the last stages added."""
    added: Counter[str] = Counter()
    stages = (load_register, lambda loading: load_people(loading, "x" * 60), load_association, let_time_pass)
    for stage in stages:
        with working(session, LOADER, now=now) as work:
            loading = Loading(work, Days(session, now), small=True, settings=settings_in(folder))
            stage(loading)
        added += loading.added
    return added
