"""Third stage, first half: providers, booking policies, resources and their opening hours."""

from __future__ import annotations

from datetime import timedelta

from portal.cli.demo.days import minutes
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, number, words
from services.catalogue.models import (
    BookingPolicy,
    CapacityKind,
    CenterType,
    OpeningRule,
    Provider,
    ProviderCluster,
    Resource,
    ResourceKind,
)
from services.organisations.models import Cluster, Organisation


def load_equipment(loading: Loading) -> None:
    """Enter the providers and what they own; calibration falls due some days after the day of loading."""
    _providers(loading)
    policies = _policies(loading)
    _resources(loading, policies)


def _providers(loading: Loading) -> None:
    organisations = loading.ids(Organisation.key, Organisation.id)
    clusters = loading.ids(Cluster.key, Cluster.id)
    rows = [row | {"id": str(organisations[row["key"]])} for row in loading.sheet("providers")]
    known = loading.ids(Provider.id, Provider.id)
    new = [row for row in rows if row["id"] not in known]
    providers = [_provider(loading, row) for row in new]
    loading.work.session.add_all(providers)
    loading.work.session.flush()  # clusters and policies refer to them
    loading.count(providers)
    loading.work.session.add_all(
        ProviderCluster(provider_id=int(row["id"]), cluster_id=clusters[key])
        for row in new
        for key in words(row["clusters"])
    )


def _provider(loading: Loading, row: Row) -> Provider:
    valid_days = number(row["valid_days"])
    organisation = loading.work.session.get_one(Organisation, int(row["id"]))
    return Provider(
        id=organisation.id,
        center_type=CenterType(row["center_type"]) if row["center_type"] else None,
        summary=row["summary"],
        introduction=row["introduction"],
        phone=row["phone"],
        address=organisation.address,
        opening_text=row["opening"],
        qualification=row["qualification"],
        qualified_until=None if valid_days is None else loading.days.loaded_on + timedelta(days=valid_days),
        funding_text=row["funding"],
    )


def _policies(loading: Loading) -> dict[str, int]:
    """Enter the missing policies (known by provider and name) and return the ids of all by their key."""
    organisations = loading.ids(Organisation.key, Organisation.id)
    rows = loading.sheet("policies")
    loading.add_missing(rows, BookingPolicy.name, "name", lambda row: _policy(row, organisations[row["provider"]]))
    by_name = loading.ids(BookingPolicy.name, BookingPolicy.id)
    return {row["key"]: by_name[row["name"]] for row in rows}


def _policy(row: Row, provider_id: int) -> BookingPolicy:
    return BookingPolicy(
        provider_id=provider_id,
        name=row["name"],
        granularity_min=int(row["granularity"]),
        minimum_min=int(row["minimum"]),
        maximum_min=int(row["maximum"]),
        buffer_before_min=int(row["before"]),
        buffer_after_min=int(row["after"]),
        lead_min=int(row["lead"]),
        horizon_days=int(row["horizon"]),
        quota_per_day=number(row["quota"]),
        needs_approval=bool(row["approval"]),
        free_cancel_hours=int(row["free_cancel_hours"]),
        late_fee_percent=int(row["late_fee"]),
    )


def _resources(loading: Loading, policies: dict[str, int]) -> None:
    organisations = loading.ids(Organisation.key, Organisation.id)
    rows = loading.sheet("resources")
    made = loading.add_missing(
        rows,
        Resource.code,
        "code",
        lambda row: _resource(loading, row, organisations[row["provider"]], policies[row["policy"]]),
    )
    hours = loading.sheet("opening_hours")
    rules = [
        OpeningRule(
            resource_id=resource.id,
            weekday=int(weekday),
            opens_min=minutes(times["opens"]),
            closes_min=minutes(times["closes"]),
        )
        for row, resource in made
        for times in hours
        if times["key"] == row["hours"]
        for weekday in times["weekdays"]
    ]
    loading.work.session.add_all(rules)
    loading.count(rules)


def _resource(loading: Loading, row: Row, provider_id: int, policy_id: int) -> Resource:
    due_days = number(row["calibration_days"])
    return Resource(
        code=row["code"],
        name=row["name"],
        kind=ResourceKind(row["kind"]),
        provider_id=provider_id,
        policy_id=policy_id,
        capacity_kind=CapacityKind(row["capacity"]),
        units=int(row["units"]),
        daily_capacity=number(row["per_day"]),
        crosses_midnight=row["hours"] == "always",
        asset_no=f"{row['provider']}-{row['code']}" if row["kind"] == ResourceKind.INSTRUMENT else "",
        accuracy=row["accuracy"],
        keeper=row["keeper"],
        calibration_due_on=None if due_days is None else loading.days.loaded_on + timedelta(days=due_days),
    )
