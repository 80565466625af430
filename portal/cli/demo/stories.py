"""Fourth stage: bookings, told as stories and made by the operations that people use, each step at its own time.

So the claims, orders, receipts, messages, histories and audit entries are the ones that the portal itself would leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from portal.cli.demo.acts import ACTS, Cast, Told
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import stories
from services.booking.models import Outage
from services.booking.operations.outages import Decision, Fate, affected, enter_outage
from services.booking.rules import Span
from services.catalogue.models import Resource
from services.core.notices import Notification
from services.core.outbox import OutboxTask, TaskState
from services.core.settings import Setting

TOLD = "demo.stories"
SETTLED_AFTER = timedelta(days=2)

Event = tuple[datetime, Callable[[], None]]


def load_stories(loading: Loading) -> None:
    """Let every story happen that has not been told in this database yet, all in the order of time."""
    told = loading.work.session.get(Setting, TOLD)
    ids: dict[str, int] = dict(told.value) if told else {}
    book = stories()
    new = [story for story in book["bookings"] if _is_new(story, ids, loading)]
    outages = [outage for outage in book["outages"] if _is_new(outage, ids, loading)]
    if not new and not outages:
        return
    cast = Cast(loading.work.session, loading.days)
    events = [event for story in new for event in _story(cast, story, ids)]
    events += [_outage(cast, outage, ids) for outage in outages]
    for _, happen in sorted(events, key=lambda event: event[0]):  # stable: what is told first happens first
        happen()
    loading.added["booking"] += len(new)
    loading.added["outage"] += len(outages)
    loading.work.session.merge(Setting(name=TOLD, value=ids))
    settle_the_past(loading)


def _is_new(story: dict[str, Any], ids: dict[str, int], loading: Loading) -> bool:
    return story["key"] not in ids and (story.get("small", False) or not loading.small)


def _story(cast: Cast, story: dict[str, Any], ids: dict[str, int]) -> Iterator[Event]:
    """Yield the moments of one booking; the first one makes it, the others find it by its key."""
    told = Told(cast, story)
    for act in story["acts"]:
        perform = ACTS[act["do"]]

        def happen(act: dict[str, Any] = act, perform: Callable[[Told, dict[str, Any]], None] = perform) -> None:
            perform(told, act)
            ids[story["key"]] = told.booking_id

        yield cast.days.moment(act["at"]), happen


def _outage(cast: Cast, told: dict[str, Any], ids: dict[str, int]) -> Event:
    """Return the moment at which an outage is entered; whether and how to move the bookings it hits stays open."""
    moment = cast.days.moment(told["at"])

    def happen() -> None:
        work = cast.work(told["by"], moment)
        resource = cast.session.scalars(select(Resource).where(Resource.code == told["resource"])).one()
        span = Span(cast.days.moment(told["from"]), cast.days.moment(told["to"]))
        hit = affected(work, resource.id, told["unit"], span)
        outage: Outage = enter_outage(
            work,
            resource_id=resource.id,
            unit=told["unit"],
            span=span,
            kind="maintenance",
            reason=told["reason"],
            decisions={booking.id: Decision(Fate.LATER) for booking in hit},
        )
        ids[told["key"]] = outage.id

    return moment, happen


def settle_the_past(loading: Loading) -> None:
    """Leave messages unread and letters unsent only where they are two days old or newer, as they would be."""
    before = loading.work.now - SETTLED_AFTER
    settled = (
        update(Notification)
        .where(Notification.at < before, Notification.read_at.is_(None))
        .values(read_at=Notification.at),
        update(OutboxTask)
        .where(OutboxTask.due_at < before, OutboxTask.state == TaskState.WAITING)
        .values(state=TaskState.DONE, finished_at=OutboxTask.due_at),
    )
    for statement in settled:
        loading.work.session.execute(statement.execution_options(synchronize_session=False))
