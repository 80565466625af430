"""What every story of the association shares: who acts in it, at which moment, and what is found by its key."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.cli.demo.acts import Cast, organisation_key
from portal.cli.demo.loading import Loading
from portal.cli.demo.sheets import DATA, Row, stories
from services.association.models.meetings import Motion, MotionState, MotionSubject
from services.association.models.register import Member
from services.core import clock
from services.core.actor import Actor
from services.core.uploads import Upload, examine
from services.core.work import Work
from services.documents.rendering import typeset
from services.organisations.models import Organisation

Event = tuple[datetime, Callable[[], Any]]

ASSOCIATION, SECRETARY = "S01", "s01_sec"


class House:
    """The association of the glass firms while its stories are told."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.session = loading.work.session
        self.days = loading.days
        self.cast = Cast(self.session, loading.days)
        self.book: dict[str, Any] = stories("association")
        self.rows: dict[str, Row] = {row["key"]: row for row in loading.sheet("association_members")}
        self.firms = loading.ids(Organisation.key, Organisation.id)
        self.id = self.firms[ASSOCIATION]
        self.tables: dict[str, int] = {}
        """The dues tables by their keys."""

    def moment(self, words: str) -> datetime:
        """Return the moment that is told, which is never later than that of loading."""
        return min(self.days.moment(words), self.days.now)

    def day(self, word: str) -> date:
        """Return the day that is told."""
        return self.days.day(word)

    def office(self, moment: datetime) -> Work:
        """Return a work of the secretariat."""
        return self.cast.work(SECRETARY, moment)

    def firm(self, key: str, moment: datetime, login: str = "") -> Work:
        """Return a work of somebody of a firm: its administrator unless somebody else is named."""
        return self.cast.work(login or f"{key.lower()}_admin", moment, key)

    def voter(self, key: str, moment: datetime) -> Work:
        """Return a work of the one who votes for a member."""
        return self.firm(key, moment, self.rows[key]["voting"])

    def clockwork(self, moment: datetime) -> Work:
        """Return a work of the portal itself."""
        return Work(self.session, Actor.system("demo"), moment)

    def person(self, login: str) -> int:
        """Return the id of the person behind a login."""
        person_id = self.cast.actor(login, organisation_key(login)).person_id
        assert person_id is not None
        return person_id

    def member(self, key: str) -> Member:
        """Return the entry of a firm in the register."""
        statement = select(Member).where(Member.association_id == self.id, Member.organisation_id == self.firms[key])
        return self.session.scalars(statement).one()

    def paper(self, title: str, text: str, moment: datetime) -> Upload:
        """Return a printed page as a file, as somebody would upload it."""
        data = {"title": title, "text": text, "day": clock.local_day(moment).isoformat()}
        return examine(io.BytesIO(typeset(str(DATA / "paper"), data, created_at=moment)), f"{title}.pdf")

    def waiting_motion(self, about: MotionSubject, about_id: int) -> Motion:
        """Return the motion about a matter that waits for an agenda."""
        statement = select(Motion).where(
            Motion.about == about, Motion.about_id == about_id, Motion.state == MotionState.PROPOSED
        )
        return self.session.scalars(statement).one()
