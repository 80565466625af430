"""Meetings of the association as data/association.json tells them: convened, held, voted in, counted and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from portal.cli.demo.association_house import Event, House
from services.association.models.ballots import Choice, RollEntry
from services.association.models.dues import DuesInvoice, DuesWaiver
from services.association.models.meetings import Answer, Body, Mode, MotionSubject, Proxy
from services.association.models.register import CharterEdition, Member, MembershipApplication
from services.association.operations import attending, bringing, counting, meetings, motions, pacts, proxies, voting
from services.association.operations.deciding import carry_out
from services.association.queries.electorate import sitting_in
from services.association.queries.members import charter_draft

Story = dict[str, Any]

MINUTE = timedelta(minutes=1)
EACH_MOTION = 20 * MINUTE
FOR_A_VOTE = 10 * MINUTE


def meeting_events(house: House) -> Iterator[Event]:
    """Yield the moments of all meetings and of what members proposed."""
    for story in house.book["meetings"]:
        yield from _Assembly(house, story).events()
    for story in house.book["proposals"]:
        yield house.moment(story["at"]), partial(_propose, house, story)


class _Assembly:
    """One meeting: planned, and then as far as its day and its story go."""

    def __init__(self, house: House, story: Story) -> None:
        self.house, self.story = house, story
        self.body, self.mode = Body(story["body"]), Mode(story["mode"])
        self.starts_at = house.days.moment(story["starts"])
        self.id = 0
        self.motion_ids: list[int] = []

    def events(self) -> Iterator[Event]:
        """Yield the moments of the meeting."""
        yield self.house.moment(self.story["planned"]), self._plan
        if "convened" not in self.story:
            return
        convened = self.house.moment(self.story["convened"])
        yield convened, lambda: meetings.convene(self._office(convened), self.id)
        yield from self._answers(convened)
        if self.starts_at > self.house.days.now:
            return
        yield self.starts_at, self._begin
        for place, motion in enumerate(self.story["motions"]):
            yield from self._vote(place, motion)
        if "minutes" in self.story:
            ends_at = self.house.days.moment(self.story["ends"])
            yield ends_at, lambda: meetings.close_meeting(self._office(ends_at), self.id)
            yield ends_at + timedelta(hours=26), self._write_minutes

    def _office(self, moment: datetime):
        return self.house.office(moment)

    def _plan(self) -> None:
        moment = self.house.moment(self.story["planned"])
        texts = {name: self.story[name] for name in ("title", "place", "agenda", "chair")}
        ends_at = self.house.days.moment(self.story["ends"])
        wish = meetings.MeetingWish(self.body, self.mode, starts_at=self.starts_at, ends_at=ends_at, **texts)
        self.id = meetings.plan_meeting(self._office(moment), self.house.id, wish).id
        for motion in self.story["motions"]:
            motion_id = BRINGERS[motion["about"]](self.house, motion, moment)
            listing = motions.Listing(self.id, is_secret=motion.get("secret", False))
            motions.put_on_agenda(self._office(moment), motion_id, listing)
            self.motion_ids.append(motion_id)

    def _answers(self, convened: datetime) -> Iterator[Event]:
        for answer, keys in self.story.get("answers", {}).items():
            for place, key in enumerate(keys, 1):
                moment = convened + timedelta(hours=5 * place)
                yield moment, partial(self._answer, key, Answer(answer), moment)
        for told in self.story.get("proxies", ()):
            yield self.house.moment(told["at"]), partial(self._give_proxy, told)

    def _answer(self, key: str, answer: Answer, moment: datetime) -> None:
        meetings.answer_notice(self.house.voter(key, moment), self.id, self.house.member(key).id, answer)

    def _give_proxy(self, told: Story) -> None:
        house, moment = self.house, self.house.moment(told["at"])
        principal, agent = house.member(told["from"]), house.member(told["to"])
        given: Proxy = proxies.file_proxy(
            house.voter(told["from"], moment),
            house.loading.settings.uploads,
            self.id,
            principal_id=principal.id,
            agent_id=agent.id,
            document=house.paper(
                "授权委托书", f"兹委托{agent.organisation.name}出席{self.story['title']}并行使表决权。", moment
            ),
        )
        if "accepted" in told:
            proxies.accept_proxy(self._office(house.moment(told["accepted"])), given.id)

    def _begin(self) -> None:
        """Begin, with everybody present who is not told to be absent; by correspondence nobody is."""
        if self.mode is not Mode.CORRESPONDENCE:
            for member in self._sitting():
                if self._key(member) not in self.story["absent"]:
                    attending.mark_present(self._office(self.starts_at - 5 * MINUTE), self.id, member.id)
        meetings.begin_meeting(self._office(self.starts_at), self.id)

    def _sitting(self) -> list[Member]:
        day = self.house.office(self.starts_at).today
        return list(self.house.session.scalars(sitting_in(self.house.id, self.body, day)))

    def _key(self, member: Member) -> str:
        assert member.organisation.key is not None
        return member.organisation.key

    def _vote(self, place: int, motion: Story) -> Iterator[Event]:
        if "votes" in motion:
            yield from self._vote_by_letter(place, motion["votes"])
            return
        opens = self.starts_at + (place + 1) * EACH_MOTION
        yield opens, partial(self._vote_in_the_room, place, motion, opens)

    def _vote_in_the_room(self, place: int, motion: Story, opens: datetime) -> None:
        """Open the vote, let everybody who is present vote, close it, count it, carry it out and publish it."""
        motion_id, closes = self.motion_ids[place], opens + FOR_A_VOTE
        voting.open_vote(self._office(opens), motion_id, closes)
        choices = dict.fromkeys(motion.get("against", ()), Choice.AGAINST)
        choices |= dict.fromkeys(motion.get("abstain", ()), Choice.ABSTAIN)
        for key in self._roll(motion_id):
            if key not in self.story["absent"]:
                self._cast(motion_id, key, choices.get(key, Choice.FOR), opens + MINUTE)
        counting.close_vote(self._office(closes), motion_id)
        counting.count_votes(self._office(closes + MINUTE), motion_id)
        carry_out(self.house.clockwork(closes + MINUTE), motion_id=motion_id)
        counting.publish_count(self._office(closes + 2 * MINUTE), motion_id)

    def _vote_by_letter(self, place: int, votes: dict[str, list[str]]) -> Iterator[Event]:
        """Open the vote, and let some of those who are entitled have voted by now, one after the other."""
        opens = self.starts_at + 30 * MINUTE
        yield opens, lambda: voting.open_vote(self._office(opens), self.motion_ids[place])
        cast = [(key, Choice(choice)) for choice, keys in votes.items() for key in keys]
        for turn, (key, choice) in enumerate(cast, 1):
            moment = opens + turn * timedelta(hours=6)
            yield moment, partial(self._cast_later, place, key, choice, moment)

    def _cast_later(self, place: int, key: str, choice: Choice, moment: datetime) -> None:
        self._cast(self.motion_ids[place], key, choice, moment)

    def _cast(self, motion_id: int, key: str, choice: Choice, moment: datetime) -> None:
        voting.vote(self.house.voter(key, moment), motion_id, self.house.member(key).id, choice)

    def _roll(self, motion_id: int) -> list[str]:
        statement = select(Member).join(RollEntry, RollEntry.member_id == Member.id)
        found = self.house.session.scalars(statement.where(RollEntry.motion_id == motion_id).order_by(Member.id))
        return [self._key(member) for member in found]

    def _write_minutes(self) -> None:
        moment = min(self.house.days.moment(self.story["ends"]) + timedelta(hours=26), self.house.days.now)
        work = self._office(moment)
        meeting = work.session.get_one(meetings.Meeting, self.id)
        meetings.write_minutes(work, self.id, self.story["minutes"], "秘书处A", meeting.version)
        meetings.publish_minutes(self._office(moment), self.id)


def _charter(house: House, _: Story, moment: datetime) -> int:
    draft: CharterEdition | None = charter_draft(house.session, house.id)
    assert draft is not None
    return bringing.bring_charter(house.office(moment), draft.id).id


def _dues_table(house: House, motion: Story, moment: datetime) -> int:
    return bringing.bring_table(house.office(moment), house.tables[motion["of"]]).id


def _general(house: House, motion: Story, moment: datetime) -> int:
    wish = {"about": MotionSubject.GENERAL, "title": motion["title"], "text": motion["text"]}
    return motions.draft_motion(house.office(moment), house.id, **wish).id


def _pact(house: House, _: Story, moment: datetime) -> int:
    motion_id = pacts.put_to_meeting(house.office(moment), house.id).motion_id
    assert motion_id is not None
    return motion_id


def _expulsion(house: House, motion: Story, moment: datetime) -> int:
    return bringing.bring_expulsion(house.office(moment), house.member(motion["of"]).id, motion["text"]).id


def _waiver(house: House, motion: Story, _: datetime) -> int:
    statement = (
        select(DuesWaiver.id)
        .join(DuesInvoice, DuesInvoice.id == DuesWaiver.invoice_id)
        .where(DuesInvoice.member_id == house.member(motion["of"]).id)
    )
    return house.waiting_motion(MotionSubject.WAIVER, house.session.scalars(statement).one()).id


def _application(house: House, motion: Story, _: datetime) -> int:
    statement = select(MembershipApplication.id).where(
        MembershipApplication.organisation_id == house.firms[motion["of"]]
    )
    return house.waiting_motion(MotionSubject.APPLICATION, house.session.scalars(statement).one()).id


BRINGERS: dict[str, Callable[[House, Story, datetime], int]] = {
    "application": _application,
    "charter": _charter,
    "dues_table": _dues_table,
    "expulsion": _expulsion,
    "general": _general,
    "pact": _pact,
    "waiver": _waiver,
}
"""How each kind of matter comes before a meeting."""


def _propose(house: House, story: Story) -> None:
    key, moment = story["by"], house.moment(story["at"])
    wish = {"title": story["title"], "text": story["text"]}
    motion = motions.propose(house.voter(key, moment), house.member(key).id, **wish)
    if "declined" in story:
        motions.decline(house.office(house.moment(story["declined"])), motion.id, story["reason"])
