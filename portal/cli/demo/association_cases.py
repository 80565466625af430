"""Complaints before the association, told in data/association.json step by step, each by the one who takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal.cli.demo.acts import organisation_key
from portal.cli.demo.association_house import Event, House
from portal.cli.demo.commission_bench import photograph
from services.association.models.cases import Case, CaseKind, Party
from services.association.models.judging import Finding, Measure
from services.association.operations import cases, judging, mediating, panels
from services.association.queries.cases import live_agreement
from services.core.work import Work

Act = dict[str, Any]


def case_events(house: House) -> Iterator[Event]:
    """Yield the moments of all complaints."""
    for story in house.book["cases"]:
        told = _Told(house, story)
        for at, deed, how in story["acts"]:
            moment = house.moment(at)
            yield moment, partial(DEEDS[deed], told, moment, how)


class _Told:
    """One complaint while it is told."""

    def __init__(self, house: House, story: Act) -> None:
        self.house, self.story = house, story
        self.id = 0
        self.panel: list[str] = []

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.house.session.get_one(Case, self.id)

    def party(self, side: str, moment: datetime) -> Work:
        """Return a work of one of the two sides."""
        return self.house.firm(self.story[side], moment)

    def judge(self, place: int, moment: datetime) -> Work:
        """Return a work of somebody on the panel."""
        return self.house.cast.work(self.panel[place], moment)

    def duty(self, position: int) -> int:
        """Return the id of something that was agreed, by its place in the agreement."""
        agreement = live_agreement(self.house.session, self.id)
        assert agreement is not None
        return agreement.duties[position - 1].id


def _complain(told: _Told, moment: datetime, _: Act) -> None:
    house, story = told.house, told.story
    names = {row["key"]: row["name"] for row in house.loading.sheet("enterprises")}
    wish = cases.WishCase(
        house.id,
        names[story["respondent"]],
        CaseKind(story["kind"]),
        *(story[name] for name in ("title", "facts", "demand")),
        claimed_fen=story["claimed"] and story["claimed"] * 100,
        happened_on=house.days.loaded_on - timedelta(days=story["happened"]),
    )
    told.id = cases.complain(told.party("claimant", moment), wish).id


def _evidence(told: _Told, moment: datetime, how: Act) -> None:
    upload = replace(photograph(how["photo"]), name=f"{how['text']}.jpg")
    folder = told.house.loading.settings.uploads
    cases.add_evidence(told.party(how["by"], moment), told.id, folder, upload, text=how["text"])


def _appoint(told: _Told, moment: datetime, how: Act) -> None:
    told.panel = how["people"]
    for login in told.panel:
        organisation_id = told.house.firms[organisation_key(login)]
        who = {"person_id": told.house.person(login), "organisation_id": organisation_id}
        panels.appoint(told.house.office(moment), told.id, **who)


def _record(told: _Told, moment: datetime, how: Act) -> None:
    sitting = told.case.sittings[-1]
    mediating.record_sitting(told.house.office(moment), told.id, sitting.id, record=how["text"])


def _agree(told: _Told, moment: datetime, how: Act) -> None:
    duties = [
        mediating.WishDuty(
            Party.RESPONDENT, one["text"], told.house.day(one["due"]), one["yuan"] * 100 if "yuan" in one else None
        )
        for one in how["duties"]
    ]
    mediating.propose_agreement(told.judge(0, moment), told.id, terms=how["terms"], duties=duties)


def _decide(told: _Told, moment: datetime, how: Act) -> None:
    wish = judging.WishDecision(Finding.MEASURE, how["reason"], Measure(how["measure"]))
    judging.propose_decision(told.judge(0, moment), told.id, wish)
    judging.vote(told.judge(1, moment), told.id, agrees=True)


DEEDS: dict[str, Callable[[_Told, datetime, Act], object]] = {
    "complain": _complain,
    "evidence": _evidence,
    "appoint": _appoint,
    "record": _record,
    "agree": _agree,
    "decide": _decide,
    "accept": lambda told, moment, _: cases.accept(told.house.office(moment), told.id),
    "answer": lambda told, moment, how: cases.answer(told.party("respondent", moment), told.id, text=how["text"]),
    "remark": lambda told, moment, how: cases.remark(told.judge(0, moment), told.id, text=how["text"]),
    "mediate": lambda told, moment, _: mediating.mediate(told.house.office(moment), told.id),
    "plan": lambda told, moment, how: mediating.plan_sitting(
        told.house.office(moment), told.id, starts_at=told.house.days.moment(how["starts"]), place=how["place"]
    ),
    "sign": lambda told, moment, how: mediating.sign(told.party(how["by"], moment), told.id),
    "done": lambda told, moment, how: mediating.report_done(
        told.party("respondent", moment), told.id, told.duty(how["duty"])
    ),
    "confirm": lambda told, moment, how: mediating.confirm_done(
        told.party("claimant", moment), told.id, told.duty(how["duty"])
    ),
    "rest": lambda told, moment, _: judging.rest(told.house.clockwork(moment), told.case),
}
"""The words of the cases."""
