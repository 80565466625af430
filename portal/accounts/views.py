"""Signing in and out, registering, and setting a forgotten password anew."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
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
from services.core.permissions import ROLE_NAMES
from services.organisations.queries import demo_memberships

REGISTERING, RESETTING = "registering", "resetting"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    """Ask for account and password."""
    if user() is not None:
        return redirect(safe_next(request.args.get("next")) or url_for("home.bench"))
    form = SignInForm(login=request.args.get("login"))
    if form.submitted():
        check = check_sign_in(db.session(), form.login.data, form.password.data, request.remote_addr or "", clock.now())
        with begin_work() as work:
            answer = sign_ins.sign_in(work, check, browser=browser())
        if isinstance(answer, Entry):
            return enter(answer, request.args.get("next"))
        form.blame(answer)
    return render_template("accounts/sign_in.html", form=form, demo=_demo())


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def second_factor():
    """Ask for the second factor after the password was right."""
    wanted = safe_next(request.args.get("next"))
    token = session.get(WAITING, "")
    if waiting_sign_in(db.session(), token, clock.now()) is None:
        return redirect(url_for("accounts.sign_in", next=wanted))
    form = SecondFactorForm()
    if form.submitted():
        with begin_work() as work:
            answer = sign_ins.pass_second_factor(work, vault(), token, form.code.data)
        if isinstance(answer, Entry):
            return enter(answer, wanted)
        if not isinstance(answer, WrongFactor):
            session.pop(WAITING, None)
            flash(translate_error(answer), "warning")
            return redirect(url_for("accounts.sign_in", next=wanted), code=303)
        form.blame(answer)
    return render_template("accounts/second_factor.html", form=form)


@bp.route("/sign-out", methods=["POST"])
@signed_in
def sign_out():
    """End this sign-in, on the server and in the browser."""
    if ActionForm().submitted():
        with begin_work() as work:
            sign_ins.end_sign_in(work, user().sign_in.id)
    logout_user()
    session.clear()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for("home.index"), code=303)


@bp.route("/register", methods=["GET", "POST"])
@public
def register():
    """Ask for a mobile number or an e-mail address, and send a code there."""
    form = ContactForm(contact=session.get(REGISTERING))
    if form.submitted():
        onward = url_for("accounts.register_confirm", next=request.args.get("next"))
        try:
            with begin_work(form) as work:
                registration.start_registration(work, form.contact.data, locale=chosen_locale())
                work.leads_to(onward)
        except RuleBroken as error:
            form.blame(error)
        else:
            session[REGISTERING] = form.contact.data
            return redirect(onward, code=303)
    return render_template("accounts/register.html", form=form)


@bp.route("/register/confirm", methods=["GET", "POST"])
@public
def register_confirm():
    """Ask for the code, a name and a password; then the new person is in."""
    contact = session.get(REGISTERING)
    if contact is None:
        return redirect(url_for("accounts.register", next=request.args.get("next")))
    form = RegisterForm()
    if form.submitted():
        try:
            password = NewPassword.choose(
                form.password.data, about=[form.name.data, contact, contact.partition("@")[0]]
            )
            with begin_work() as work:
                answer = registration.register(
                    work,
                    contact,
                    form.code.data,
                    name=form.name.data,
                    password=password,
                    locale=chosen_locale(),
                    browser=browser(),
                )
        except RuleBroken as error:
            answer = error
        if isinstance(answer, Entry):
            return enter(answer, request.args.get("next"), otherwise="organisations.register")
        form.blame(answer)
    return render_template("accounts/register_confirm.html", form=form, contact=contact)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten():
    """Ask for the mobile number or e-mail address of the account, and send a code there."""
    form = ContactForm(contact=session.get(RESETTING))
    if form.submitted():
        try:
            with begin_work(form) as work:
                passwords.ask_for_reset(work, form.contact.data, locale=chosen_locale())
                work.leads_to(url_for("accounts.reset"))
        except RuleBroken as error:
            form.blame(error)
        else:
            session[RESETTING] = form.contact.data
            return redirect(url_for("accounts.reset"), code=303)
    return render_template("accounts/forgotten.html", form=form)


@bp.route("/forgotten/reset", methods=["GET", "POST"])
@public
def reset():
    """Ask for the code and a new password."""
    contact = session.get(RESETTING)
    if contact is None:
        return redirect(url_for("accounts.forgotten"))
    form = ResetForm()
    if form.submitted():
        try:
            password = NewPassword.choose(form.password.data, about=[contact, contact.partition("@")[0]])
            with begin_work() as work:
                refusal = passwords.reset_password(work, contact, form.code.data, password)
        except RuleBroken as error:
            refusal = error
        if refusal is None:
            session.clear()
            flash(gettext("Your password was changed. Please sign in with it."), "success")
            return redirect(url_for("accounts.sign_in", login=contact), code=303)
        form.blame(refusal)
    return render_template("accounts/reset.html", form=form, contact=contact)


@bp.route("/terms")
@public
def terms():
    """Show the terms of use and the privacy notice."""
    return render_template("accounts/terms.html")


def _demo() -> dict[str, Any] | None:
    """Return who one can be in a demonstration: one of each role, and the rest."""
    if not current_app.config["PORTAL"].demo:
        return None
    everyone = demo_memberships(db.session())
    first = {one.role: one for one in reversed(everyone)}
    groups = (
        [one for one in everyone if first[one.role] is one],
        [one for one in everyone if first[one.role] is not one],
    )
    return {"groups": groups, "password": DEMO_PASSWORD, "role_names": ROLE_NAMES}
