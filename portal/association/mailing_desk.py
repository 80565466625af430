"""Mail merge at the desk: templates, a letter to a part of the members, its preview and count, and who got it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.access import holds
from portal.association import bp
from portal.association.register_pages import association_id
from portal.components import word
from portal.desk import ActionForm, ChecksField, DeskForm, asked_id, carry_out, form_page
from portal.extensions import db
from portal.forms.fields import Required
from portal.i18n import gettext
from portal.paging import paged
from services.association.models.notices import Mailing, MailingState
from services.association.models.register import Representation, Standing, Tier
from services.association.operations import mailing as operations
from services.association.queries import mailing as queries
from services.association.queries.notices import desk_notices
from services.association.queries.readers import Segment, addressees
from services.association.rules.letters import PLACES
from services.association.rules.standing import MEMBERS
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission

MOST_NOTICES = 30
SAMPLES = 3


class LetterForm(DeskForm):
    """The words of a letter with places."""

    subject = StringField(N_("Subject of the letter"), [Required(), Length(max=80)])
    text = TextAreaField(N_("Text of the letter"), [Required(), Length(max=2000)], render_kw={"rows": 10})


class TemplateForm(LetterForm):
    """A letter that is kept to be used again."""

    name = StringField(N_("Name of the template"), [Required(), Length(max=40)])


class MailingForm(LetterForm):
    """A letter to a part of the members."""

    standing = ChecksField(N_("Standing"), description=N_("None ticked: all members."))
    tiers = ChecksField(N_("Level"), description=N_("None ticked: all levels."))
    signed = RadioField(N_("Pact"), default="")
    unread = SelectField(N_("Only those that have not confirmed"), default="")
    role = RadioField(N_("Who reads it"), [Required()], default=Representation.CONTACT.value)

    def __init__(self, *args: Any, notices: list[Any], **values: Any) -> None:
        super().__init__(*args, **values)
        self.standing.choices = [(one.value, word(one)) for one in Standing if one in MEMBERS]
        self.tiers.choices = [(one.value, word(one)) for one in Tier]
        self.signed.choices = [
            ("", gettext("All")),
            ("yes", gettext("Have signed")),
            ("no", gettext("Have not signed")),
        ]
        self.unread.choices = [("", "—"), *((str(one.id), one.title) for one in notices)]
        self.role.choices = [(one.value, word(one)) for one in Representation]

    @property
    def segment(self) -> Segment:
        """The part of the members that was chosen."""
        return Segment(
            standings=frozenset(Standing(one) for one in self.standing.data or ()),
            tiers=frozenset(Tier(one) for one in self.tiers.data or ()),
            has_signed={"yes": True, "no": False}.get(self.signed.data or ""),
            unread_notice_id=int(self.unread.data) if self.unread.data else None,
            role=Representation(self.role.data),
        )


class SendForm(ActionForm):
    """The button that sends: how many readers its page showed."""

    counted = HiddenField()

    @property
    def number(self) -> int:
        """How many readers the page showed; -1 for what is no number."""
        text = self.counted.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@bp.route("/associations/desk/mailings")
@holds(Permission.MEMBER_MANAGE)
def desk_mailing():
    """List the mailings of one's association, and its templates."""
    own = association_id()
    page = paged(queries.mailings(own))
    return render_template(
        "association/mailing/list.html",
        page=page,
        counts=queries.reader_counts(db.session(), [one.id for one in page.items]),
        templates=queries.templates(db.session(), own),
    )


