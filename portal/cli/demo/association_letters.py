"""What the association tells: the pact and who signs it, applications, notices and documents, mailings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from portal.cli.demo.association_house import Event, House
from portal.cli.demo.sheets import Row
from services.association.models.notices import Audience, NoticeKind
from services.association.operations import admitting, joining, mailing, notices, pacts
from services.association.queries.pacts import pact_in_force
from services.association.queries.readers import Segment, addressees
from services.organisations.models import Organisation

Story = dict[str, Any]

SIGNING_BEGINS = "d-109 09:00"


def pact_events(house: House) -> Iterator[Event]:
    """Yield the writing of the pact, and its signatures after a meeting has adopted it."""
    told = house.book["pact"]
    yield (
        house.moment(told["at"]),
        lambda: pacts.write_draft(
            house.office(house.moment(told["at"])), house.id, title=told["title"], text=told["text"]
        ),
    )
    for row in house.rows.values():
        if row["signs"]:
            yield house.moment(SIGNING_BEGINS) + timedelta(days=int(row["signs"])), partial(_sign, house, row)


def _sign(house: House, row: Row) -> None:
    moment = house.moment(SIGNING_BEGINS) + timedelta(days=int(row["signs"]))
    pact = pact_in_force(house.session, house.id)
    assert pact is not None
    work = house.firm(row["key"], moment)
    pacts.sign(work, pact.id, person_name=work.actor.name)


def application_events(house: House) -> Iterator[Event]:
    """Yield the moments of the applications; the council decides in its meetings."""
    for story in house.book["applications"]:
        told: dict[str, int] = {}
        yield house.moment(story["at"]), partial(_apply, house, story, told)
        for name in ("returned", "published", "laid"):
            if name in story:
                yield house.moment(story[name]), partial(STEPS[name], house, story, told)
        for objection in story.get("objections", ()):
            yield house.moment(objection["at"]), partial(_object, house, objection, told)


def _apply(house: House, story: Story, told: dict[str, int]) -> None:
    work = house.firm(story["firm"], house.moment(story["at"]))
    firm = house.session.get_one(Organisation, work.actor.organisation_id)
    assert work.actor.person_id is not None
    wish = joining.JoinWish(
        story["introduction"],
        "企业管理员",
        firm.contact_phone,
        work.actor.person_id,
        accepts_charter=True,
        shows_name=True,
    )
    told["id"] = joining.apply(work, house.id, wish).id


def _object(house: House, objection: Story, told: dict[str, int]) -> None:
    joining.object_to(house.firm(objection["by"], house.moment(objection["at"])), told["id"], objection["text"])


def _return(house: House, story: Story, told: dict[str, int]) -> None:
    admitting.return_application(house.office(house.moment(story["returned"])), told["id"], story["reason"])


STEPS = {
    "returned": _return,
    "published": lambda house, story, told: admitting.publish(
        house.office(house.moment(story["published"])), told["id"]
    ),
    "laid": lambda house, story, told: admitting.end_notice(house.office(house.moment(story["laid"])), told["id"]),
}
"""What the secretariat does with an application."""


def notice_events(house: House) -> Iterator[Event]:
    """Yield the notices and documents, one of them still a draft, and who confirmed to have read them."""
    for story in house.book["notices"]:
        told: dict[str, int] = {}
        published = house.moment(story["at"])
        yield published, partial(_publish, house, story, told)
        for place, key in enumerate(story.get("confirmed", ()), 1):
            yield published + timedelta(hours=3 * place), partial(_confirm, house, story, place, key, told)


def _publish(house: House, story: Story, told: dict[str, int]) -> None:
    moment = house.moment(story["at"])
    wish = notices.WishNotice(
        NoticeKind(story["kind"]),
        Audience(story["audience"]),
        story["title"],
        story["text"],
        wants_receipt=story.get("receipt", False),
    )
    notice = notices.write_notice(house.office(moment), house.id, wish)
    house.session.flush()
    if "paper" in story:
        paper = house.paper(story["title"], story["paper"], moment)
        notices.add_file(house.office(moment), notice.id, house.loading.settings.uploads, paper)
    if not story.get("draft"):
        notices.publish(house.office(moment), notice.id)
    told["id"] = notice.id


def _confirm(house: House, story: Story, place: int, key: str, told: dict[str, int]) -> None:
    notices.confirm(house.firm(key, house.moment(story["at"]) + timedelta(hours=3 * place)), told["id"])


def mailing_events(house: House) -> Iterator[Event]:
    """Yield the templates and the mailings: one that was sent, one that is being prepared."""
    for story in house.book["templates"]:
        yield house.moment(story["at"]), partial(_keep_template, house, story)
    for story in house.book["mailings"]:
        yield house.moment(story["at"]), partial(_prepare, house, story)


def _keep_template(house: House, story: Story) -> None:
    words = {name: story[name] for name in ("name", "subject", "text")}
    mailing.save_template(house.office(house.moment(story["at"])), house.id, **words)


def _prepare(house: House, story: Story) -> None:
    segment = Segment.of(story["segment"])
    work = house.office(house.moment(story["at"]))
    prepared = mailing.prepare(work, house.id, subject=story["subject"], text=story["text"], segment=segment)
    house.session.flush()
    if "sent" in story:
        moment = house.moment(story["sent"])
        counted = len(addressees(house.session, house.id, segment, house.office(moment).today))
        mailing.send(house.office(moment), prepared.id, counted=counted)
        mailing.mail_batch(house.clockwork(moment), mailing_id=prepared.id)
