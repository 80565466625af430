"""What can happen to the samples, tests and reports of a commission, one function for each word."""

from __future__ import annotations

import io
from functools import cache
from itertools import cycle, islice

from PIL import Image, ImageDraw
from sqlalchemy import select

from portal.cli.demo.acts import Act
from portal.cli.demo.commission_acts import Ordered, Perform
from portal.cli.demo.sheets import sheet, words
from services.core.actor import Actor
from services.core.files import store
from services.core.uploads import Upload, examine
from services.core.work import Work
from services.documents.reports import issued_document
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Objection, ObjectionOutcome, Report
from services.laboratory.models.samples import RefusalReason, Sample, SampleState
from services.laboratory.operations import (
    amending,
    assigning,
    checking,
    custody,
    objecting,
    reporting,
    retention,
    samples,
    subcontracting,
    submitting,
    testing,
    verifying,
)
from services.laboratory.operations.lines import latest_records, standing_result
from services.laboratory.operations.samples import Arrival
from services.laboratory.queries.worklists import instruments_of
from services.laboratory.rules.readings import Conditions, Observation

L, S = LineState, SampleState

OPEN = (L.PENDING, L.SCHEDULED)
NOT_DETECTED = "ND"
TEMPERATURE, HUMIDITY = 231, 522  # tenths of a degree and of a percent
STRANGER = "203.0.113.24"  # an address for documentation (RFC 5737)
CONDITION = "包装完好，与委托单一致"


def photograph(seed: int) -> Upload:
    """Return a drawn picture that stands for a photograph of a sample."""
    picture = Image.new("RGB", (640, 480), (236 - seed % 5 * 9, 233, 226 + seed % 3 * 6))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 350, 640, 480), fill=(205, 199, 188))
    for place in range(3):
        left = 70 + place * 180
        pen.ellipse((left, 190, left + 140, 330), fill=(150 + seed % 7 * 12, 60 + place * 40, 70), outline=(90, 60, 60))
        pen.ellipse((left + 35, 215, left + 65, 245), fill=(250, 240, 240))
    pen.line((250, 215, 290, 305), fill=(70, 50, 50), width=4)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return examine(kept, f"样品照片{seed}.jpg")


# Samples -------------------------------------------------------------------------------------------------------------


def _arrival(told: Ordered, act: Act, sample: Sample) -> Arrival:
    work = told.work(act)
    photo_id = None
    if "photo" in act:
        organisation_id = told.commission.organisation_id
        folder = told.settings.uploads
        kept = store(work, folder, photograph(act["photo"]), organisation_id=organisation_id, purpose="sample")
        photo_id = kept.id
    return Arrival(
        condition=act.get("condition", CONDITION),
        place=act.get("place", f"样品室 A-{sample.id % 6 + 1:02d}"),
        quantity=act.get("quantity", sample.quantity),
        brought_by=act.get("brought_by", "客户送样"),
        photo_id=photo_id,
    )


