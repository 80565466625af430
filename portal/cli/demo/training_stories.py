"""Eighth stage: courses, and classes in every state with who is in them, each step at its own time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select
from stdnum.cn import ric

from portal.cli.demo.acts import Cast
from portal.cli.demo.class_acts import ClassStory
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import Row, fen, number
from portal.cli.demo.stories import settle_the_past
from services.accounts.models import Person
from services.core.settings import Setting
from services.training.models.courses import CertificateKind, Course, Level
from services.training.models.registrations import Trainee
from services.training.operations.courses import CourseWish, enter_course, publish_course
from services.training.operations.trainees import IdentityBook, Particulars, known_trainee

TOLD = "demo.classes"
STAFF = {
    "C01": "c01_admin",
    "C02": "c02_admin",
    "C04": "c04_train",
    "C06": "c06_admin",
    "C07": "c07_info",
    "C08": "c08_train",
    "S01": "s01_sec",
}
FIRMS = {"C08": "AT"}
"""By the first letter, whose firms send people to a centre; the glass firms to all others."""
FIRST_BIRTHDAY = date(1978, 3, 5)


def load_training(loading: Loading) -> None:
    """Enter the courses, and let every class happen that has not been told in this database yet, in the order of time."""
    session = loading.work.session
    cast = Cast(session, loading.days)
    _load_courses(loading, cast)
    told = session.get(Setting, TOLD)
    ids: dict[str, int] = dict(told.value) if told else {}
    rows = [row for row in loading.sheet("classes") if row["key"] not in ids]
    if not rows:
        return
    people = _People(loading, len(ids))
    events = []
    for row in rows:
        course = session.scalars(select(Course).where(Course.code == row["course"])).one()
        provider = next(one["provider"] for one in loading.sheet("courses") if one["code"] == row["course"])
        story = ClassStory(cast, row, course, (STAFF[provider], provider), people.of(FIRMS.get(provider, "G")), ids)
        if row["himself"]:
            story.himself = people.worker(row["himself"])
        events += list(story.events())
    for _, happen in sorted(events, key=lambda event: event[0]):  # stable: what is told first happens first
        happen()
    loading.added["training_class"] += len(rows)
    session.merge(Setting(name=TOLD, value=ids))
    settle_the_past(loading)


def _load_courses(loading: Loading, cast: Cast) -> None:
    known = loading.ids(Course.code, Course.id)
    for row in loading.sheet("courses"):
        if row["code"] in known:
            continue
        work = cast.work(STAFF[row["provider"]], loading.work.now - timedelta(days=100), row["provider"])
        assert work.actor.organisation_id is not None
        course = enter_course(work, work.actor.organisation_id, _course(row))
        publish_course(work, course.id, is_published=True)
        loading.count([course])


def _course(row: Row) -> CourseWish:
    return CourseWish(
        code=row["code"],
        title=row["title"],
        occupation=row["occupation"],
        level=Level(row["level"]),
        theory_hours=int(row["theory"]),
        practice_hours=int(row["practice"]),
        summary=row["summary"],
        entry_text="年满 16 周岁，身体健康；特种作业须满 18 周岁。" if row["hazardous"] else "年满 16 周岁，身体健康。",
        safety_text="进车间穿工作服和劳保鞋，长发盘起，听从老师安排。" if int(row["practice"]) else "",
        books_text="教材由中心统一发放，已含在学费内。",
        is_hazardous=bool(row["hazardous"]),
        has_practice_test=int(row["practice"]) > 0,
        certificate=CertificateKind(row["certificate"]),
        certificate_months=number(row["months"]),
        fee_fen=fen(row["fee"]),
        is_subsidised=bool(row["subsidised"]),
        shortage_percent=number(row["shortage"]) or 0,
    )


class _People:
    """Trainees under invented names with identity numbers that hold; the first of them have an account."""

    def __init__(self, loading: Loading, classes_before: int) -> None:
        self._loading = loading
        self._book = IdentityBook(loading.settings.secret_key)
        self._serial = count(classes_before * 100)
        self._firms = [row["key"] for row in loading.sheet("enterprises")]
        self._accounts = loading.ids(Person.login, Person.id)

    def of(self, letters: str) -> Iterator[tuple[str, Trainee]]:
        """Yield the keys of firms by their first letter, in turn, each with somebody who works there."""
        firms = [key for key in self._firms if key[0] in letters][:12]
        for place in count():
            yield firms[place % len(firms)], self._somebody(next(self._serial))

    def worker(self, login: str) -> Trainee:
        """Return the trainee behind an account: worker001 is the first."""
        return self._somebody(int(login.removeprefix("worker")) - 1)

    def _somebody(self, serial: int) -> Trainee:
        born_on = FIRST_BIRTHDAY + timedelta(days=serial * 11 % 9000)
        body = f"321023{born_on:%Y%m%d}{serial % 1000:03d}"
        identity = body + ric.calc_check_digit(body + "0")
        given = Particulars(
            name=f"示例学员{serial + 1:03d}",
            identity=identity,
            mobile=f"139{serial:08d}",
            person_id=self._accounts.get(f"worker{serial + 1:03d}"),
        )
        return known_trainee(self._loading.work, self._book, given)
