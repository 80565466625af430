"""The association, told as it happened: register, dues, meetings, discipline and letters, each step at its own time.

Founders and their first terms are entered as from an older register; everything after that is done by the operations that
people use, and what a meeting decides is carried out when it is counted.
"""

from __future__ import annotations

from sqlalchemy import select

from portal.cli.demo.association_cases import case_events
from portal.cli.demo.association_dues import DAY, dues_events, rounds
from portal.cli.demo.association_house import ASSOCIATION, House
from portal.cli.demo.association_letters import application_events, mailing_events, notice_events, pact_events
from portal.cli.demo.association_meetings import meeting_events
from portal.cli.demo.association_register import enrol_neighbours, register_events
from portal.cli.demo.loading import Loading
from portal.cli.demo.stories import settle_the_past
from services.association.models.register import Member
from services.association.operations.case_clocks import follow_time
from services.association.operations.reminding import remind_of_dues
from services.association.operations.standings import locked_member, refresh
from services.core.settings import Setting
from services.organisations.models import Organisation

TOLD = "demo.association"
NEIGHBOUR = "S02"
STANDS = "today"
"""Beside the keys of the associations: that their members stand where they stand on the day of loading."""


def load_association(loading: Loading) -> None:
    """Let everything happen in the associations that has not been told in this database yet, in the order of time."""
    session = loading.work.session
    told = session.get(Setting, TOLD)
    keys: list[str] = list(told.value) if told else []
    present = loading.ids(Organisation.key, Organisation.id)
    new = [key for key in (ASSOCIATION, NEIGHBOUR) if key in present and key not in keys]
    if not new:
        return
    if ASSOCIATION in new:
        _tell(House(loading))
    if NEIGHBOUR in new:
        enrol_neighbours(loading, NEIGHBOUR)
    session.merge(Setting(name=TOLD, value=keys + new))
    settle_the_past(loading)


def _tell(house: House) -> None:
    founders_paid_until = rounds(house.days.loaded_on)[0].asked_on - DAY
    events = [
        *register_events(house, founders_paid_until),
        *dues_events(house),
        *application_events(house),
        *pact_events(house),
        *meeting_events(house),
        *notice_events(house),
        *mailing_events(house),
        *case_events(house),
    ]
    for _, happen in sorted(events, key=lambda event: event[0]):  # stable: what is told first happens first
        happen()


def let_time_pass(loading: Loading) -> None:
    """Let every member stand where it stands now, and the clocks have done what they would have done by now.

    Once, and after everything that members did while they still had the rights they have lost since.
    """
    work = loading.work
    told = work.session.get_one(Setting, TOLD)
    if STANDS in told.value:
        return
    for member_id in work.session.scalars(select(Member.id).order_by(Member.id)).all():
        refresh(work, locked_member(work, member_id))
    remind_of_dues(work)
    follow_time(work)
    told.value = [*told.value, STANDS]
