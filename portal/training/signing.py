"""Signing in to a lesson: the code on the wall, which renews itself, and the learner's page on the phone."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import segno
from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for

from portal.access import signed_in
from portal.current import actor
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.teaching_forms import SignInForm
from portal.work import begin_work
from services.core import clock, links
from services.core.errors import RuleBroken
from services.training.operations.attending import sign_in as sign_in_to
from services.training.queries import teaching as queries
from services.training.rules.attendance import OPENS_BEFORE, Window, code_of

RENEWS = 10  # seconds after which the browser asks for the code anew, three times for each code


def code_key() -> bytes:
    """Return the key of the codes of lessons, made of the portal's secret."""
    secret = current_app.config["PORTAL"].secret_key.encode()
    return hmac.new(secret, b"codes of lessons", hashlib.sha256).digest()


@bp.route("/lessons/<id:lesson_id>/code")
@signed_in
def roll_code(lesson_id: int) -> Response:
    """Show the code of a lesson on the wall while people may sign in, renewed by the browser every few seconds."""
    lesson, training_class = queries.lesson_of_teacher(db.session(), actor(), lesson_id)
    now, window = clock.now(), Window(lesson.starts_at, lesson.ends_at)
    code = code_of(code_key(), lesson_id, now) if window.is_open(now) else ""
    address = f"{current_app.config['PORTAL'].base_url}{links.lesson_sign_in(lesson_id)}"
    page = render_template(
        "training/teaching/code.html",
        lesson=lesson,
        training_class=training_class,
        code=code,
        address=address,
        picture=segno.make(f"{address}?code={code}", error="m").svg_data_uri(scale=8, border=2),
        roll=queries.roll_of(db.session(), lesson),
        opens_at=lesson.starts_at - OPENS_BEFORE,
        now=now,
    )
    answer = make_response(page)
    if now < lesson.ends_at:
        answer.headers["Refresh"] = str(RENEWS)
    return answer


@bp.route("/sign/<id:lesson_id>", methods=["GET", "POST"])
@signed_in
def sign_in(lesson_id: int) -> Any:
    """Let a learner sign in to a lesson with the code that is shown in the room, or say why that cannot be."""
    lesson, training_class, attendance = queries.own_place(db.session(), actor(), lesson_id)
    form = SignInForm(code=request.args.get("code", "")[:20])
    if form.submitted():
        try:
            with begin_work(form) as work:
                sign_in_to(work, code_key(), lesson_id, (form.code.data or "").lower())
                work.leads_to(url_for("training.sign_in", lesson_id=lesson_id))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("You are signed in."), "success")
            return redirect(url_for("training.sign_in", lesson_id=lesson_id), code=303)
    page = render_template(
        "training/teaching/sign_in.html",
        lesson=lesson,
        training_class=training_class,
        attendance=attendance,
        form=form,
        window=Window(lesson.starts_at, lesson.ends_at),
        opens_at=lesson.starts_at - OPENS_BEFORE,
        now=clock.now(),
    )
    return page, form.status
