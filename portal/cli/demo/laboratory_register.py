"""What the two laboratories can do: the standards library, items, limits, packages, scope, calibrations, signatories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, sheet, words
from portal.cli.demo.wording import package_items
from services.accounts.models import Person
from services.catalogue.models import Market, Provider, Resource, ResourceKind, ServiceModule
from services.core.base import Base
from services.laboratory.models.capability import (
    Calibration,
    ItemMethod,
    Limit,
    LimitSet,
    Mark,
    PackageItem,
    ResultKind,
    ScopeEntry,
    Signatory,
    TestField,
    TestItem,
)
from services.organisations.models import Organisation
from services.standards.models import Standard
from services.standards.rules import key_of

SIGNATORIES = {"c02_sign": "C02", "c06_sign": "C06"}
CERTIFICATES = {"C02": "DEMO-CMA-01", "C06": "DEMO-CMA-02"}
CERTIFIED_SINCE, CALIBRATED_SINCE, SIGNING = timedelta(days=700), timedelta(days=365), timedelta(days=700)
_METHOD = re.compile(r"(?P<number>[^（]+)(?:（(?P<clause>[^）]*)）)?\Z")
_LIMIT = re.compile(r"(?P<code>[A-Z0-9]+)(?:>=(?P<low>[^~]+)|<=(?P<high>.+)|=(?P<least>[^~]+)~(?P<most>.+))\Z")


def load_capability(loading: Loading) -> None:
    """Enter what the laboratories of this size can do; modules and instruments are there already."""
    standards = _standards(loading)
    items = _items(loading)
    _methods(loading, items, standards)
    _limits(loading, items, standards)
    _packages(loading, items)
    _calibrations(loading)
    _signatories(loading)


def _standards(loading: Loading) -> dict[str, int]:
    """Enter the editions, then by what each is replaced, and return their ids by key."""
    rows = [row | {"key": key_of(row["number"])} for row in loading.sheet("standards")]
    made = loading.add_missing(rows, Standard.key, "key", lambda row: _standard(loading, row))
    ids = loading.ids(Standard.key, Standard.id)
    for row, standard in made:
        standard.successor_id = ids[key_of(row["successor"])] if row["successor"] else None
    loading.work.session.flush()  # the methods refer to them
    return ids


def _standard(loading: Loading, row: Row) -> Standard:
    return Standard(
        number=row["number"],
        key=row["key"],
        title=row["title"],
        title_en=row["title_en"],
        summary=row["summary"],
        source=row["source"],
        issued_on=_day(row["issued_on"]),
        effective_on=_day(row["effective_on"]),
        withdrawn_on=_day(row["withdrawn_on"]),
        updated_at=loading.work.now,
    )


def _items(loading: Loading) -> dict[str, int]:
    """Make the loaded modules of kind test items, and return the ids of all items by code."""
    modules = loading.ids(ServiceModule.code, ServiceModule.id)
    rows = [row | {"id": str(modules[row["code"]])} for row in sheet("items") if row["code"] in modules]
    known = loading.ids(TestItem.id, TestItem.id)
    _add(loading, [_item(row) for row in rows if row["id"] not in known])
    return {row["code"]: int(row["id"]) for row in rows}


def _item(row: Row) -> TestItem:
    whole = ("decimals", "specimens", "minutes_per_sample", "run_hours", "retained_days")
    texts = ("unit", "lod", "range_low", "range_high", "sample_amount")
    return TestItem(
        id=int(row["id"]),
        field=TestField(row["field"]),
        result_kind=ResultKind(row["result_kind"]),
        may_subcontract=bool(row["may_subcontract"]),
        **{name: int(row[name]) for name in whole},
        **{name: row[name] for name in texts},
    )


def _methods(loading: Loading, items: dict[str, int], standards: dict[str, int]) -> None:
    """Give each new item its editions, and put those that the sheet of tests marks within the scope."""
    recognised = {row["code"]: bool(row["cma"]) for row in sheet("tests")}
    session = loading.work.session
    known = set(session.scalars(select(ItemMethod.item_id)))
    ends = _certificates(loading)
    for row in sheet("items"):
        item_id = items.get(row["code"])
        if item_id is None or item_id in known:
            continue
        outside = {key_of(number) for number in words(row["outside"])}
        for number, clause in _editions(row):
            method = ItemMethod(
                item_id=item_id, standard_id=standards[key_of(number)], clause=clause, added_at=loading.work.now
            )
            _add(loading, [method])
            if recognised[row["code"]] and key_of(number) not in outside:
                _add(loading, [_scope(loading, method, *ends[item_id])])


def _editions(row: Row) -> Iterator[tuple[str, str]]:
    for part in words(row["methods"]):
        match = _METHOD.match(part)
        assert match, part
        yield match["number"], match["clause"] or ""


def _certificates(loading: Loading) -> dict[int, tuple[str, date]]:
    """Return the number and the last day of the certificate behind each module of a testing centre."""
    statement = (
        select(ServiceModule.id, Organisation.key, Provider.qualified_until)
        .join(Provider, Provider.id == ServiceModule.provider_id)
        .join(Organisation, Organisation.id == Provider.id)
        .where(Organisation.key.in_(CERTIFICATES))
    )
    rows = loading.work.session.execute(statement)
    return {key: (CERTIFICATES[provider], until) for key, provider, until in rows}


def _scope(loading: Loading, method: ItemMethod, certificate_no: str, valid_until: date) -> ScopeEntry:
    return ScopeEntry(
        method_id=method.id,
        mark=Mark.CMA,
        certificate_no=certificate_no,
        valid_from=loading.days.loaded_on - CERTIFIED_SINCE,
        valid_until=valid_until,
        entered_at=loading.work.now,
    )


def _limits(loading: Loading, items: dict[str, int], standards: dict[str, int]) -> None:
    providers = loading.ids(Organisation.key, Organisation.id)
    made = loading.add_missing(
        loading.sheet("limits"),
        LimitSet.name,
        "name",
        lambda row: LimitSet(
            provider_id=providers[row["provider"]],
            name=row["name"],
            standard_id=standards[key_of(row["standard"])] if row["standard"] else None,
            product_code=row["product"] or None,
            market=Market(row["market"]) if row["market"] else None,
        ),
    )
    sets = loading.ids(LimitSet.name, LimitSet.id)
    statement = select(Limit.limit_set_id, Limit.item_id)
    known = {(set_id, item_id) for set_id, item_id in loading.work.session.execute(statement)}
    wanted = [_limit(sets[row["name"]], items, part) for row in sheet("limits") for part in words(row["limits"])]
    _add(loading, [one for one in wanted if one is not None and (one.limit_set_id, one.item_id) not in known])
    for _, limits in made:
        loading.work.session.expire(limits, ["limits"])


def _limit(limit_set_id: int, items: dict[str, int], part: str) -> Limit | None:
    """Return the limit that e.g. ``TX13=4.0~8.5`` tells; None while its item is not loaded."""
    match = _LIMIT.match(part)
    assert match, part
    if match["code"] not in items:
        return None
    low, high = match["low"] or match["least"] or "", match["high"] or match["most"] or ""
    return Limit(limit_set_id=limit_set_id, item_id=items[match["code"]], low=low, high=high)


def _packages(loading: Loading, items: dict[str, int]) -> None:
    modules = loading.ids(ServiceModule.code, ServiceModule.id)
    known = set(loading.work.session.scalars(select(PackageItem.package_id)))
    _add(
        loading,
        [
            PackageItem(package_id=modules[row["code"]], item_id=items[code], quantity=count)
            for row in loading.sheet("packages")
            if modules[row["code"]] not in known
            for code, count in package_items(row)
        ],
    )


def _calibrations(loading: Loading) -> None:
    """Write down the calibration that each due date follows from, a year earlier."""
    session = loading.work.session
    known = set(session.scalars(select(Calibration.resource_id)))
    statement = select(Resource).where(Resource.calibration_due_on.is_not(None)).order_by(Resource.code)
    instruments = [one for one in session.scalars(statement) if one.id not in known]
    codes = {row["code"] for row in sheet("resources")}
    _add(loading, [_calibration(loading, one) for one in instruments if one.code in codes])


def _calibration(loading: Loading, resource: Resource) -> Calibration:
    assert resource.calibration_due_on is not None
    is_instrument = resource.kind is ResourceKind.INSTRUMENT
    return Calibration(
        resource_id=resource.id,
        calibrated_on=resource.calibration_due_on - CALIBRATED_SINCE,
        due_on=resource.calibration_due_on,
        certificate_no=f"示例-JZ-{resource.code}",
        body="示例·计量校准机构" if is_instrument else "示例·洁净环境检测机构",
        entered_at=loading.work.now,
    )


def _signatories(loading: Loading) -> None:
    """Let the signatory of each laboratory sign in every field in which it has items."""
    session = loading.work.session
    providers = loading.ids(Organisation.key, Organisation.id)
    people = loading.ids(Person.login, Person.id)
    known = {(who, what) for who, what in session.execute(select(Signatory.person_id, Signatory.field))}
    for login, key in SIGNATORIES.items():
        fields = select(TestItem.field).join(TestItem.module).where(ServiceModule.provider_id == providers[key])
        rows = [
            Signatory(
                provider_id=providers[key],
                person_id=people[login],
                field=one,
                valid_from=loading.days.loaded_on - SIGNING,
                valid_until=loading.days.loaded_on + SIGNING,
            )
            for one in sorted(set(session.scalars(fields)))
        ]
        _add(loading, [row for row in rows if (row.person_id, row.field) not in known])


def _add(loading: Loading, rows: list[Base]) -> None:
    """Add rows, with their ids, and count them."""
    loading.work.session.add_all(rows)
    loading.work.session.flush()  # what comes next refers to them
    loading.count(rows)


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
