"""What firm A has ordered from the laboratory of centre X in the estate, and the papers that came of it."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from services.billing.models import InvoiceKind, Order, Quotation
from services.billing.operations.accounts import open_account
from services.billing.operations.invoices import Particulars, ask_invoice
from services.billing.operations.orders import put_on_account
from services.billing.operations.statements import make_statement, month_before
from services.core import clock
from services.core.base import Base
from services.core.files import store
from services.core.uploads import examine
from services.laboratory.models.commissions import Commission
from services.laboratory.models.reports import Objection
from services.laboratory.models.samples import Sample
from services.laboratory.operations import objecting, samples
from tests.factories.booking import Market, make_order
from tests.factories.laboratory import Laboratory
from tests.factories.laboratory_samples import arrival, make_awaited, whole_samples
from tests.factories.ordering import make_draft
from tests.factories.reports import issued


def papers(lab: Laboratory, x: Market, picture: Path, uploads: Path) -> dict[str, list[Any]]:
    """Give firm A samples on their way and a deviating one, a report with an objection, a statement and an invoice."""
    draft = make_draft(lab, now=clock.now())
    awaited = make_awaited(lab)
    deviating, event_id = _deviating(lab, picture, uploads)
    report = issued(lab, uploads)
    objection = objecting.lodge(lab.work(), report.id, text="数据与自检不符", line_ids=())
    statement_id, request_id = _bills(lab, x)
    lab.session.commit()
    sample = whole_samples(lab, awaited)[0]
    on_draft = ("draft_samples", "testing_options", "testing_confirm")
    invoice = ("desk_invoice_issue", "desk_invoice_refuse")
    return {
        "commission_id": [awaited.id, report.commission_id, deviating.id, draft.id],
        **{f"laboratory.{name} commission_id": [draft.id] for name in on_draft},
        **{f"laboratory.{name} commission_id": [awaited.id] for name in ("amend", "cancel", "quotation_print")},
        "laboratory.commission_print commission_id": [awaited.id, deviating.id],
        **{f"laboratory.{name} commission_id": [awaited.id] for name in ("counter_commission", "commission_labels")},
        "laboratory.my_reports commission_id": [report.commission_id],
        "laboratory.prepare_report commission_id": [report.commission_id],
        "laboratory.deviation commission_id": [deviating.id],
        "billing.show order_id": [awaited.order_id],
        "version": [1],
        "sample_id": [whole_samples(lab, deviating)[0].id, sample.id],
        "laboratory.arrival sample_id": [sample.id],
        "event_id": [event_id],
        "report_id": [report.id],
        "objection_id": [objection.id],
        "laboratory.verify_code code": [report.code],
        "statement_id": [statement_id],
        **{f"billing.{name} request_id": [request_id] for name in invoice},
        "laboratory.commissions ?": ["tab=running", "tab=done", "q=canary"],
        "laboratory.desk_commissions ?": ["q=canary", "show=all"],
        "laboratory.samples ?": ["q=canary", "state=received"],
        "laboratory.counter ?": ["q=canary", f"q={awaited.no}"],
        "billing.desk ?": ["q=canary", "show=all", "show=refund_due"],
        "billing.index ?": ["show=all", "show=paid"],
        "billing.desk_invoices ?": ["show=issued"],
        "billing.desk_accounts ?": ["q=示例"],
    }


def private_rows(lab: Laboratory) -> list[Base]:
    """Return the rows that hold words of firm A, and the notes that only the laboratory reads."""
    of_firm = [
        lab.session.scalars(select(model).where(model.organisation_id == lab.firm.id).order_by(model.id)).all()  # type: ignore[attr-defined]
        for model in (Commission, Quotation)
    ]
    mine = select(Commission.id).where(Commission.organisation_id == lab.firm.id)
    parts = [
        lab.session.scalars(select(model).where(model.commission_id.in_(mine)).order_by(model.id)).all()
        for model in (Sample, Objection)
    ]
    return [row for rows in (*of_firm, *parts) for row in rows]


def _deviating(lab: Laboratory, picture: Path, uploads: Path) -> tuple[Commission, int]:
    commission = make_awaited(lab, samples=1)
    sample = whole_samples(lab, commission)[0]
    work = lab.work(lab.clerk)
    with picture.open("rb") as stream:
        upload = examine(stream, "样品.png")
    photo = store(work, uploads, upload, organisation_id=lab.firm.id, purpose="sample")
    samples.deviate(work, sample.id, arrival(condition="外箱受潮", photo_id=photo.id), deviation="数量少一件")
    lab.session.commit()
    lab.session.refresh(sample, ["events"])
    return commission, sample.events[-1].id


def _bills(lab: Laboratory, x: Market) -> tuple[int, int]:
    """Put an order of last month on A's account and make its statement; ask for an invoice of another."""
    pair = {"provider_id": lab.provider.id, "organisation_id": lab.firm.id}
    work = lab.work(lab.admin)
    open_account(work, **pair, limit_fen=1_000_000)
    month = month_before(work.today)
    order = make_order(lab.session, x, lab.firm)
    order.created_at = clock.at(month, 600)
    put_on_account(lab.work(lab.admin, now=order.created_at), order.id, on_account=True)
    statement = make_statement(work, **pair, month_on=month)
    assert statement is not None
    other: Order = make_order(lab.session, x, lab.firm)
    request = ask_invoice(lab.work(), other.id, Particulars(InvoiceKind.NORMAL, "示例", "91321023DEM000014N"))
    return statement.id, request.id
