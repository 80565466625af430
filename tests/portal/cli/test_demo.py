"""The demonstration: loaded twice it stays the same, it shows every state, and nobody in it is real."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.cli.demo import DEMO_SIGN_INS, load
from portal.cli.demo.days import Days
from portal.cli.demo.sheets import DATA, sheet
from portal.cli.demo.volume import load_volume
from portal.cli.demo.wording import package_items
from services.accounts.models import Person
from services.accounts.passwords import fits
from services.accounts.rules import DEMO_PASSWORD
from services.billing.models import Order, Statement
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
from services.core.work import working
from services.laboratory.models.capability import LimitSet
from services.laboratory.models.commissions import (
    Commission,
    CommissionEvent,
    CommissionState,
)
from services.laboratory.models.lines import RawRecord
from services.laboratory.models.reports import Report
from services.laboratory.models.samples import CustodyEvent
from services.laboratory.queries import capability
from services.laboratory.queries.module_facts import module_facts
from services.organisations.credit_code import is_consistent
from services.organisations.models import Membership, Organisation, Verification, VerificationState
from services.standards.queries import earlier_editions, later_editions, standard_with
from tests.portal.cli.demonstrations import NOW, settings_in

UNDER_LOAD = 100

both_databases = pytest.mark.both_databases


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


def test_a_firm_on_account_finds_its_statement_of_last_month(small: Session):
    [statement] = small.scalars(select(Statement)).all()

    assert small.get_one(Organisation, statement.organisation_id).key == "A01"
    assert statement.month_on == date(NOW.year, NOW.month - 1, 1)
    assert statement.total_fen == sum(line["balance_fen"] for line in statement.lines) > 0


def test_somebody_can_act_for_two_organisations(small: Session):
    held = select(Organisation.key).join(Membership).join(Person, Person.id == Membership.person_id)
    assert set(small.scalars(held.where(Person.login == "g01_user"))) == {"G01", "G02"}


def test_every_state_of_a_booking_and_of_its_money_is_shown(full: Session):
    states = Counter(full.scalars(select(Booking.state)).all())
    money = {payment_state(order) for order in full.scalars(select(Order)).all()}
    displaced = full.scalars(select(Booking).where(Booking.state == BookingState.DISPLACED)).all()

    assert set(states) == set(BookingState)
    assert money == {"free", "unpaid", "part_paid", "paid", "on_account", "refund_due", "dropped"}
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