def _receive(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        if sample.state is S.EXPECTED:
            samples.receive(told.work(act), sample.id, _arrival(told, act, sample))


def _deviate(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        samples.deviate(told.work(act), sample.id, _arrival(told, act, sample), deviation=act["deviation"])


def _refuse(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        arrival = _arrival(told, act, sample)
        samples.refuse(told.work(act), sample.id, arrival, reason=RefusalReason(act["reason"]))


def _accept_deviation(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        if sample.state is S.DEVIATING:
            samples.accept_deviation(told.of_client(act), told.commission_id, sample.id)


def _divide(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        custody.divide(told.work(act), sample.id, parts=act["parts"], note=act.get("note", ""))


def _give_back(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        retention.give_back(told.work(act), sample.id, taken_by=act["taken_by"])


def _ask_disposal(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        retention.ask_disposal(_analyst(told, act), sample.id, note=act.get("note", ""))


def _dispose(told: Ordered, act: Act) -> None:
    for sample in told.samples(act):
        retention.confirm_disposal(told.work(act), sample.id)


# Tests ---------------------------------------------------------------------------------------------------------------


def _analyst(told: Ordered, act: Act) -> Work:
    return told.work({"by": f"{told.lab}_analyst1"} | act)


def _checker(told: Ordered, act: Act) -> Work:
    return told.work({"by": f"{told.lab}_review"} | act)


def _assign(told: Ordered, act: Act) -> None:
    analyst = told.cast.actor(act["to"], told.lab.upper())
    assert analyst.person_id is not None
    lines = [line.id for line in told.lines(act, *OPEN)]
    assigning.assign(told.work(act), lines, person_id=analyst.person_id)


def _begin(told: Ordered, act: Act) -> None:
    """An analyst takes the samples out and begins the lines, each on the first of its instruments."""
    work = _analyst(told, act)
    for line in told.lines(act, *OPEN):
        if line.sample.state is not S.IN_TEST:
            custody.take_out(work, line.sample_id, amount="全部")
        testing.begin(work, line.id, instrument_id=_instrument(line, work))


def _instrument(line: TestLine, work: Work) -> int | None:
    offered = instruments_of(work.session, line.item_id)
    return offered[0].id if offered else None


@cache
def _usual() -> dict[str, tuple[list[str], str]]:
    return {row["code"]: (words(row["readings"]), row["uncertainty"]) for row in sheet("readings")}


def _readings(told: Ordered, act: Act, line: TestLine) -> list[str]:
    """Return a reading for each specimen: those that are told, else usual ones, turned from sample to sample."""
    code = line.item.module.code
    values = act.get("readings", {}).get(code) or told.story.get("readings", {}).get(code) or _usual()[code][0]
    if values and isinstance(values[0], list):
        values = values[(line.sample.position - 1) % len(values)]
        return list(islice(cycle(values), line.item.specimens))
    first = line.sample.position - 1
    return list(islice(cycle(values), first, first + line.item.specimens))


def _read(told: Ordered, act: Act) -> None:
    """The analyst writes down readings of the lines that run, of the first ``specimens`` or of all that are missing."""
    work = _analyst(told, act)
    for line in _running(told, act, work):
        known = latest_records(work, line)
        wanted = range(1, act.get("specimens", line.item.specimens) + 1)
        values = dict(enumerate(_readings(told, act, line), 1))
        observations = {number: _observed(values[number]) for number in wanted if number not in known}
        conditions = Conditions(line.instrument_id, TEMPERATURE, HUMIDITY)
        if observations:
            testing.enter(work, line.id, observations, conditions)


def _observed(value: str) -> Observation:
    return Observation("", is_detected=False) if value == NOT_DETECTED else Observation(value)


def _running(told: Ordered, act: Act, work: Work) -> list[TestLine]:
    return [line for line in told.lines(act, L.IN_PROGRESS) if line.analyst_id == work.actor.person_id]


def _finish(told: Ordered, act: Act) -> None:
    """The analyst reads what is missing, submits the lines that run, and brings back what is not needed any more."""
    _read(told, act)
    work = _analyst(told, act)
    for line in _running(told, act, work):
        code = line.item.module.code
        uncertainty = told.story.get("uncertainties", {}).get(code) or _usual()[code][1]
        submitting.submit(work, line.id, uncertainty=uncertainty)
    needed = {line.sample_id for line in told.lines({}, L.IN_PROGRESS)}
    for sample in told.samples({}):
        if sample.state is S.IN_TEST and sample.id not in needed:
            custody.bring_back(work, sample.id, place=act.get("place", f"样品室 B-{sample.id % 6 + 1:02d}"))


def _subcontract(told: Ordered, act: Act) -> None:
    for line in told.lines(act, *OPEN):
        subcontracting.subcontract(told.work(act), line.id, body=act["body"], mark_no=act["mark_no"])


def _take_in(told: Ordered, act: Act) -> None:
    for line in told.lines(act, L.SUBCONTRACTED):
        subcontracting.take_in(told.work(act), line.id, value=act["value"], report_no=act["report_no"])


def _check(told: Ordered, act: Act) -> None:
    work = _checker(told, act)
    for line in told.lines(act, L.SUBMITTED):
        result = standing_result(work, line)
        assert result is not None
        checking.check(work, line.id, result_id=result.id)


def _send_back(told: Ordered, act: Act) -> None:
    for line in told.lines(act, L.SUBMITTED):
        checking.send_back(_checker(told, act), line.id, reason=act["reason"])


# Reports -------------------------------------------------------------------------------------------------------------


def _report(told: Ordered) -> Report:
    """Return the latest report."""
    statement = select(Report).where(Report.commission_id == told.commission_id).order_by(Report.edition.desc())
    return told.cast.session.scalars(statement.limit(1).execution_options(populate_existing=True)).one()


def _prepare(told: Ordered, act: Act) -> None:
    """The clerk writes the report, and sends it to the reviewer unless it is ``unsent``."""
    work = told.work(act)
    report = reporting.prepare(work, told.commission_id)
    work.session.flush()  # a new report has no id before
    _write(told, act, report)


def _write(told: Ordered, act: Act, report: Report) -> None:
    conclusion, remarks = act.get("conclusion", report.conclusion), act.get("remarks", report.remarks)
    reporting.edit(told.work(act), report.id, conclusion=conclusion, remarks=remarks)
    if not act.get("unsent"):
        reporting.send(told.work(act), report.id)


def _examine(told: Ordered, act: Act) -> None:
    reporting.review(_checker(told, act), _report(told).id)


def _issue(told: Ordered, act: Act) -> None:
    """The signatory signs: the document is made first, as at the desk."""
    work, report, settings = _signatory(told, act), _report(told), told.settings
    contents = reporting.to_sign(work, report.id)
    pdf = issued_document(contents, settings.base_url, settings.instance, work.now)
    reporting.issue(work, report.id, contents=contents, pdf=pdf, folder=settings.uploads)


def _signatory(told: Ordered, act: Act) -> Work:
    return told.work({"by": f"{told.lab}_sign"} | act)


def _amend(told: Ordered, act: Act) -> None:
    work = told.work(act)
    changed = {"reason": act["reason"], "changed_parts": act["changed_parts"]}
    report = amending.amend(work, _report(told).id, **changed)
    work.session.flush()  # a new report has no id before
    _write(told, act, report)


def _verify(told: Ordered, act: Act) -> None:
    """Somebody verifies the report: one of the portal's people, or a stranger."""
    moment = told.cast.days.moment(act["at"])
    asker = Actor.visitor(STRANGER) if "by" not in act else told.work(act).actor
    verifying.verify_code(Work(told.cast.session, asker, moment), _report(told).code)


def _objection(told: Ordered) -> int:
    """Return the id of the latest objection."""
    statement = select(Objection.id).where(Objection.commission_id == told.commission_id).order_by(Objection.id.desc())
    return told.cast.session.scalars(statement.limit(1)).one()


def _object(told: Ordered, act: Act) -> None:
    lines = [line.id for line in told.lines(act, L.CHECKED)]
    objecting.lodge(told.of_client(act), _report(told).id, text=act["text"], line_ids=lines)


def _investigator(told: Ordered, act: Act) -> Work:
    return told.work({"by": f"{told.lab}_admin"} | act)


def _test_again(told: Ordered, act: Act) -> None:
    """The investigator has lines tested again; their analyst takes the retained samples out."""
    lines = told.lines(act, L.CHECKED)
    again = {"line_ids": [line.id for line in lines], "reason": act["reason"]}
    objecting.test_again(_investigator(told, act), _objection(told), **again)
    for sample in told.samples(act):
        if sample.id in {line.sample_id for line in lines}:
            custody.take_out(_analyst(told, {"at": act["at"]}), sample.id, amount="留样", note="异议复测")


def _answer_objection(told: Ordered, act: Act) -> None:
    found = objecting.Answer(
        ObjectionOutcome(act["outcome"]),
        act["text"],
        why_stands=act.get("why", ""),
        lab_at_fault=bool(act.get("refund")),
        refund_fen=act.get("refund", 0) * 100,
    )
    objecting.answer(_investigator(told, act), _objection(told), found)


WORDS: dict[str, Perform] = {
    "receive": _receive,
    "deviate": _deviate,
    "accept_deviation": _accept_deviation,
    "refuse": _refuse,
    "divide": _divide,
    "give_back": _give_back,
    "ask_disposal": _ask_disposal,
    "dispose": _dispose,
    "assign": _assign,
    "begin": _begin,
    "read": _read,
    "finish": _finish,
    "subcontract": _subcontract,
    "take_in": _take_in,
    "check": _check,
    "send_back": _send_back,
    "report": _prepare,
    "examine": _examine,
    "issue": _issue,
    "fetch": lambda told, act: reporting.fetch(told.of_client(act), _report(told).id),
    "collect": lambda told, act: reporting.collect(told.work(act), _report(told).id, name=act["name"]),
    "amend": _amend,
    "drop": lambda told, act: amending.drop(told.work(act), _report(told).id, reason=act["reason"]),
    "withdraw": lambda told, act: amending.withdraw(_signatory(told, act), _report(told).id, reason=act["reason"]),
    "verify": _verify,
    "object": _object,
    "investigate": lambda told, act: objecting.investigate(_investigator(told, act), _objection(told)),
    "test_again": _test_again,
    "answer_objection": _answer_objection,
    "accept_answer": lambda told, act: objecting.close(told.of_client(act), _objection(told)),
}
"""The words of data/commissions.json for samples, tests, reports and objections."""
