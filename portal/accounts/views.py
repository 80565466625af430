"""Signing in and out, registering, and setting a forgotten password anew."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import logout_user

from portal.access import public, signed_in
from portal.accounts import activity, bp, factor, profile  # noqa: F401 - they register themselves
from portal.accounts.entering import WAITING, browser, enter, vault
from portal.accounts.forms import ContactForm, RegisterForm, ResetForm, SecondFactorForm, SignInForm
from portal.current import user
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import chosen_locale, gettext, translate_error
from portal.security import safe_next
from portal.work import begin_work
from services.accounts.credentials import check_sign_in
from services.accounts.errors import WrongFactor
from services.accounts.operations import passwords, registration, sign_ins
from services.accounts.operations.sign_ins import Entry
from services.accounts.passwords import NewPassword
from services.accounts.queries import waiting_sign_in
from services.accounts.rules import DEMO_PASSWORD
from services.core import clock
from services.core.errors import RuleBroken
from services.organisations.queries import demo_memberships

REGISTERING, RESETTING, NEXT = "registering", "resetting", "next"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    """Ask for account and password."""
    if user() is not None:
        return redirect(safe_next(request.args.get("next")) or url_for("home.bench"))
    form = SignInForm(login=request.args.get("login"))
    if form.submitted():
        check = check_sign_in(
            db.session(), form.login.data, form.password.data, request.remote_addr or "", clock.now()
        )
        with begin_work() as work:
            answer = sign_ins.sign_in(work, check, browser=browser())
        if isinstance(answer, Entry):
            return enter(answer, request.args.get("next"))
        form.blame(answer)
    demo = demo_memberships(db.session()) if _is_demo() else []
    return render_template("accounts/sign_in.html", form=form, demo=demo, demo_password=DEMO_PASSWORD)