@bp.route("/associations/desk/mailings/new", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def new_mailing():
    """Prepare a mailing, from a template or from nothing."""
    return _prepare(None)


@bp.route("/associations/desk/mailings/<id:mailing_id>/words", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def edit_mailing(mailing_id: int):
    """Change a mailing of which nothing has gone out."""
    return _prepare(queries.mailing_of(db.session(), association_id(), mailing_id))


@bp.route("/associations/desk/mailings/<id:mailing_id>")
@holds(Permission.MEMBER_MANAGE)
def show_mailing(mailing_id: int):
    """Show a mailing: before it goes out its preview and count, afterwards who got it."""
    return _page(mailing_id)


@bp.route("/associations/desk/mailings/<id:mailing_id>/sending", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def send_mailing(mailing_id: int):
    """Send a mailing to the readers that its preview counted."""
    queries.mailing_of(db.session(), association_id(), mailing_id)
    form = SendForm(mark="send")
    done = carry_out(
        form,
        lambda work: operations.send(work, mailing_id, counted=form.number),
        leads_to=url_for("association.show_mailing", mailing_id=mailing_id),
        done=gettext("The mailing is going out; each reader gets it once."),
    )
    return done or _page(mailing_id, form)


@bp.route("/associations/desk/mailings/<id:mailing_id>/giving-up", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def give_up_mailing(mailing_id: int):
    """Give up a mailing of which nothing has gone out."""
    queries.mailing_of(db.session(), association_id(), mailing_id)
    form = ActionForm(mark="drop")
    done = carry_out(
        form,
        lambda work: operations.give_up(work, mailing_id),
        leads_to=url_for("association.desk_mailing"),
        done=gettext("The mailing is given up."),
    )
    return done or _page(mailing_id, form)


@bp.route("/associations/desk/templates/new", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def new_template():
    """Keep a letter to be used again."""
    return _template(None)


@bp.route("/associations/desk/templates/<id:template_id>", methods=["GET", "POST"])
@holds(Permission.MEMBER_MANAGE)
def edit_template(template_id: int):
    """Change a template."""
    queries.template_of(db.session(), association_id(), template_id)
    return _template(template_id)


@bp.route("/associations/desk/templates/<id:template_id>/removal", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def delete_template(template_id: int):
    """Remove a template."""
    queries.template_of(db.session(), association_id(), template_id)
    form = ActionForm(mark="drop")
    done = carry_out(
        form,
        lambda work: operations.delete_template(work, template_id),
        leads_to=url_for("association.desk_mailing"),
        done=gettext("The template is removed."),
    )
    return done or _template(template_id)


def _template(template_id: int | None) -> Any:
    own = association_id()
    known = queries.template_of(db.session(), own, template_id) if template_id else None
    form = TemplateForm(obj=known)
    done = carry_out(
        form,
        lambda work: operations.save_template(
            work,
            own,
            name=form.name.data,
            subject=form.subject.data,
            text=form.text.data,
            template_id=template_id,
        ),
        leads_to=url_for("association.desk_mailing"),
        done=gettext("The template is kept."),
    )
    drop = ActionForm(mark="drop", fresh=True)
    return done or form_page(
        "association/mailing/template.html", form, template_id=template_id, drop=drop, places=PLACES
    )


def _prepare(known: Mailing | None) -> Any:
    own, mailing_id = association_id(), known.id if known else None
    asked = asked_id("template")
    start = _kept(known) if known else _of_template(own, asked) if asked and request.method == "GET" else {}
    notices = db.session.scalars(desk_notices(own).limit(MOST_NOTICES)).all()
    form = MailingForm(data=start, notices=[one for one in notices if one.wants_receipt])
    done = carry_out(
        form,
        lambda work: _with_number(
            work,
            operations.prepare(
                work, own, subject=form.subject.data, text=form.text.data, segment=form.segment, mailing_id=mailing_id
            ),
        ),
        leads_to=lambda made: url_for("association.show_mailing", mailing_id=made.id),
        done=gettext("Nothing has gone out yet. Look at the preview and the number of readers, then send it."),
    )
    return done or form_page("association/mailing/words.html", form, mailing=known, places=PLACES)


def _with_number(work: Any, made: Mailing) -> Mailing:
    work.session.flush()  # the address of the next page has its number
    return made


def _kept(known: Mailing) -> dict[str, Any]:
    segment = Segment.of(known.segment)
    return {
        "subject": known.subject,
        "text": known.text,
        "standing": sorted(segment.standings),
        "tiers": sorted(segment.tiers),
        "signed": {True: "yes", False: "no", None: ""}[segment.has_signed],
        "unread": str(segment.unread_notice_id or ""),
        "role": segment.role.value,
    }


def _of_template(own: int, template_id: int) -> dict[str, Any]:
    template = queries.template_of(db.session(), own, template_id)
    return {"subject": template.subject, "text": template.text}


def _page(mailing_id: int, sent: DeskForm | None = None) -> Any:
    session = db.session()
    made = queries.mailing_of(session, association_id(), mailing_id)
    is_draft = made.state is MailingState.DRAFT
    today = clock.local_day(clock.now())
    readers = addressees(session, made.association_id, Segment.of(made.segment), today) if is_draft else []
    page = render_template(
        "association/mailing/show.html",
        mailing=made,
        segment=Segment.of(made.segment),
        is_draft=is_draft,
        count=len(readers),
        samples=[queries.preview(made, made.association, one) for one in readers[:SAMPLES]],
        readers=None if is_draft else paged(queries.readers_of(made.id)),
        send=SendForm(mark="send", fresh=True, data={"counted": str(len(readers))}),
        drop=ActionForm(mark="drop", fresh=True),
        sent=sent,
    )
    return page, sent.status if sent else 200
