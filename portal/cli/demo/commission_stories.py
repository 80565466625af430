"""Fifth stage: commissions and questions before them, made by the operations that people use, each step at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from portal.cli.demo import commission_acts, commission_bench
from portal.cli.demo.acts import Cast
from portal.cli.demo.commission_acts import Ordered
from portal.cli.demo.consultation_acts import WORDS as ASKED
from portal.cli.demo.consultation_acts import Asked
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import stories
from portal.cli.demo.stories import Event, settle_the_past
from services.booking.models import Outage
from services.booking.operations.outages import affected, enter_outage
from services.booking.rules import Span
from services.catalogue.models import Resource
from services.core.actor import Actor
from services.core.settings import Setting
from services.core.work import Work
from services.laboratory.operations.replanning import replan

TOLD = "demo.commissions"
ORDERED = commission_acts.WORDS | commission_bench.WORDS

Telling = tuple[str, dict[str, Any]]


def load_commissions(loading: Loading) -> None:
    """Let every story happen that has not been told in this database yet, all in the order of time."""
    session = loading.work.session
    told = session.get(Setting, TOLD)
    ids: dict[str, int] = dict(told.value) if told else {}
    new = [one for one in _stories() if one[1]["key"] not in ids and (one[1].get("small") or not loading.small)]
    if not new:
        return
    cast = Cast(session, loading.days)
    events = [event for kind, story in new for event in _events(loading, cast, kind, story, ids)]
    for _, happen in sorted(events, key=lambda event: event[0]):  # stable: what is told first happens first
        happen()
    loading.added.update("outage" if kind == "failures" else kind[:-1] for kind, _ in new)
    session.merge(Setting(name=TOLD, value=ids))
    settle_the_past(loading)


def _stories() -> Iterator[Telling]:
    for kind, book in stories("commissions").items():
        for story in book:
            yield kind, story


def _events(loading: Loading, cast: Cast, kind: str, story: dict[str, Any], ids: dict[str, int]) -> Iterator[Event]:
    """Yield the moments of one story; the first one makes what it is about, the others find it by its key."""
    if kind == "failures":
        yield _failure(cast, story, ids)
        return
    told: Any = (Ordered if kind == "commissions" else Asked)(cast, story, loading.settings)
    book: dict[str, Callable[[Any, dict[str, Any]], Any]] = ORDERED if kind == "commissions" else ASKED
    for at, word, *more in story["acts"]:
        act = {"at": at, **(more[0] if more else {})}

        def happen(act: dict[str, Any] = act, word: str = word) -> None:
            book[word](told, act)
            ids[story["key"]] = told.id

        yield cast.days.moment(at), happen


def _failure(cast: Cast, story: dict[str, Any], ids: dict[str, int]) -> Event:
    """Return the moment at which an instrument fails: the tests on it move to the next free place."""
    moment = cast.days.moment(story["at"])

    def happen() -> None:
        work = cast.work(story["by"], moment)
        resource = cast.session.query(Resource).filter_by(code=story["resource"]).one()
        span = Span(cast.days.moment(story["from"]), cast.days.moment(story["to"]))
        hit = [booking.id for booking in affected(work, resource.id, None, span)]
        outage: Outage = enter_outage(
            work, resource_id=resource.id, span=span, kind="breakdown", reason=story["reason"], decisions={}
        )
        for booking_id in hit:
            replan(Work(cast.session, Actor.system("demo"), moment), booking_id)
        ids[story["key"]] = outage.id

    return moment, happen
