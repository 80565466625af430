"""The desk of notices: drafts, what is published, and who has confirmed having read it."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from portal.access import holds
from portal.association import bp
from portal.association.case_forms import RowForm
from portal.association.register_pages import association_id
from portal.csv_files import csv_answer
from portal.current import actor
from portal.desk import (
    ActionForm,
    DeskForm,
    ReasonForm,
    VersionField,
    asked_word,
    carry_out,
    form_page,
    named,
)
from portal.extensions import db
from portal.files import ExaminedField, uploads_folder
from portal.forms.fields import Required
from portal.i18n import gettext, local_time, translate
from portal.paging import paged
from services.association.models.notices import Audience, Notice, NoticeKind, NoticeState
from services.association.operations import notices as operations
from services.association.operations.notices import WishNotice
from services.association.queries import notices as queries
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


class NoticeForm(DeskForm):
    """A notice or a document."""

    version = VersionField()
    kind = RadioField(N_("Kind"), [Required()], default=NoticeKind.NOTICE.value)
    audience = RadioField(N_("Who reads it"), [Required()], default=Audience.MEMBERS.value)
    title = StringField(N_("Title of the notice"), [Required(), Length(max=80)])
    text = TextAreaField(N_("Text"), [Length(max=5000)], render_kw={"rows": 10})
    wants_receipt = BooleanField(
        N_("Members confirm that they have read it"),
        description=N_("You see then who has not, and can remind them."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.kind.choices, self.audience.choices = named(NoticeKind), named(Audience)

    @property
    def wish(self) -> WishNotice:
        """What it says, and to whom."""
        return WishNotice(
            NoticeKind(self.kind.data),
            Audience(self.audience.data),
            self.title.data or "",
            self.text.data or "",
            self.wants_receipt.data,
        )


class FileForm(ActionForm):
    """A file for a draft."""

    file = ExaminedField(N_("File"), [Required()])


DEEDS: dict[str, tuple[type[DeskForm], Any, str]] = {
    "publish": (
        ActionForm,
        lambda work, notice_id, _form: operations.publish(work, notice_id),
        N_("It is published; its readers are told."),
    ),
    "discard": (
        ActionForm,
        lambda work, notice_id, _form: operations.discard(work, notice_id),
        N_("The draft is given up."),
    ),
    "withdraw": (
        ReasonForm,
        lambda work, notice_id, form: operations.withdraw(work, notice_id, reason=form.reason.data),
        N_("It is withdrawn; nobody reads it any more."),
    ),
    "remind": (
        ActionForm,
        lambda work, notice_id, _form: operations.remind(work, notice_id),
        N_("Those who have not confirmed are reminded."),
    ),
    "attach": (
        FileForm,
        lambda work, notice_id, form: operations.add_file(work, notice_id, uploads_folder(), form.file.upload),
        N_("The file is added."),
    ),
    "detach": (
        RowForm,
        lambda work, notice_id, form: operations.remove_file(work, notice_id, form.row.data or 0),
        N_("The file is taken off."),
    ),
}
"""What is done with a notice: its form, its operation and what is told afterwards."""


@bp.route("/associations/desk/notices")
@holds(Permission.MEMBER_MANAGE)
def desk_notices():
    """List the notices of one's association."""
    state = asked_word(NoticeState, "state")
    page = paged(queries.desk_notices(association_id(), state=state))
    counts = queries.receipt_counts(db.session(), [one.id for one in page.items])
    return render_template("association/notices/desk.html", page=page, state=state, counts=counts)


@bp.route("/associations/desk/notices/new", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def new_notice():
    """Write a notice."""
    form = NoticeForm()
    done = carry_out(
        form,
        lambda work: _flushed(work, operations.write_notice(work, association_id(), form.wish)),
        leads_to=lambda notice: url_for("association.desk_notice", notice_id=notice.id),
        done=gettext("The draft is kept. Add files if there are any, then publish it."),
    )
    return done or form_page("association/notices/new.html", form)


@bp.route("/associations/desk/notices/<id:notice_id>", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def desk_notice(notice_id: int):
    """Show a notice to the secretariat; a draft can be changed."""
    _own(notice_id)
    form = NoticeForm(obj=_own(notice_id))
    done = carry_out(
        form,
        lambda work: operations.change_notice(work, notice_id, form.wish, version=form.version.data),
        leads_to=url_for("association.desk_notice", notice_id=notice_id),
        done=gettext("The draft is kept."),
    )
    return done or _page(notice_id, form)


@bp.route("/associations/desk/notices/<id:notice_id>/<deed>", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def notice_deed(notice_id: int, deed: str):
    """Do something with a notice."""
    if deed not in DEEDS:
        abort(404)
    kind, run, told = DEEDS[deed]
    _own(notice_id)
    form = kind(mark=deed)
    address = url_for("association.desk_notice", notice_id=notice_id)
    leads_to = url_for("association.desk_notices") if deed == "discard" else address
    done = carry_out(form, lambda work: run(work, notice_id, form), leads_to=leads_to, done=translate(told))
    return done or _page(notice_id, NoticeForm(fresh=True, obj=_own(notice_id)), form)


@bp.route("/associations/desk/notices/<id:notice_id>/receipts")
@holds(Permission.MEMBER_MANAGE)
def notice_receipts(notice_id: int):
    """Save the receipts of a notice as a table."""
    rows = queries.receipts_of(db.session(), _own(notice_id), clock.local_day(clock.now()))
    head = [gettext("Member"), gettext("Member number"), gettext("Confirmed by"), gettext("Confirmed at")]
    return csv_answer(
        f"receipts-{notice_id}.csv",
        head,
        [
            (
                row.member.organisation.name,
                row.member.no,
                row.receipt.person.name if row.receipt else "",
                local_time(row.receipt.at) if row.receipt else "",
            )
            for row in rows
        ],
    )


def _own(notice_id: int) -> Notice:
    """Return a notice of one's own association. Raises NotFound for that of another."""
    found = queries.readable_notice(db.session(), actor(), notice_id, clock.local_day(clock.now()))
    if found.association_id != association_id():
        raise NotFound
    return found


def _flushed(work: Work, notice: Notice) -> Notice:
    work.session.flush()  # the address of the next page has its number
    return notice


def _page(notice_id: int, form: NoticeForm, sent: DeskForm | None = None) -> Any:
    found = _own(notice_id)
    today = clock.local_day(clock.now())
    page = render_template(
        "association/notices/desk_show.html",
        notice=found,
        form=form,
        sent=sent,
        attach=sent if isinstance(sent, FileForm) else FileForm(mark="attach", fresh=True),
        withdraw=sent if isinstance(sent, ReasonForm) else ReasonForm(mark="withdraw", fresh=True),
        action=ActionForm(mark="action", fresh=True),
        rows=queries.receipts_of(db.session(), found, today) if found.wants_receipt else [],
        detach=lambda file_id: RowForm(mark="detach", fresh=True, data={"row": file_id}),
    )
    return page, (sent or form).status
