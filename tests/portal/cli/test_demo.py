"""The demonstration: loaded twice it stays the same, it shows every state, and nobody in it is real."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.cli.demo import DEMO_SIGN_INS, Size, load
from portal.cli.demo.days import Days
from portal.cli.demo.sheets import DATA, sheet
from portal.cli.demo.volume import load_volume
from portal.cli.demo.wording import package_items
from portal.config import Settings
from services.accounts.models import Person
from services.accounts.passwords import fits
from services.accounts.rules import DEMO_PASSWORD
from services.billing.models import Order, QuotationState
from services.billing.models import Quotation as QuotationRow
from services.billing.rules import payment_state
from services.booking.models import Booking, BookingState, Claim, Outage
from services.catalogue.models import (
    BookingMode,
    CenterType,
    Market,
    ModuleMarket,
    ModuleState,
    Provider,
    Recognition,
    Resource,
    ServiceModule,
)
from services.catalogue.operations.readiness import lacking, unfit_resources
from services.core import clock
from services.core.actor import Actor
from services.core.base import Base
from services.core.calendar import CalendarDay, DayKind, enter_year
from services.core.database import upgrade
from services.core.engine import make_engine
from services.core.files import content_of
from services.core.settings import Setting
from services.core.work import working
from services.laboratory.models.capability import LimitSet
from services.laboratory.models.commissions import (
    Commission,
    CommissionEvent,
    CommissionState,
    Consultation,
    ConsultationState,
    ReportLanguage,
)
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult, Verdict
from services.laboratory.models.reports import Objection, ObjectionState, Report, ReportState
from services.laboratory.models.samples import CustodyEvent, Sample, SampleState
from services.laboratory.queries import capability
from services.laboratory.queries.module_facts import module_facts
from services.organisations.credit_code import is_consistent
from services.organisations.models import Membership, Organisation, Verification, VerificationState
from services.standards.queries import earlier_editions, later_editions, standard_with

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # a Wednesday morning in Shanghai
UNDER_LOAD = 100

both_databases = pytest.mark.both_databases


def settings_in(folder: Path) -> Settings:
    return Settings(instance=folder, database_url="", secret_key="", base_url="http://portal.test")


def loaded(folder: Path, size: Size) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{folder}/demo.sqlite3")
    upgrade(engine)
    with Session(engine) as session:
        load(session, size=size, now=NOW, settings=settings_in(folder))
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a database with the small demonstration, which the tests of this file only read."""
    yield from loaded(tmp_path_factory.mktemp("small"), "small")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a database with the whole demonstration, which the tests of this file only read."""
    yield from loaded(tmp_path_factory.mktemp("full"), "full")


def row_counts(session: Session) -> Counter[str]:
    tables = Base.metadata.sorted_tables
    return Counter({table.name: session.scalar(select(func.count()).select_from(table)) for table in tables})


@both_databases
def test_the_small_demonstration_grows_into_the_full_one_which_loading_again_leaves_alone(
    session: Session, tmp_path: Path
):
    settings = settings_in(tmp_path)
    load(session, size="small", now=NOW, settings=settings)
    small = row_counts(session)
    load(session, size="full", now=NOW, settings=settings)
    grown = row_counts(session)
    again = load(session, size="full", now=NOW + timedelta(days=3), settings=settings)

    assert all(small[table] <= grown[table] for table in grown)
    assert small["organisation"] < grown["organisation"] / 2
    assert grown["service_module"] == sum(len(sheet(name)) for name in ("tests", "packages", "services"))
    assert again.is_empty
    assert "nothing was changed" in again.sentence()
    assert row_counts(session) == grown


def test_the_small_demonstration_keeps_what_the_journeys_need(small: Session):
    def keys(column) -> set[str]:
        return set(small.scalars(select(column)))

    assert {"g01_admin", "g01_user", "c02_clerk", "c06_clerk", "c01_admin", "admin"} <= keys(Person.login)
    assert {"E-A09", "E-G12", "E-A06", "RM-P01"} <= keys(Resource.code)
    assert {"R01", "R02", "R06", "R10", "K01", "I03", "P01"} <= keys(ServiceModule.code)
    assert set(small.scalars(select(Provider.center_type))) >= set(CenterType)
    assert {"321023", "420607"} <= keys(Organisation.region_code)
    waiting = select(Verification).where(Verification.state == VerificationState.WAITING)
    assert small.scalars(waiting).all()


def test_people_sign_in_with_the_printed_password_and_are_named_by_their_role(small: Session):
    people = small.scalars(select(Person)).all()
    hashes = {person.password_hash for person in people}
    logins = {person.login for person in people}

    assert len(hashes) == 1
    assert fits(DEMO_PASSWORD, hashes.pop())
    assert all(person.is_demo for person in people)
    assert {login for login, _ in DEMO_SIGN_INS} <= logins
    assert all("·" in person.name or person.name.startswith(("学员", "专家")) for person in people)


def test_somebody_can_act_for_two_organisations(small: Session):
    held = select(Organisation.key).join(Membership).join(Person, Person.id == Membership.person_id)
    assert set(small.scalars(held.where(Person.login == "g01_user"))) == {"G01", "G02"}


def test_every_state_of_a_booking_and_of_its_money_is_shown(full: Session):
    states = Counter(full.scalars(select(Booking.state)).all())
    money = {payment_state(order) for order in full.scalars(select(Order)).all()}
    displaced = full.scalars(select(Booking).where(Booking.state == BookingState.DISPLACED)).all()

    assert set(states) == set(BookingState)
    assert money == {"free", "unpaid", "part_paid", "paid", "on_account", "refund_due"}
    assert len(displaced) == 2
    assert full.scalars(select(Outage).where(Outage.unit.is_not(None))).one().unit == 2
    assert {booking.module.booking_mode for booking in full.scalars(select(Booking))} == set(BookingMode)
    assert full.scalars(select(Booking).where(Booking.on_behalf, Booking.state == BookingState.PROPOSED)).one()


def test_every_centre_has_something_to_do(full: Session):
    served = set(full.scalars(select(Booking.provider_id).distinct()))
    assert {key for key, id_ in full.execute(select(Organisation.key, Organisation.id)) if id_ in served} == {
        *(f"C0{number}" for number in range(1, 10)),
        "B02",
    }


def test_the_glass_benches_and_the_measuring_machine_are_booked_as_told(small: Session):
    bench = small.scalars(select(Resource).where(Resource.code == "E-G12")).one()
    nine = clock.at(Days(small, NOW).day("+2"), 9 * 60)
    taken = select(func.count()).where(Claim.resource_id == bench.id, Claim.busy_from == nine)

    assert small.scalar(taken) == bench.units == 6


def test_what_is_published_has_a_price_an_owner_a_promise_and_says_whether_reports_count(full: Session):
    modules = full.scalars(select(ServiceModule).options(selectinload(ServiceModule.prices))).all()
    today = clock.local_day(NOW)

    for module in modules:
        assert lacking(module, today) == [], module.code
        assert unfit_resources(module.kind, module.booking_mode, module.resources) == [], module.code
        assert module.description, module.code
        assert module.audience, module.code
        assert module.bring, module.code
        assert module.output, module.code
        assert module.recognition_note or module.recognition is Recognition.NOT_APPLICABLE, module.code
    paused = {module.code for module in modules if module.state is ModuleState.PAUSED}
    assert paused == {"TG14", "TG20"}


def test_a_buyer_finds_the_package_by_product_and_market(small: Session):
    package = small.scalars(select(ServiceModule).where(ServiceModule.code == "K01")).one()

    assert "圣诞挂件" in package.summary
    assert "出口欧盟" in package.summary
    assert small.get(ModuleMarket, (package.id, Market.EU))
    assert "省 200 元" in package.description


def test_every_test_is_an_item_and_only_what_is_paused_is_closed(full: Session):
    today = clock.local_day(NOW)
    for key in ("C02", "C06"):
        provider_id = full.scalars(select(Organisation.id).where(Organisation.key == key)).one()
        assert full.scalars(capability.undefined_tests(provider_id)).all() == []
        closed = capability.all_closed_items(full, provider_id, today)
        assert {one.item.module.code for one in closed.values()} == ({"TG14", "TG20"} if key == "C02" else set())


def test_the_rubbing_test_changes_its_edition_with_the_year_and_loses_its_mark(full: Session):
    module_id = full.scalars(select(ServiceModule.id).where(ServiceModule.code == "TX01")).one()
    now, then = (module_facts(full, module_id, day) for day in (date(2026, 12, 31), date(2027, 1, 1)))

    assert (now.in_force.standard.number, now.recognition) == ("GB/T 3920-2008", Recognition.CMA)
    assert now.coming.standard.number == "GB/T 3920-2024"
    assert (then.in_force.standard.number, then.recognition) == ("GB/T 3920-2024", Recognition.NONE)


def test_every_instrument_that_a_test_needs_has_its_calibration_written_down(full: Session):
    for resource in full.scalars(select(Resource).where(Resource.calibration_due_on.is_not(None))):
        latest = capability.latest_calibrations(full, [resource.id])[resource.id]
        assert latest.due_on == resource.calibration_due_on, resource.code
        assert latest.calibrated_on <= clock.local_day(NOW), resource.code


def test_the_signatories_hold_every_field_of_their_laboratory(small: Session, full: Session):
    for session in (small, full):
        for login, key in (("c02_sign", "C02"), ("c06_sign", "C06")):
            provider_id = session.scalars(select(Organisation.id).where(Organisation.key == key)).one()
            person_id = session.scalars(select(Person.id).where(Person.login == login)).one()
            fields = {item.field for item in session.scalars(capability.items_found(provider_id))}
            assert fields == capability.fields_held(session, provider_id, person_id, clock.local_day(NOW))


def test_the_library_has_the_chains_that_are_told(full: Session):
    def chain(number: str) -> list[str]:
        first = standard_with(full, number)
        return [one.number for one in later_editions(full, first.id)]

    assert chain("GB 4547-1991") == ["GB/T 4547-2007"]
    assert chain("GB/T 10125-1997") == ["GB/T 10125-2012", "GB/T 10125-2021"]
    assert chain("GB/T 23794-2009") == ["GB/T 23794-2015", "GB/T 23794-2023"]
    assert chain("GB/T 231.1-2009") == ["GB/T 231.1-2018"]
    merged = [one.number for one in earlier_editions(full, standard_with(full, "GB/T 3921-2008").id)]
    assert merged == [f"GB/T 3921.{part}-1997" for part in range(1, 6)]


def test_class_b_of_clothes_has_its_limits(full: Session):
    limits = full.scalars(select(LimitSet).where(LimitSet.name == "GB 18401-2010 B 类")).one()
    told = {limit.item.module.code: (limit.low, limit.high) for limit in limits.limits}
    assert told["TX01"] == ("3", "")
    assert told["TX12"] == ("", "75")
    assert told["TX13"] == ("4.0", "8.5")


def test_no_package_costs_more_than_its_items():
    prices = {row["code"]: int(row["price"]) for row in sheet("tests")}
    for row in sheet("packages"):
        assert int(row["price"]) <= sum(prices[code] * count for code, count in package_items(row)), row["code"]


def test_credit_codes_are_consistent_and_could_not_have_been_issued():
    codes = [row["credit_code"] for name in ("bodies", "enterprises") for row in sheet(name) if row["credit_code"]]

    assert len(codes) == len(set(codes)) == 76
    assert all(is_consistent(code) and code[8:11] == "DEM" for code in codes)


def test_companies_of_the_source_are_directory_entries_and_nothing_else(full: Session):
    printed = {row["name"] for row in sheet("directory")}
    entries = full.scalars(select(Organisation).where(Organisation.name.in_(printed))).all()
    ids = {entry.id for entry in entries}
    told = "".join(
        path.read_text(encoding="utf-8") for path in DATA.iterdir() if path.stem not in {"directory", "clusters"}
    )

    assert len(entries) == len(printed) == 18
    assert all(entry.is_directory_entry and entry.credit_code is None and not entry.address for entry in entries)
    assert not ids & set(full.scalars(select(Booking.organisation_id)))
    assert not ids & set(full.scalars(select(Membership.organisation_id)))
    assert [name for name in printed - {"轴承工业园", "希望"} if name in told] == []


def test_everybody_who_orders_is_marked_as_invented(full: Session):
    for organisation in full.scalars(select(Organisation).where(Organisation.directory_quote == "")):
        assert organisation.name.startswith("示例·") or organisation.name.endswith("（演示）"), organisation.name
        assert organisation.contact_phone.startswith("13800000"), organisation.name


def test_nothing_boasts():
    told = "".join(path.read_text(encoding="utf-8") for path in DATA.iterdir())
    assert [word for word in ("国家级", "最佳", "最好的", "领先", "第一名", "唯一") if word in told] == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 10, 4, 15, 59, tzinfo=UTC),  # in the middle of it, just before midnight
        datetime(2027, 1, 2, 0, 0, tzinfo=UTC),  # a Saturday of a year that is not known yet
    ],
)
def test_it_can_be_loaded_on_any_day(session: Session, now: datetime, tmp_path: Path):
    first = datetime(2026, 10, 1, tzinfo=UTC).date()
    holidays = [(first + timedelta(days=step), DayKind.HOLIDAY, "国庆节") for step in range(7)]
    with working(session, Actor.system("test")) as work:
        enter_year(work.session, 2026, holidays, "test")

    load(session, size="full", now=now, settings=settings_in(tmp_path))

    assert session.scalar(select(func.count()).select_from(CalendarDay)) == 7
    for happened in (Booking.created_at, CommissionEvent.at, CustodyEvent.at, RawRecord.observed_at, Report.issued_at):
        assert session.scalar(select(func.max(happened))) <= now
    assert set(session.scalars(select(Commission.state))) == set(CommissionState)


def test_days_are_told_from_the_day_of_loading(session: Session):
    days = Days(session, datetime(2026, 11, 28, 2, 0, tzinfo=UTC))  # Saturday

    told = {word: days.day(word).isoformat() for word in ("0", "+1", "-1", "d+3", "w1")}

    assert told == {
        "0": "2026-11-30",
        "+1": "2026-12-01",
        "-1": "2026-11-27",
        "d+3": "2026-12-01",
        "w1": "2026-12-08",
    }
    assert days.moment("-1 08:30") == datetime(2026, 11, 27, 0, 30, tzinfo=UTC)


@both_databases
def test_the_volume_is_what_was_asked_for_and_always_the_same(session: Session):
    added = load_volume(session, now=NOW, organisations=20, resources=4, bookings=UNDER_LOAD)
    again = load_volume(session, now=NOW, organisations=20, resources=4, bookings=UNDER_LOAD)

    assert (added["organisation"], added["resource"], added["booking"], added["claim"]) == (20, 4, 100, 100)
    assert not again.total()
    codes = session.scalars(select(Organisation.credit_code).where(Organisation.credit_code.is_not(None))).all()
    assert all(is_consistent(code) for code in codes)
    starts = session.scalars(select(Claim.busy_from).order_by(Claim.id).limit(3)).all()
    assert [clock.local(one).strftime("%m-%d %H:%M") for one in starts] == ["01-22 14:30", "01-22 10:30", "01-22 08:30"]


@pytest.mark.parametrize("book", ["bookings", "commissions"])
def test_the_stories_are_plain_data(book: str):
    told = json.loads((DATA / f"{book}.json").read_text(encoding="utf-8"))
    keys = [story["key"] for part in told.values() for story in part]
    assert len(keys) == len(set(keys))


def test_every_state_of_commissions_lines_samples_reports_and_objections_is_shown(full: Session):
    assert set(full.scalars(select(Commission.state))) == set(CommissionState)
    assert set(full.scalars(select(TestLine.state))) == set(LineState)
    assert set(full.scalars(select(Sample.state))) == set(SampleState)
    assert set(full.scalars(select(Report.state))) == set(ReportState)
    assert set(full.scalars(select(Objection.state))) == set(ObjectionState)
    assert set(full.scalars(select(Consultation.state))) == set(ConsultationState)
    assert set(full.scalars(select(TestResult.verdict))) == set(Verdict)
    assert set(full.scalars(select(QuotationRow.state))) >= {QuotationState.OFFERED, QuotationState.ACCEPTED}


def test_the_small_demonstration_shows_the_states_that_people_meet_most(small: Session):
    S = CommissionState
    assert set(small.scalars(select(Commission.state))) == {
        *(S.DRAFT, S.SUBMITTED, S.NEED_INFO, S.QUOTED, S.AWAIT_PAYMENT, S.AWAIT_SAMPLE, S.CLIENT_CONFIRM, S.SAMPLE_IN),
        *(S.TESTING, S.DATA_REVIEW, S.REPORTING, S.REPORT_REVIEW, S.ISSUED, S.DELIVERED, S.CLOSED),
    }
    assert set(small.scalars(select(TestLine.state))) == set(LineState) - {LineState.CANCELLED}
    assert set(small.scalars(select(Report.state))) == {
        *(ReportState.IN_REVIEW, ReportState.REVIEWED, ReportState.ISSUED, ReportState.SUPERSEDED),
    }
    assert set(small.scalars(select(Objection.state))) == {ObjectionState.LODGED}


def told(session: Session, key: str) -> Commission:
    """Return the commission that a story became."""
    return session.get_one(Commission, session.get_one(Setting, "demo.commissions").value[key])


def test_urgency_costs_half_as_much_again_and_waits_for_the_second_version_of_the_quotation(full: Session):
    commission = told(full, "jc-2")
    versions = full.scalars(select(QuotationRow).where(QuotationRow.subject_no == commission.no)).all()

    assert commission.state is CommissionState.QUOTED
    assert [(one.version, one.due_fen, one.state) for one in versions] == [
        (1, 54_000, QuotationState.ACCEPTED),
        (2, 54_000, QuotationState.OFFERED),
    ]


def test_the_school_uniform_fails_by_its_worst_grade_and_a_fault_of_the_laboratory_is_paid_back(full: Session):
    verdicts = {
        line.item.module.code: (result.text, result.verdict)
        for line in full.scalars(select(TestLine).where(TestLine.commission_id == told(full, "jc-6").id))
        for result in line.results
    }

    assert verdicts["TX01"] == ("3", Verdict.PASS)
    assert verdicts["TX03"] == ("2-3", Verdict.FAIL)
    amended = told(full, "a09-amended")
    assert amended.order is not None
    assert amended.order.due_fen == 22_000 - 6_000


def test_a_broken_table_moves_the_tests_on_it_and_the_promised_date(small: Session):
    commission = told(small, "g14-replanned")
    moved = select(CommissionEvent).where(
        CommissionEvent.commission_id == commission.id, CommissionEvent.kind == "replan"
    )
    facts = small.scalars(moved).one().facts

    assert facts["before"] < facts["promised_on"] == commission.promised_on.isoformat()


def test_every_issued_report_lies_in_the_store_as_it_was_signed(full: Session):
    folder = Path(full.get_bind().url.database).parent / "uploads"
    reports = full.scalars(select(Report).where(Report.issued_at.is_not(None))).all()

    assert len(reports) == 22
    for report in reports:
        content = content_of(folder, report.file)
        assert content.startswith(b"%PDF-"), report.no
        assert b"/ByteRange" in content, report.no
    assert {report.language for report in reports} >= {ReportLanguage.CHINESE, ReportLanguage.BOTH}


def test_a_sample_is_due_for_disposal_and_nobody_of_the_chain_is_a_machine(small: Session):
    today = clock.local_day(NOW)
    due = small.scalars(
        select(Sample).where(Sample.state == SampleState.RETAINED, Sample.retained_until <= today)
    ).all()

    assert due
    assert None not in set(small.scalars(select(CustodyEvent.person_id)))


@pytest.mark.parametrize("login", ["c02", "c06"])
def test_every_desk_of_the_laboratories_has_work(small: Session, login: str):
    provider_id = small.scalars(select(Organisation.id).where(Organisation.key == login.upper())).one()
    of_laboratory = Commission.provider_id == provider_id
    lines = set(small.scalars(select(TestLine.state).join(TestLine.commission).where(of_laboratory)))
    reports = set(small.scalars(select(Report.state).join(Report.commission).where(of_laboratory)))

    assert {LineState.IN_PROGRESS, LineState.SUBMITTED} <= lines
    assert ReportState.REVIEWED in reports
