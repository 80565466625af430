"""Seventh stage: chain nodes, and the posts of the board with what came of them, each step at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from portal.cli.demo.acts import Cast, organisation_key
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import stories
from portal.cli.demo.stories import Event, settle_the_past
from services.board.models.interests import AmountBand
from services.board.models.posts import Direction, Post, PostType, Visibility
from services.board.models.reviews import AbuseReason, ReviewOutcome
from services.board.operations import abuse, contributing, deals, interests, posts, reviewing
from services.board.operations.clocks import close_unanswered, remind_of_interests
from services.board.operations.matching import match
from services.board.operations.sweeping import expire_due
from services.board.rules.reviewing import Checklist
from services.board.rules.wishes import SpecWish, WishPost
from services.catalogue.models import ProductClass
from services.core.actor import Actor
from services.core.settings import Setting
from services.core.work import Work
from services.organisations.chain import ChainEdge, ChainNode
from services.organisations.models import Cluster, ClusterOrganisation, Organisation

TOLD = "demo.board"
ALL_RIGHT = Checklist(True, True, True, True, True, True)
FORBIDDEN = (("烟花爆竹", "须专项许可"), ("危险化学品", "须专项许可"), ("一级文物", "法律禁止买卖"))


def load_board(loading: Loading) -> None:
    """Let everything on the board happen that has not been told in this database yet, in the order of time."""
    session = loading.work.session
    _load_chain(loading)
    told = session.get(Setting, TOLD)
    ids: dict[str, int] = dict(told.value) if told else {}
    book = stories("posts")
    new = [
        (kind, story)
        for kind in book
        for story in book[kind]
        if story["key"] not in ids and (story["small"] or not loading.small)
    ]
    if not new:
        return
    board = _Board(loading, ids)
    events = [event for kind, story in new for event in board.events(kind, story)]
    for _, happen in sorted(events, key=lambda event: event[0]):  # stable: what is told first happens first
        happen()
    board.pass_time()
    loading.added.update(kind[:-1] for kind, _ in new)
    session.merge(Setting(name=TOLD, value=ids))
    settle_the_past(loading)


def _load_chain(loading: Loading) -> None:
    """Add the nodes and edges of the chains that are not there yet."""
    session = loading.work.session
    clusters = loading.ids(Cluster.key, Cluster.id)
    known = {
        (node.cluster_id, node.name): node.id for node in session.scalars(select(ChainNode).order_by(ChainNode.id))
    }
    edges = {(one.from_id, one.to_id) for one in session.scalars(select(ChainEdge).order_by(ChainEdge.from_id))}
    for row in loading.sheet("chain"):
        ends = []
        for name in (row["from"], row["to"]):
            place = (clusters[row["cluster"]], name)
            if place not in known:
                node = ChainNode(cluster_id=place[0], name=name)
                session.add(node)
                session.flush()
                loading.count([node])
                known[place] = node.id
            ends.append(known[place])
        if tuple(ends) not in edges:
            session.add(ChainEdge(from_id=ends[0], to_id=ends[1]))
    session.flush()


class _Board:
    """The board while its stories are told."""

    def __init__(self, loading: Loading, ids: dict[str, int]) -> None:
        self.loading = loading
        self.session = loading.work.session
        self.cast = Cast(self.session, loading.days)
        self.ids = ids
        self.tell: dict[str, Callable[[dict[str, Any]], Iterator[Event]]] = {
            "posts": self._post,
            "interests": self._interest,
            "contributions": self._contribution,
            "reports": self._report,
        }

    def events(self, kind: str, story: dict[str, Any]) -> Iterator[Event]:
        """Yield the moments of one story."""
        yield from self.tell[kind](story)

    def pass_time(self) -> None:
        """Let the clocks run up to the moment of loading, and find the counterparts of what is open."""
        work = Work(self.session, Actor.system("demo"), self.loading.work.now)
        expire_due(work)
        remind_of_interests(work)
        close_unanswered(work)
        for post_id in self.session.scalars(select(Post.id).order_by(Post.id)).all():
            match(work, post_id)

    def _post(self, story: dict[str, Any]) -> Iterator[Event]:
        written = self._moment(story["at"])

        def write() -> None:
            work = self._work(story["by"], story["at"])
            post = posts.save_draft(work, self._wish(story))
            self.ids[story["key"]] = post.id
            if story["end"] != "draft":
                posts.submit(work, post.id)

        yield written, write
        if story["end"] in {"publish", "expire", "return"}:
            yield written, lambda: self._review(story)

    def _review(self, story: dict[str, Any]) -> None:
        post = self.session.get_one(Post, self.ids[story["key"]])
        fronts = self.loading.ids(Organisation.key, Organisation.id)
        reviewers = {fronts.get("S01"): "s01_sec", fronts.get("S02"): "s02_sec", None: "op1"}
        work = self._work(reviewers[post.association_id], story["at"], reviewers[post.association_id] == "op1")
        returned = story["end"] == "return"
        outcome = ReviewOutcome.RETURNED if returned else ReviewOutcome.PUBLISHED
        checklist = Checklist(True, True, False, True, True, True) if returned else ALL_RIGHT
        decision = reviewing.Decision(post.version, outcome, checklist, reason=story.get("reason", ""))
        reviewing.review(work, post.id, decision)

    def _interest(self, story: dict[str, Any]) -> Iterator[Event]:
        def send() -> None:
            work = self._work(story["by"], story["at"])
            firm = self.session.get_one(Organisation, work.actor.organisation_id)
            said = interests.WishInterest(
                story["wish"],
                story["abilities"],
                firm.contact_name or work.actor.name,
                firm.contact_phone,
                story["questions"],
            )
            self.ids[story["key"]] = interests.send(work, self.ids[story["post"]], said).id

        yield self._moment(story["at"]), send
        for at, word, *more in story["acts"]:
            yield self._moment(at), self._deed(story, at, word, more[0] if more else {})

    def _deed(self, story: dict[str, Any], at: str, word: str, how: dict[str, Any]) -> Callable[[], None]:
        def happen() -> None:
            interest_id = self.ids[story["key"]]
            post = self.session.get_one(Post, self.ids[story["post"]])
            login = story["by"] if how.get("side") == "sender" else self._poster(post)
            work = self._work("s01_sec" if word == "forward" else login, at)
            DEEDS[word](work, interest_id, how)

        return happen

    def _poster(self, post: Post) -> str:
        firm = self.session.get_one(Organisation, post.organisation_id)
        return f"{(firm.key or '').lower()}_admin"

    def _contribution(self, story: dict[str, Any]) -> Iterator[Event]:
        def add() -> None:
            work = self._work(story["by"], story["at"])
            contributing.contribute(work, self.ids[story["post"]], _milli(story["quantity"]) or 0)
            self.ids[story["key"]] = self.ids[story["post"]]

        yield self._moment(story["at"]), add

    def _report(self, story: dict[str, Any]) -> Iterator[Event]:
        def report() -> None:
            work = self._work(story["by"], story["at"])
            made = abuse.report_abuse(work, self.ids[story["post"]], AbuseReason(story["reason"]), story["text"])
            self.ids[story["key"]] = made.id

        yield self._moment(story["at"]), report
        for at, _, how in story["acts"]:
            yield (
                self._moment(at),
                lambda at=at, how=how: abuse.uphold(
                    self._work("op1", at, True), self.ids[story["key"]], reason=how["reason"]
                ),
            )

    def _work(self, login: str, at: str, is_platform: bool = False) -> Work:
        key = "OP" if is_platform else organisation_key(login)
        return self.cast.work(login, self._moment(at), key)

    def _moment(self, words: str) -> datetime:
        return self.loading.days.moment(words)

    def _wish(self, story: dict[str, Any]) -> WishPost:
        told = dict(story["post"])
        firm = self.session.get_one(
            Organisation, self.cast.actor(story["by"], organisation_key(story["by"])).organisation_id
        )
        given: dict[str, Any] = {
            "type": PostType(told.pop("type")),
            "direction": Direction(told.pop("direction")),
            "visibility": Visibility(told.pop("visibility")),
            "node_id": self._node(firm, told.pop("node", None)),
            "target_nodes": tuple(filter(None, (self._node(firm, name) for name in told.pop("targets", ())))),
            "quantity_milli": _milli(told.pop("quantity", None)),
            "price_from_fen": _fen(told.pop("price_from", None)),
            "price_to_fen": _fen(told.pop("price_to", None)),
            "specs": tuple(SpecWish(*row) for row in told.pop("specs", ())),
            "keywords": tuple(told.pop("keywords", ())),
            "product_code": self._product(told.pop("product_code", None)),
        }
        if "gathers_until" in told:
            given["gathers_until"] = self.loading.days.day(told.pop("gathers_until"))
        contact = {"contact_name": firm.contact_name or "业务联系人", "contact_phone": firm.contact_phone}
        return WishPost(**given, **told, **contact)

    def _product(self, code: str | None) -> str | None:
        return code if code and self.session.get(ProductClass, code) else None

    def _node(self, firm: Organisation, name: str | None) -> int | None:
        statement = (
            select(ChainNode.id)
            .join(ClusterOrganisation, ClusterOrganisation.cluster_id == ChainNode.cluster_id)
            .where(ClusterOrganisation.organisation_id == firm.id, ChainNode.name == name)
            .order_by(ChainNode.id)
        )
        return self.session.scalars(statement.limit(1)).first()


def _milli(amount: float | None) -> int | None:
    return None if amount is None else int(Decimal(str(amount)) * 1000)


def _fen(yuan: float | None) -> int | None:
    return None if yuan is None else int(Decimal(str(yuan)) * 100)


DEEDS: dict[str, Callable[[Work, int, dict[str, Any]], object]] = {
    "see": lambda work, one, _: interests.see(work, one),
    "accept": lambda work, one, _: interests.accept(work, one),
    "reveal": lambda work, one, _: interests.reveal(work, one),
    "negotiate": lambda work, one, _: interests.negotiate(work, one),
    "forward": lambda work, one, _: interests.forward(work, one),
    "decline": lambda work, one, how: interests.decline(work, one, reason=how["reason"]),
    "fail": lambda work, one, how: interests.fail(work, one, reason=how["reason"]),
    "deal": lambda work, one, how: deals.record_deal(
        work, one, band=AmountBand(how["band"]), closes_post=how.get("closes", False)
    ),
    "rate": lambda work, one, how: deals.rate(work, one, stars=how["stars"], text=how["text"]),
}
"""What can happen to an interest, one function for each word of data/posts.json."""
