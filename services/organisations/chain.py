"""The industrial chain of a cluster: its nodes, and which node supplies which."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.core.base import Base


class ChainNode(Base):
    """A step of the chain, e.g. 玻璃棒管 or 成品制造. Firms stand at the node that their entry names."""

    __tablename__ = "chain_node"
    __table_args__ = (UniqueConstraint("cluster_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    name: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("chain_node.id"))


class ChainEdge(Base):
    """``from`` supplies ``to``: the two are neighbours."""

    __tablename__ = "chain_edge"
    __table_args__ = (CheckConstraint("from_id <> to_id", name="other"),)

    from_id: Mapped[int] = mapped_column(ForeignKey("chain_node.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("chain_node.id"), primary_key=True, index=True)
