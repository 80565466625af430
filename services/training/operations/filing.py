"""The papers of a class for the authority (开班备案), and the photograph of a course."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from services.core.errors import NotFound, WrongState
from services.core.files import store
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.training.errors import PhotographExpected, TooManyDocuments
from services.training.models.courses import ClassState
from services.training.models.papers import ClassDocument, CoursePhoto, DocumentKind
from services.training.operations.steps import of_centre, own_course
from services.training.queries.papers import count_documents
from services.training.rules.states import CLASS_NAMES

MOST_DOCUMENTS = 30
PURPOSE = "class filing"


def add_document(
    work: Work, folder: Path, class_id: int, kind: DocumentKind, upload: Upload, note: str = ""
) -> ClassDocument:
    """Put a paper with the filing of a class of the actor's own centre; after the filing, too, such as the receipt.

    Raises WrongState for a class that is cancelled or archived, TooManyDocuments, QuotaUsed.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if found.state in {ClassState.CANCELLED, ClassState.ARCHIVED}:
        raise WrongState(state=CLASS_NAMES[found.state])
    if count_documents(work.session, class_id) >= MOST_DOCUMENTS:
        raise TooManyDocuments(most=MOST_DOCUMENTS)
    file = store(work, folder, upload, organisation_id=found.provider_id, purpose=PURPOSE)
    document = ClassDocument(
        class_id=class_id,
        kind=kind,
        file_id=file.id,
        note=note.strip(),
        entered_at=work.now,
        entered_by_id=work.actor.person_id,
    )
    work.session.add(document)
    work.session.flush()
    work.record("class.document_added", found, document=kind, name=file.name)
    return document


def remove_document(work: Work, document_id: int) -> None:
    """Take a paper out again, as long as the class is not filed; what was filed stays."""
    document = work.session.get(ClassDocument, document_id)
    if document is None:
        raise NotFound
    found = of_centre(work, document.class_id, Permission.CLASS_RUN)
    if found.filing_no:
        raise WrongState(state=CLASS_NAMES[found.state])
    work.session.delete(document)
    work.record("class.document_removed", found, document=document.kind, name=document.file.name)


def set_photo(work: Work, folder: Path, course_id: int, upload: Upload) -> None:
    """Give a course of the actor's own centre this photograph in place of the one it had. Its file name is forgotten."""
    course = own_course(work, course_id)
    if upload.extension not in {"jpg", "png"}:
        raise PhotographExpected
    nameless = replace(upload, name=f"{course.code}.{upload.extension}")
    file = store(work, folder, nameless, organisation_id=course.provider_id, purpose="course photo")
    photo = work.session.get(CoursePhoto, course_id)
    if photo is None:
        work.session.add(CoursePhoto(course_id=course_id, file_id=file.id))
    else:
        photo.file_id = file.id
    work.session.flush()
    work.record("course.photo", course, code=course.code)


def drop_photo(work: Work, course_id: int) -> None:
    """Take the photograph off a course; without one nothing happens."""
    course = own_course(work, course_id)
    photo = work.session.get(CoursePhoto, course_id)
    if photo is not None:
        work.session.delete(photo)
        work.record("course.photo_removed", course, code=course.code)
