"""First stage: regions, product classes, clusters and organisations."""

from __future__ import annotations

from datetime import date, timedelta

from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, number, words
from services.catalogue.models import ProductClass
from services.organisations.models import Cluster, ClusterOrganisation, Organisation, OrgKind, OrgState, OrgType, Region
from services.organisations.rules import name_key

ENTERED = timedelta(days=120)


def load_register(loading: Loading) -> None:
    """Enter the code tables, the clusters of the source, its firms as directory entries, and the invented bodies."""
    _regions(loading)
    loading.add_missing(
        loading.sheet("product_classes"),
        ProductClass.code,
        "code",
        lambda row: ProductClass(code=row["code"], name=row["name"]),
    )
    loading.add_missing(loading.sheet("clusters"), Cluster.key, "key", _cluster)
    for table in ("bodies", "enterprises"):
        loading_rows = loading.sheet(table)
        _join_clusters(loading, loading.add_missing(loading_rows, Organisation.key, "key", _body(loading)))
    entries = loading.add_missing(loading.sheet("directory"), Organisation.key, "key", _entry(loading))
    _join_clusters(loading, entries)


def _regions(loading: Loading) -> None:
    rows = loading.sheet("regions")
    for whole in (True, False):  # a town refers to its county
        part = [row for row in rows if bool(row["parent"]) is not whole]
        loading.add_missing(
            part,
            Region.code,
            "code",
            lambda row: Region(code=row["code"], name=row["name"], parent_code=row["parent"] or None),
        )


def _cluster(row: Row) -> Cluster:
    return Cluster(
        key=row["key"],
        name=row["name"],
        short_name=row["short_name"],
        region_code=row["region"],
        summary=row["summary"],
        quoted_facts=row["quoted_facts"],
    )


def _entry(loading: Loading):
    """Return a maker of directory entries: the name as printed and the quotation, nothing else."""

    def make(row: Row) -> Organisation:
        return Organisation(
            key=row["key"],
            name=row["name"],
            name_key=name_key(row["name"]),
            org_type=OrgType(row["org_type"]),
            kind=OrgKind.ENTERPRISE,
            directory_quote=row["quote"],
            level=0,
            state=OrgState.DRAFT,
            created_at=loading.work.now - ENTERED,
        )

    return make


def _body(loading: Loading):
    def make(row: Row) -> Organisation:
        return Organisation(
            key=row["key"],
            name=row["name"],
            short_name=row["short_name"],
            name_key=name_key(row["name"]),
            org_type=OrgType(row["org_type"]),
            kind=OrgKind(row.get("kind") or OrgKind.ENTERPRISE),
            credit_code=row["credit_code"] or None,
            region_code=row["region"],
            town=row["town"],
            address=row["address"],
            contact_name="办公室" if row.get("kind") else "企业管理员",
            contact_phone=row["phone"],
            introduction=row["introduction"],
            created_at=loading.work.now - ENTERED,
            **_particulars(row),
        )

    return make


def _particulars(row: Row) -> dict[str, object]:
    """Return what enterprises tell and other bodies do not."""
    if row.get("kind"):
        return {"level": 2, "state": OrgState.VERIFIED}
    return {
        "industry_code": row["industry"],
        "chain_node": row["chain_node"],
        "employees": number(row["employees"]),
        "products": row["products"],
        "founded_on": date(int(row["founded"]), 3, 1),
        "level": int(row["level"]),
        "state": OrgState(row["state"]),
    }


def _join_clusters(loading: Loading, made: list[tuple[Row, Organisation]]) -> None:
    clusters = loading.ids(Cluster.key, Cluster.id)
    loading.work.session.add_all(
        ClusterOrganisation(cluster_id=clusters[key], organisation_id=organisation.id)
        for row, organisation in made
        for key in words(row.get("clusters") or row.get("cluster", ""))
    )
