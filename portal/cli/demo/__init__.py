"""The demonstration: centres of two regions, invented firms, and bookings, commissions, posts, classes in every state.

The tables are in ``data``; docs/demo.md says who signs in and what to look at. Everything is known by its code, key or
login, so loading twice adds nothing, and ``small`` is a part of ``full``. All firms that order anything are invented;
the companies of the source text are directory entries only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from portal.cli.demo.association_stories import let_time_pass, load_association
from portal.cli.demo.board_stories import load_board
from portal.cli.demo.commission_stories import load_commissions
from portal.cli.demo.days import Days
from portal.cli.demo.equipment import load_equipment
from portal.cli.demo.laboratory_register import load_capability
from portal.cli.demo.loading import Loading
from portal.cli.demo.modules import load_modules
from portal.cli.demo.people import load_people
from portal.cli.demo.register import load_register
from portal.cli.demo.stories import load_stories
from portal.cli.demo.synonyms import load_synonyms
from portal.cli.demo.training_stories import load_training
from portal.cli.demo.volume import load_volume
from portal.config import Settings
from services.accounts.passwords import NewPassword
from services.accounts.rules import DEMO_PASSWORD
from services.core.actor import Actor
from services.core.work import working

Size = Literal["small", "full", "volume"]

LOADER = Actor.system("demo")

DEMO_SIGN_INS = (
    ("g01_admin", "a firm that books, pays and moves its bookings; its colleague g01_user acts for G02 as well"),
    ("c02_clerk", "reception of the glass laboratory: contract reviews, samples at the counter, reports to prepare"),
    ("c02_analyst1", "test bench: the work list without names of clients, readings, results"),
    ("c02_review", "results to check, reports to review"),
    ("c02_sign", "reports to sign"),
    ("c06_admin", "administrator of a laboratory with an outage that hits two bookings"),
    ("c01_admin", "benches, furnaces and experts by the hour"),
    ("c03_info", "information centre: free advice, subscriptions, exhibition stands"),
    ("c04_train", "training centre: courses, classes in every state, registrations; a classroom by the half-day"),
    ("c04_teacher", "its teacher: roster, the code on the wall, the roll, marks; made for a phone"),
    ("worker001", "a worker with a seat; worker002 waits, worker003 has an offer that ends in six hours"),
    ("o01_officer", "checks the licences of firms, supervises the association; o04_officer pays training subsidies"),
    (
        "s01_sec",
        "association secretariat: members, dues, bank lines, meetings, motions, cases, notices, posts to review",
    ),
    ("g10_admin", "a member with a vote to cast, a coming meeting and a case to judge; g08_admin has applied to join"),
    ("g18_admin", "a member 120 days in arrears, whose rights are suspended"),
    ("admin", "platform: publication of services, calendar, outbox, settings"),
    ("audit1", "reads the audit log"),
)
"""Sign-ins worth trying first, and what each one shows; all have the password DEMO_PASSWORD."""


@dataclass(frozen=True)
class Loaded:
    """How many rows of which tables one load added."""

    added: Counter[str]

    @property
    def is_empty(self) -> bool:
        """Whether everything was there before."""
        return not self.added.total()

    def sentence(self) -> str:
        """Return in one sentence what was done."""
        if self.is_empty:
            return "The demonstration was loaded before; nothing was changed."
        counts = ", ".join(f"{count} {table}" for table, count in sorted(self.added.items()))
        return f"The demonstration is loaded: {counts}."


def load(session: Session, *, size: Size, now: datetime, settings: Settings) -> Loaded:
    """Add what is missing of the demonstration of this size, with dates around ``now``; say what was added.

    Each stage is a transaction of its own: a load that was interrupted goes on where it stopped. Reports and photographs
    lie below the instance folder of ``settings``.
    """
    password_hash = NewPassword.choose(DEMO_PASSWORD).hash  # slow on purpose, so once and before any transaction
    stages: tuple[Callable[[Loading], None], ...] = (
        load_register,
        lambda loading: load_people(loading, password_hash),
        load_equipment,
        load_modules,
        load_synonyms,
        load_capability,
        load_stories,
        load_commissions,
        load_association,
        load_board,
        load_training,
        let_time_pass,
    )
    added: Counter[str] = Counter()
    for stage in stages:
        with working(session, LOADER, now=now) as work:
            loading = Loading(work, Days(session, now), small=size == "small", settings=settings)
            stage(loading)
        added += loading.added
    if size == "volume":
        added += load_volume(session, now=now, organisations=5_000, resources=200, bookings=108_000)
    return Loaded(added)
