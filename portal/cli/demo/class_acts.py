"""What happens in one class of the demonstration, from planning to the paid subsidy, by the operations people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from portal.cli.demo.acts import Cast
from portal.cli.demo.sheets import Row
from services.accounts.models import Person
from services.billing.models import Order, PaymentMethod
from services.billing.operations.orders import record_payment
from services.catalogue.models import Resource
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work
from services.organisations.models import Organisation
from services.training.models.courses import Course, Lesson, LessonKind, TrainingClass
from services.training.models.outcomes import Part, Presence, SubsidyClaim
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations import attending, certifying, classes, finishing, satisfying, subsidies
from services.training.operations.paying import follow_payment
from services.training.operations.registering import Wish, register, withdraw
from services.training.operations.timetables import LessonWish, set_timetable
from services.training.rules.results import parts_of

Event = tuple[datetime, Callable[[], None]]

DAY = timedelta(days=1)
HALVES = ((8 * 60, 12 * 60, 4), (13 * 60 + 30, 17 * 60 + 30, 4))
EVENING = ((18 * 60 + 30, 20 * 60 + 30, 2),)
TOPICS = {LessonKind.THEORY: "理论讲解", LessonKind.PRACTICE: "实操练习"}
OFFICERS = {"C08": ("o04_officer", "O04")}
LONG = 8
"""Of so many lessons somebody may be on leave for one and still be examined."""
FAILED = 2
"""How many of a class that is over did not pass."""
OPINIONS = ("内容实用，师傅讲得细。", "希望多安排一次实操。", "")


class ClassStory:
    """One class: its row of the table, the staff of its centre, and people who come one after the other."""

    def __init__(
        self,
        cast: Cast,
        row: Row,
        course: Course,
        centre: tuple[str, str],
        people: Iterator[tuple[str, Trainee]],
        ids: dict[str, int],
    ) -> None:
        self.cast, self.row, self.course, self.people, self.ids = cast, row, course, people, ids
        self.staff, self.provider = centre
        self.end = row["end"]
        self.himself: Trainee | None = None
        """Who registers last, with an account and for himself."""
        self.starts_on = self._working(cast.days.loaded_on + int(row["starts"]) * DAY)
        self.begins_at = clock.at(self.starts_on, 7 * 60 + 30)
        self.planned_at = min(self.begins_at - 30 * DAY, cast.days.now - 10 * DAY)
        self.opens_at = self.planned_at + DAY
        self.closes_at = clock.at(self.starts_on - DAY, 17 * 60)
        self.firms = {one.key: one for one in cast.session.scalars(select(Organisation))}

    def events(self) -> Iterator[Event]:
        """Yield the moments of the class, the earliest first but for those of its end."""
        now = self.cast.days.now
        yield self.planned_at, self._plan
        seats, waiting = int(self.row["seats"]), int(self.row["waiting"])
        wanted = min(self.closes_at, now) - 2 * DAY
        step = max((wanted - self.opens_at) / max(seats + waiting, 1), timedelta(minutes=1))
        for place in range(seats + waiting):
            moment = min(
                self.opens_at + timedelta(hours=1) + place * step, min(self.closes_at, now) - timedelta(hours=30)
            )
            is_last = place == seats + waiting - 1
            yield moment, partial(self._register_himself if is_last and self.himself else self._register, moment)
            yield moment + timedelta(hours=20), partial(self._pay, moment + timedelta(hours=20))
        yield from self._ends(now)

    def _ends(self, now: datetime) -> Iterator[Event]:
        closing = self.closes_at - timedelta(minutes=5)
        match self.end:
            case "open":
                if self.course.fee_fen and 0 < int(self.row["seats"]) < int(self.row["capacity"]):
                    yield now - timedelta(hours=3), partial(self._register, now - timedelta(hours=3))
            case "offer":
                yield now - timedelta(hours=18), self._one_withdraws
            case "closed" | "short":
                yield (
                    now - timedelta(hours=20),
                    lambda: classes.close_class(self._work(now - timedelta(hours=20)), self.id),
                )
            case "cancelled":
                yield self.begins_at - 3 * DAY, self._cancel
            case _:
                yield closing, lambda: classes.close_class(self._work(closing), self.id)
                yield self.begins_at, lambda: classes.begin_class(self._work(self.begins_at), self.id)
                yield from self._teaching(now)

    @property
    def id(self) -> int:
        """The id of the class, once it is planned."""
        return self.ids[self.row["key"]]

    @property
    def found(self) -> TrainingClass:
        """The class as it stands."""
        return self.cast.session.get_one(TrainingClass, self.id)

    def _work(self, moment: datetime) -> Work:
        return self.cast.work(self.staff, moment, self.provider)

    def _working(self, day: date) -> date:
        return day + DAY if day.weekday() == 6 else day

    def _plan(self) -> None:
        lessons = list(self._lessons())
        is_filed = self.course.is_subsidised
        wish = classes.ClassWish(
            starts_on=self.starts_on,
            ends_on=clock.local_day(lessons[-1].ends_at),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            capacity=int(self.row["capacity"]),
            min_seats=int(self.row["least"]),
            name=self.row["key"].rpartition("-")[2] + "班",
            place=self.row["place"],
            is_evening=bool(self.row["evening"]),
            is_weekend=bool(self.row["weekend"]),
            fee_fen=self.course.fee_fen,
            needs_filing=is_filed,
            contact_name="教务员A",
            contact_phone=self.course.provider.phone,
        )
        work = self._work(self.planned_at)
        planned = classes.plan_class(work, self.course.id, wish)
        self.ids[self.row["key"]] = planned.id
        set_timetable(work, planned.id, lessons)
        if is_filed:
            classes.file_class(work, planned.id, f"演示备案〔{self.starts_on.year}〕{planned.id:03d}号")
        classes.open_class(work, planned.id)

    def _lessons(self) -> Iterator[LessonWish]:
        """Yield lessons for all the hours of the course, theory first, on all days but Sundays."""
        room_id, person_id = self._room_id(), self._teacher_id()
        total, done, day = self.course.hours, 0, self.starts_on
        while done < total:
            for starts, ends, most in EVENING if self.row["evening"] else HALVES:
                hours = min(most, total - done)
                if not hours:
                    break
                kind = LessonKind.THEORY if done < self.course.theory_hours else LessonKind.PRACTICE
                done += hours
                topic = f"{TOPICS[kind]}（{done}/{total} 学时）"
                until = starts + (ends - starts) * hours // most
                starts_at, ends_at = clock.at(day, starts), clock.at(day, until)
                yield LessonWish(starts_at, ends_at, hours, kind, topic, room_id, teacher_person_id=person_id)
            day = self._working(day + DAY)

    def _room_id(self) -> int | None:
        return self.cast.session.scalar(select(Resource.id).where(Resource.code == self.row["room"]))

    def _teacher_id(self) -> int | None:
        return self.cast.session.scalar(select(Person.id).where(Person.login == self.row["teacher"]))

    def _register(self, moment: datetime) -> None:
        key, trainee = next(self.people)
        firm = self.firms[key]
        work = self.cast.work(f"{key.lower()}_admin", moment, key)
        register(work, self.id, trainee, Wish(firm.id, firm.label, "操作工"))

    def _register_himself(self, moment: datetime) -> None:
        trainee = self.himself
        assert trainee is not None
        assert trainee.person is not None
        person = trainee.person
        work = Work(self.cast.session, Actor(person.id, person.name, None, frozenset()), moment)
        register(work, self.id, trainee, Wish(job="求职中"))

    def _pay(self, moment: datetime) -> None:
        """Let whoever has a seat and owes for it pay."""
        owing = select(Registration.order_id).where(
            Registration.class_id == self.id, Registration.state == RegistrationState.AWAITING_PAYMENT
        )
        for order_id in sorted(set(filter(None, self.cast.session.scalars(owing)))):
            order = self.cast.session.get_one(Order, order_id)
            record_payment(
                self._work(moment),
                order_id,
                amount_fen=order.payable_fen,
                method=PaymentMethod.TRANSFER,
                received_on=clock.local_day(moment),
            )
            follow_payment(self._system(moment), order_id=order_id)

    def _system(self, moment: datetime) -> Work:
        return Work(self.cast.session, Actor.system("demo"), moment)

    def _one_withdraws(self) -> None:
        first = select(Registration).where(
            Registration.class_id == self.id, Registration.state == RegistrationState.CONFIRMED
        )
        registration = self.cast.session.scalars(first.order_by(Registration.id)).first()
        assert registration is not None
        assert registration.organisation is not None
        key = registration.organisation.key
        withdraw(self.cast.work(f"{key.lower()}_admin", self.cast.days.now - timedelta(hours=18), key), registration.id)

    def _cancel(self) -> None:
        moment = self.begins_at - 3 * DAY
        classes.cancel_class(self._work(moment), self.id, "报名人数不足，本期取消，学费原路退回，可改报下一期。")

    # What happens in a class that has begun ------------------------------------------------------------------------

    def _teaching(self, now: datetime) -> Iterator[Event]:
        last = self.begins_at
        for number, lesson in enumerate(self._lessons()):
            if lesson.ends_at < now:
                yield lesson.ends_at, partial(self._call_the_roll, number, lesson.ends_at)
                last = lesson.ends_at
        if self.end == "running":
            return
        yield last + timedelta(minutes=30), partial(self._examine, last + timedelta(minutes=30))
        for place, follow in enumerate(
            (self._certify, self._claim, self._decide)[: 1 if self.end == "finished" else 3], 1
        ):
            yield last + place * 2 * DAY, partial(follow, last + place * 2 * DAY)

    def _roll(self) -> list[int]:
        statement = select(Registration.id).where(
            Registration.class_id == self.id,
            Registration.state.in_([RegistrationState.CONFIRMED, RegistrationState.COMPLETED]),
        )
        return list(self.cast.session.scalars(statement.order_by(Registration.id)))

    def _call_the_roll(self, number: int, moment: datetime) -> None:
        lessons = select(Lesson.id).where(Lesson.class_id == self.id).order_by(Lesson.starts_at)
        lesson_ids = list(self.cast.session.scalars(lessons))
        marks = {}
        for place, one in enumerate(self._roll()):
            is_away = len(lesson_ids) >= LONG and (place + number) % 11 == 0
            marks[one] = attending.Mark(Presence.LEAVE if is_away else Presence.PRESENT)
        attending.call_the_roll(self._work(moment), lesson_ids[number], marks)

    def _examine(self, moment: datetime) -> None:
        for part in parts_of(self.course):
            scores = {}
            for place, one in enumerate(self._roll()):
                has_failed = place < FAILED and part is Part.THEORY
                scores[one] = 52 - place if has_failed else 68 + (place * 7) % 30
            finishing.enter_scores(self._work(moment), self.id, part, clock.local_day(moment), scores)
        finishing.finish_class(self._work(moment), self.id)

    def _certify(self, moment: datetime) -> None:
        certifying.issue_all(self._work(moment), self.id)
        for place, one in enumerate(self._roll()):
            person = self.cast.session.get_one(Registration, one).trainee.person
            if person is not None:
                opinion = satisfying.Opinion(5 - place % 2, 5, 4 + place % 2, OPINIONS[place % len(OPINIONS)])
                himself = Actor(person.id, person.name, None, frozenset())
                satisfying.say(Work(self.cast.session, himself, moment), one, opinion)

    def _claim(self, moment: datetime) -> None:
        subsidies.list_class(self._work(moment), self.id)
        subsidies.submit_class(self._work(moment), self.id)

    def _decide(self, moment: datetime) -> None:
        """Let the department pay all claims but three: one is refused, two are still looked at."""
        claims = select(SubsidyClaim.id).where(SubsidyClaim.registration_id.in_(self._roll())).order_by(SubsidyClaim.id)
        refused, _, _, *paid = list(self.cast.session.scalars(claims))
        login, key = OFFICERS.get(self.provider, ("o01_officer", "O01"))
        for claim_id in paid:
            subsidies.pay_claim(self.cast.work(login, moment, key), claim_id)
        subsidies.refuse_claim(
            self.cast.work(login, moment, key), refused, "该学员同工种同等级已领取过补贴，本次不予发放。"
        )
