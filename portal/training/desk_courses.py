"""The desk of the training centre: its courses."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import Response, render_template, url_for

from portal.access import holds, public
from portal.current import actor
from portal.desk import ActionForm, asked_words, carry_out, form_page, press, provider_id
from portal.extensions import db
from portal.files import POLICY, uploads_folder
from portal.i18n import gettext
from portal.paging import paged
from portal.training import bp
from portal.training.desk_forms import CourseForm, CoursePhotoForm, NewCourseForm
from services.core import clock
from services.core.files import content_of
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.models.courses import Course
from services.training.operations import filing
from services.training.operations.courses import CourseWish, enter_course, publish_course
from services.training.queries import desk as queries
from services.training.queries.papers import photo_of, with_photo

FIVE_MINUTES = "public, max-age=300"


def own_course(code: str) -> Course:
    """Return a course of the reader's centre. Raises NotFound for any other."""
    return queries.course_at(db.session(), provider_id() or 0, code)


@bp.route("/training/desk/courses")
@holds(Permission.CLASS_RUN)
def desk_courses():
    """List the courses of the centre."""
    words = asked_words()
    page = paged(queries.courses_at(provider_id() or 0, words), scalars=False)
    return render_template("training/desk/courses.html", page=page, words=words)


@bp.route("/training/desk/courses/new", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_course_new():
    """Enter a course."""
    form, centre_id = NewCourseForm(data=_usual()), provider_id() or 0
    done = carry_out(
        form,
        lambda work: enter_course(work, centre_id, form.wish(form.code.data)),
        leads_to=lambda course: url_for("training.desk_course", code=course.code),
        done=gettext("The course is entered. Publish it once everything is right."),
    )
    return done or form_page("training/desk/course_form.html", form, course=None)


@bp.route("/training/desk/courses/<code>")
@holds(Permission.CLASS_RUN)
def desk_course(code: str):
    """Show a course with its classes, to be published and illustrated."""
    return _page(own_course(code))


def _page(course: Course, photo: CoursePhotoForm | None = None) -> Any:
    session, today = db.session(), clock.local_day(clock.now())
    classes = queries.classes_at(session, course.provider_id, today, queries.Show.ALL, course_id=course.id)
    page = render_template(
        "training/desk/course.html",
        course=course,
        page=paged(classes),
        has_photo=bool(with_photo(session, [course.id])),
        photo=photo or CoursePhotoForm(mark="photo", fresh=True),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, photo.status if photo else 200


@bp.route("/training/desk/courses/<code>/edit", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_course_edit(code: str):
    """Change a course; classes that are planned keep their own fee."""
    course = own_course(code)
    course_id, centre_id, form = course.id, course.provider_id, _filled(course)
    done = carry_out(
        form,
        lambda work: enter_course(work, centre_id, form.wish(code), course_id, version=form.version.data),
        leads_to=url_for("training.desk_course", code=code),
        done=gettext("The changes have been saved."),
    )
    if done:
        return done
    form.compare(lambda: _filled(own_course(code), formdata=None))
    return form_page("training/desk/course_form.html", form, course=own_course(code))


@bp.route("/training/desk/courses/<code>/publication", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_course_publish(code: str):
    """Show a course to everybody."""
    address = url_for("training.desk_course", code=code)
    return press(ActionForm(), address, N_("The course is public now."), _publish, own_course(code).id, True)


@bp.route("/training/desk/courses/<code>/hiding", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_course_hide(code: str):
    """Show a course to nobody but the centre."""
    address = url_for("training.desk_course", code=code)
    return press(ActionForm(), address, N_("The course is no longer shown."), _publish, own_course(code).id, False)


def _publish(work: Any, course_id: int, is_published: bool) -> None:
    publish_course(work, course_id, is_published=is_published)


@bp.route("/training/desk/courses/<code>/photo", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_course_photo(code: str):
    """Give a course a photograph."""
    course_id, form = own_course(code).id, CoursePhotoForm(mark="photo")
    done = carry_out(
        form,
        lambda work: filing.set_photo(work, uploads_folder(), course_id, form.photo.upload),
        leads_to=url_for("training.desk_course", code=code),
        done=gettext("The photograph is saved."),
    )
    return done or _page(own_course(code), form)


@bp.route("/training/desk/courses/<code>/photo/removal", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_course_photo_remove(code: str):
    """Take the photograph off a course."""
    address, told = url_for("training.desk_course", code=code), N_("The photograph is taken off.")
    return press(ActionForm(), address, told, filing.drop_photo, own_course(code).id)


@bp.route("/courses/<code>/photo")
@public
def course_photo(code: str):
    """Return the photograph of a public course, or of one's own centre's."""
    may_run = actor().may(Permission.CLASS_RUN)
    found = photo_of(db.session(), code, provider_id=provider_id() if may_run else None)
    answer = Response(content_of(uploads_folder(), found), mimetype=found.media_type)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = FIVE_MINUTES if not may_run else "private, no-cache"
    return answer


def _usual() -> dict[str, Any]:
    """Return what most courses have."""
    usual = {one.name: one.default for one in fields(CourseWish) if one.name not in {"code", "title"}}
    return usual | {"theory_hours": None, "practice_hours": None, "fee_fen": None, "shortage_percent": None}


def _filled(course: Course, **values: Any) -> CourseForm:
    data = {one.name: getattr(course, one.name) for one in fields(CourseWish)}
    return CourseForm(data=data | {"version": course.version}, **values)
