"""Takes in a table of posts: what is wrong with each row is told first, and all of it is done or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from services.association.standing import association_of
from services.board.errors import ParticularWrong, ReferenceUnknown
from services.board.models.posts import Direction, Post
from services.board.operations.contents import wish_of
from services.board.operations.examining import draft_problems, duplicate_of, problems
from services.board.operations.posts import save_draft, submit
from services.board.rules.directions import DIRECTIONS as ALLOWED
from services.board.rules.duplicates import is_duplicate
from services.board.rules.sheet import COLUMNS, DIRECTIONS, NEEDED, READERS, cells_of
from services.board.rules.wishes import WishPost
from services.catalogue.models import ProductClass
from services.core.characters import narrow
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.sheets import TableRow, raise_first, rows_of
from services.core.work import Work
from services.organisations.chain import ChainNode
from services.organisations.models import ClusterOrganisation, Organisation

MOST_NAMES = 1000
MOST_EXPORTED = 2000
HEADS = tuple(spellings[0] for spellings in COLUMNS.values())


class CellUnreadable(ParticularWrong):
    """A cell does not say what its column needs."""

    message = N_("This is not understood. Look at the sample table.")


class TwiceTold(RuleBroken):
    """Two rows of the table say the same."""

    message = N_("Another row of this table says nearly the same.")
    field = "title"


@dataclass(frozen=True)
class PlannedPost:
    """A row of the table that can be taken in."""

    row: TableRow
    wish: WishPost


@dataclass(frozen=True)
class PostPlan:
    """What a table would do: the rows that can be taken in, and what is wrong with the others."""

    rows: list[PlannedPost]
    errors: list[RuleBroken]


@dataclass(frozen=True)
class _Named:
    """The classes and nodes by their codes and names."""

    products: dict[str, str]
    nodes: dict[str, int]


def plan_posts(work: Work, table: str, *, sends: bool) -> PostPlan:
    """Return what taking in ``table`` would do: as drafts, or sent in, which asks for more.

    Raises RulesBroken when it is no table with the needed columns.
    """
    work.require(Permission.POST_WRITE)
    firm = work.session.get(Organisation, work.actor.organisation_id or 0)
    if firm is None:
        raise NotFound
    named, plan = _named(work, firm.id), PostPlan([], [])
    association_id = association_of(work.session, firm.id)
    for row in rows_of(table, COLUMNS, needed=NEEDED):
        wish, found = _read(row, named)
        if wish is not None:
            found += draft_problems(work.session, wish)
            if sends:
                found += [one for one in problems(work, firm, wish, association_id) if not _is_told(one, found)]
                found += _duplicates(work, firm.id, wish, [other.wish for other in plan.rows])
        plan.errors.extend(row.wrong(fault) for fault in found)
        if wish is not None and not found:
            plan.rows.append(PlannedPost(row, wish))
    return plan


def import_posts(work: Work, table: str, *, sends: bool) -> list[Post]:
    """Keep every row of a table as a draft, or send it in. Raises RulesBroken with an error for each row."""
    plan = plan_posts(work, table, sends=sends)
    raise_first(plan.errors)
    made = [save_draft(work, planned.wish) for planned in plan.rows]
    return [submit(work, post.id, knowingly=True) for post in made] if sends else made


def exported_posts(work: Work) -> Iterator[list[str]]:
    """Yield the firm's own posts as rows, number and state first, in the columns that are read back."""
    work.require(Permission.POST_WRITE)
    statement = (
        select(Post)
        .options(
            selectinload(Post.specs), selectinload(Post.targets), selectinload(Post.product), selectinload(Post.node)
        )
        .where(Post.organisation_id == work.actor.organisation_id)
        .order_by(Post.id.desc())
        .limit(MOST_EXPORTED)
    )
    for post in work.session.scalars(statement):
        product, node = post.product.name if post.product else "", post.node.name if post.node else ""
        yield [post.no or "", post.state.value, *cells_of(wish_of(post), product=product, node=node)]


def _read(row: TableRow, named: _Named) -> tuple[WishPost | None, list[RuleBroken]]:
    values: dict[str, Any] = {}
    found: list[RuleBroken] = []
    for column in COLUMNS:
        part, read = READERS.get(column, (column, str))
        try:
            values[part] = read(row[column])
        except ValueError:
            found.append(CellUnreadable(field=column))
    product, node = narrow(row["product_code"]), narrow(row["node_id"])
    values["product_code"] = named.products.get(product)
    values["node_id"] = named.nodes.get(node)
    if product and values["product_code"] is None:
        found.append(ReferenceUnknown(field="product_code"))
    if node and values["node_id"] is None:
        found.append(ReferenceUnknown(field="node_id"))
    direction = _direction(row["direction"], values.get("type"))
    if direction is None:
        found.append(CellUnreadable(field="direction"))
    if found or direction is None:
        return None, found
    return WishPost(**values | {"direction": direction}), []


def _direction(cell: str, kind: Any) -> Direction | None:
    """Return the direction that a cell names, or the only one that the kind of post has."""
    if narrow(cell):
        return DIRECTIONS.get(narrow(cell))
    allowed = ALLOWED.get(kind, frozenset())
    return next(iter(allowed)) if len(allowed) == 1 else None


def _is_told(fault: RuleBroken, found: Sequence[RuleBroken]) -> bool:
    return any((one.field, one.message) == (fault.field, fault.message) for one in found)


def _duplicates(work: Work, organisation_id: int, wish: WishPost, others: Sequence[WishPost]) -> list[RuleBroken]:
    """Return the error that names a post of the firm, or a row above, that says nearly the same."""
    duplicate = duplicate_of(work, organisation_id, wish)
    if duplicate is not None:
        return [duplicate]
    alike = [other for other in others if (other.type, other.product_code) == (wish.type, wish.product_code)]
    return [TwiceTold()] if any(is_duplicate(wish.title, other.title) for other in alike) else []


def _named(work: Work, organisation_id: int) -> _Named:
    """Return what the cells can mean: product classes, and the nodes of the firm's clusters."""
    session = work.session
    products = session.execute(select(ProductClass.code, ProductClass.name).limit(MOST_NAMES)).all()
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == organisation_id)
    nodes = session.execute(
        select(ChainNode.name, ChainNode.id)
        .where(ChainNode.cluster_id.in_(clusters))
        .order_by(ChainNode.id.desc())
        .limit(MOST_NAMES)
    ).all()
    by_code = {code: code for code, _ in products}
    return _Named({name: code for code, name in products} | by_code, dict(nodes))
