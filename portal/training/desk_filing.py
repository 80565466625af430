"""The desk of the training centre: the papers of a class for the authority, and the number it is filed under."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.desk import ActionForm, DeskForm, carry_out, press, provider_id
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from portal.training import bp
from portal.training.desk_classes import own_class
from portal.training.desk_forms import DocumentForm, FilingForm
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.models.courses import ClassState, TrainingClass
from services.training.operations import filing
from services.training.operations.classes import file_class
from services.training.queries.papers import document_at, documents_of, missing_papers


@bp.route("/training/desk/classes/<class_no>/filing")
@holds(Permission.CLASS_RUN)
def desk_filing(class_no: str):
    """Show the papers of a class and its filing number."""
    return _page(own_class(class_no))


def _page(found: TrainingClass, **sent: DeskForm) -> Any:
    documents = documents_of(db.session(), found.id)
    forms = {
        "document": DocumentForm(mark="document", fresh=True),
        "filing": FilingForm(mark="filing", fresh=True),
        "action": ActionForm(mark="action", fresh=True),
    } | sent
    page = render_template(
        "training/desk/filing.html",
        training_class=found,
        course=found.course,
        documents=documents,
        missing=missing_papers(documents),
        forms=forms,
        sent=next(iter(sent.values()), None),
        can_add=found.state not in {ClassState.CANCELLED, ClassState.ARCHIVED},
        can_file=found.state is ClassState.DRAFT,
    )
    return page, next((form.status for form in sent.values()), 200)


@bp.route("/training/desk/classes/<class_no>/filing/number", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_file(class_no: str):
    """Enter the number under which the authority keeps the class."""
    class_id, form = own_class(class_no).id, FilingForm(mark="filing")
    done = carry_out(
        form,
        lambda work: file_class(work, class_id, form.filing_no.data),
        leads_to=url_for("training.desk_class", class_no=class_no),
        done=gettext("The class is filed. You can open it now."),
    )
    return done or _page(own_class(class_no), filing=form)


@bp.route("/training/desk/classes/<class_no>/filing/papers", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_document_add(class_no: str):
    """Put a paper with the filing."""
    class_id, form = own_class(class_no).id, DocumentForm(mark="document")

    def add(work: Any) -> None:
        filing.add_document(work, uploads_folder(), class_id, form.kind.data, form.file.upload, form.note.data or "")

    address = url_for("training.desk_filing", class_no=class_no)
    done = carry_out(form, add, leads_to=address, done=gettext("The paper is kept with the class."))
    return done or _page(own_class(class_no), document=form)


@bp.route("/training/desk/papers/<id:document_id>")
@holds(Permission.CLASS_RUN)
def desk_document(document_id: int):
    """Hand out a paper of a filing to the centre."""
    return send_attachment(document_at(db.session(), provider_id() or 0, document_id).file)


@bp.route("/training/desk/classes/<class_no>/filing/papers/<id:document_id>/removal", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_document_remove(class_no: str, document_id: int):
    """Take a paper out again, before the class is filed."""
    own_class(class_no)
    document_at(db.session(), provider_id() or 0, document_id)
    address = url_for("training.desk_filing", class_no=class_no)
    return press(ActionForm(), address, N_("The paper is taken out."), filing.remove_document, document_id)
