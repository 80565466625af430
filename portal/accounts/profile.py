"""One's own account: name, contacts, password, and where one is signed in."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, session, url_for

from portal.access import signed_in
from portal.accounts import bp
from portal.accounts.entering import keep
from portal.accounts.forms import CodeForm, NewContactForm, PasswordForm, ProfileForm
from portal.current import person, user
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import COOKIE, gettext, ngettext
from portal.work import begin_work
from services.accounts.credentials import PasswordCheck, check_present
from services.accounts.operations import passwords, profiles, sign_ins
from services.accounts.operations.sign_ins import Entry
from services.accounts.passwords import NewPassword
from services.accounts.queries import live_sign_ins
from services.accounts.rules import browser_name, system_name
from services.core import clock
from services.core.errors import RuleBroken

CHANGING = "changing"


def present_password(text: str) -> PasswordCheck:
    """Compare the password that the signed-in person was asked for again."""
    return check_present(db.session(), person(), text, request.remote_addr or "", clock.now())


@bp.route("/profile", methods=["GET", "POST"])
@signed_in
def profile():
    """Show the account; change name and language."""
    form = ProfileForm(name=person().name, locale=person().locale)
    if form.submitted():
        with begin_work() as work:
            profiles.edit_profile(work, name=form.name.data, locale=form.locale.data)
        flash(gettext("Saved."), "success")
        response = make_response(redirect(url_for("accounts.profile"), code=303))
        response.delete_cookie(COOKIE)  # the person's own language counts again
        return response
    return render_template("accounts/profile.html", form=form, person=person(), organisations=user().organisations)


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def password():
    """Change the password; every other sign-in ends."""
    form = PasswordForm()
    if form.submitted():
        try:
            new = NewPassword.choose(form.password.data, about=_own_words())
            check = present_password(form.present_password.data)
            with begin_work() as work:
                answer = passwords.change_password(work, check, new, sign_in_id=user().sign_in.id)
        except RuleBroken as error:
            answer = error
        if isinstance(answer, Entry):
            keep(answer)
            flash(gettext("Your password was changed, and every other sign-in has ended."), "success")
            return redirect(url_for("accounts.profile"), code=303)
        form.blame(answer)
    return render_template("accounts/password.html", form=form)


@bp.route("/contact", methods=["GET", "POST"])
@signed_in
def contact():
    """Ask for another mobile number or e-mail address, and send a code there."""
    form = NewContactForm()
    if form.submitted():
        try:
            check = present_password(form.present_password.data)
            with begin_work() as work:
                refusal = profiles.ask_for_contact(work, check, form.contact.data, locale=person().locale)
        except RuleBroken as error:
            refusal = error
        if refusal is None:
            session[CHANGING] = form.contact.data
            return redirect(url_for("accounts.contact_confirm"), code=303)
        form.blame(refusal)
    return render_template("accounts/contact.html", form=form)


@bp.route("/contact/confirm", methods=["GET", "POST"])
@signed_in
def contact_confirm():
    """Ask for the code; then the new contact counts."""
    wanted = session.get(CHANGING)
    if wanted is None:
        return redirect(url_for("accounts.contact"))
    form = CodeForm()
    if form.submitted():
        with begin_work() as work:
            refusal = profiles.change_contact(work, wanted, form.code.data)
        if refusal is None:
            session.pop(CHANGING)
            flash(gettext("Saved."), "success")
            return redirect(url_for("accounts.profile"), code=303)
        form.blame(refusal)
    return render_template("accounts/contact_confirm.html", form=form, contact=wanted)


@bp.route("/sign-ins", endpoint="sign_ins")
@signed_in
def list_sign_ins():
    """List where this person is signed in."""
    rows = [
        (one, browser_name(one.browser), system_name(one.browser))
        for one in live_sign_ins(db.session(), person().id, clock.now())
    ]
    return render_template("accounts/sign_ins.html", rows=rows, present=user().sign_in.id, form=ActionForm())


@bp.route("/sign-ins/<id:sign_in_id>/end", methods=["POST"])
@signed_in
def end_sign_in(sign_in_id: int):
    """End one sign-in of this person."""
    if ActionForm().submitted():
        with begin_work() as work:
            sign_ins.end_sign_in(work, sign_in_id)
        flash(gettext("The sign-in has ended."), "success")
    return redirect(url_for("accounts.sign_ins"), code=303)


@bp.route("/sign-ins/end-others", methods=["POST"])
@signed_in
def end_other_sign_ins():
    """End every sign-in of this person but the present one."""
    if ActionForm().submitted():
        with begin_work() as work:
            count = sign_ins.end_other_sign_ins(work, user().sign_in.id)
        flash(ngettext("%(num)s sign-in has ended.", "%(num)s sign-ins have ended.", count), "success")
    return redirect(url_for("accounts.sign_ins"), code=303)


def _own_words() -> list[str]:
    who = person()
    return [word for word in (who.name, who.login, who.mobile, who.email, (who.email or "").partition("@")[0]) if word]
