"""What the page of a test line shows, and which of its forms: nothing about the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from portal.components import may
from portal.current import actor
from portal.desk import DeskForm, ReasonForm, provider_id
from portal.extensions import db
from portal.files import uploads_folder
from portal.laboratory.work_forms import (
    AssignForm,
    BeginForm,
    CheckForm,
    SubcontractForm,
    SubmitForm,
    TakeInForm,
    record_form,
)
from services.core import clock
from services.core.files import store
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult
from services.laboratory.operations.assigning import ASSIGNABLE
from services.laboratory.operations.checking import CHANGEABLE
from services.laboratory.operations.lines import CHECKABLE, WORKABLE
from services.laboratory.operations.testing import BEGINS
from services.laboratory.queries import worklists
from services.laboratory.rules.states import LINE_STEPS
from services.laboratory.rules.verdicts import Reading, mean_text

L = LineState


@dataclass(frozen=True)
class Specimen:
    """A specimen of one round: the reading that holds, and the earlier ones."""

    number: int
    latest: RawRecord
    earlier: Sequence[RawRecord]


def specimens_of(line: TestLine, round_no: int) -> list[Specimen]:
    """Return the specimens of a round that have readings."""
    found: dict[int, list[RawRecord]] = {}
    for record in line.records:
        if record.round == round_no:
            found.setdefault(record.specimen, []).append(record)
    return [Specimen(number, records[-1], records[:-1]) for number, records in sorted(found.items())]


def missing_of(line: TestLine) -> list[int]:
    """Return the specimens that have no reading in the present round."""
    known = {record.specimen for record in line.records if record.round == line.round}
    return [number for number in range(1, line.item.specimens + 1) if number not in known]


def standing(line: TestLine) -> TestResult | None:
    """Return the result that is not void."""
    return next((one for one in line.results if not one.is_void), None)


def stored(work: Work, upload: Upload | None) -> int | None:
    """Keep the file that came with a reading, if one did."""
    if upload is None:
        return None
    return store(work, uploads_folder(), upload, organisation_id=actor().organisation_id, purpose="raw_record").id


def actions_for(line: TestLine) -> set[str]:
    """Return what this person can do with the line as it stands."""
    scope, state, commission = provider_id(), line.state, line.commission.state
    able: set[str] = set()
    if may(Permission.RESULT_ENTER, scope):
        able |= _of_analyst(line)
    if may(Permission.COMMISSION_REVIEW, scope):
        if state in ASSIGNABLE:
            able.add("assign")
        if state in LINE_STEPS["subcontract"][0] and commission in BEGINS and line.item.may_subcontract:
            able.add("subcontract")
        if state is L.SUBCONTRACTED and commission in WORKABLE:
            able.add("take_in")
    if may(Permission.RESULT_CHECK, scope):
        able |= _of_checker(line)
    return able


def _of_analyst(line: TestLine) -> set[str]:
    is_mine, commission = line.analyst_id == actor().person_id, line.commission.state
    if line.state in LINE_STEPS["begin"][0] and (is_mine or line.analyst_id is None):
        return {"assign", "begin"} if commission in BEGINS else {"assign"}
    if line.state is L.IN_PROGRESS and is_mine:
        able = {"assign", "correct", "record" if missing_of(line) else "submit"}
        return able if commission in WORKABLE else {"assign"}
    return set()


def _of_checker(line: TestLine) -> set[str]:
    commission, result = line.commission.state, standing(line)
    if result is None or line.state not in {L.SUBMITTED, L.CHECKED}:
        return set()
    able = set()
    if line.state is L.SUBMITTED and commission in CHECKABLE:
        able.add("tested_here" if actor().person_id in testers(line, result) else "check")
    if commission in CHANGEABLE or (line.state is L.SUBMITTED and commission in CHECKABLE):
        able |= {"send_back", "retest"}
    return able


def testers(line: TestLine, result: TestResult) -> set[int]:
    """Return who measured or submitted in the present round."""
    return {one.entered_by_id for one in line.records if one.round == line.round} | {result.submitted_by_id}


def line_page(line_id: int, sent: DeskForm | None = None, name: str = "") -> Any:
    """Show a line of this laboratory; with ``sent``, the form that was refused, as it was typed."""
    line = worklists.line_of(db.session(), provider_id(), line_id)
    actions = actions_for(line)
    specimens = specimens_of(line, line.round)
    page = render_template(
        "laboratory/work/line.html",
        line=line,
        actions=actions,
        forms=_forms(line, actions) | ({name: sent} if sent else {}),
        sent=sent,
        sent_name=name,
        specimens=specimens,
        earlier=[(number, specimens_of(line, number)) for number in range(line.round - 1, 0, -1)],
        result=standing(line),
        void=[one for one in line.results if one.is_void],
        limit=worklists.limit_for(db.session(), line),
        mean=mean_text(line.item, [Reading(one.latest.value, one.latest.is_detected) for one in specimens]),
        today=clock.local_day(clock.now()),
    )
    return page, sent.status if sent else 200


def _forms(line: TestLine, actions: set[str]) -> dict[str, DeskForm]:
    """Return the forms of the page as they are opened, those that are shown."""
    forms: dict[str, DeskForm] = {}
    if actions & {"begin", "record"}:
        instruments = worklists.instruments_of(db.session(), line.item_id)
        begin = BeginForm(mark="begin", fresh=True)
        record = record_form(line.item, missing_of(line), mark="record", fresh=True)
        for form in (begin, record):
            form.offer(instruments)
        record.start_from(line)
        forms |= {"begin": begin, "record": record}
    if "assign" in actions:
        analysts = worklists.analysts_of(db.session(), provider_id())
        forms["assign"] = AssignForm(analysts, person_id=actor().person_id, mark="assign", fresh=True)
    result = standing(line)
    return forms | {
        "submit": SubmitForm(mark="submit", fresh=True),
        "check": CheckForm(mark="check", fresh=True, result=str(result.id) if result else ""),
        "send_back": ReasonForm(mark="back", fresh=True),
        "retest": ReasonForm(mark="retest", fresh=True),
        "subcontract": SubcontractForm(mark="subcontract", fresh=True),
        "take_in": TakeInForm(mark="take-in", fresh=True),
    }
