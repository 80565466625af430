"""Setting the second factor up, its recovery codes, and switching it off."""

from __future__ import annotations

import segno
from flask import current_app, flash, redirect, render_template, url_for

from portal.access import signed_in
from portal.accounts import bp
from portal.accounts.entering import keep, vault
from portal.accounts.forms import FactorForm, PresentPasswordForm
from portal.accounts.profile import present_password
from portal.current import person, user
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.accounts.factors import Offer, offer, offered, setup_address
from services.accounts.operations import factors
from services.accounts.operations.sign_ins import Entry
from services.accounts.queries import recovery_codes_left
from services.core import clock
from services.core.errors import RuleBroken


@bp.route("/factor", methods=["GET", "POST"])
@signed_in
def factor():
    """Show how things stand; without a second factor, offer one and ask for its first code."""
    if person().has_second_factor:
        left = recovery_codes_left(db.session(), person().id)
        return render_template("accounts/factor_set.html", left=left, since=person().totp_confirmed_at)
    form = FactorForm()
    if form.submitted():
        try:
            with begin_work() as work:
                done = factors.set_factor(
                    work, vault(), form.offer.data or "", form.code.data, sign_in_id=user().sign_in.id
                )
        except RuleBroken as error:
            form.blame(error)
        else:
            keep(done.entry)
            flash(gettext("Signing in now asks for a second factor."), "success")
            return _recovery_codes(done.recovery_codes)
    chosen = _chosen_offer(form)
    return render_template("accounts/factor.html", form=form, secret=chosen.secret, picture=_picture(chosen))


@bp.route("/factor/recovery-codes", methods=["GET", "POST"])
@signed_in
def recovery_codes():
    """Make new recovery codes; the old ones are void."""
    if not person().has_second_factor:
        return redirect(url_for("accounts.factor"))
    form = PresentPasswordForm()
    if form.submitted():
        check = present_password(form.present_password.data)
        with begin_work() as work:
            answer = factors.renew_recovery_codes(work, check)
        if isinstance(answer, list):
            return _recovery_codes(answer)
        form.blame(answer)
    return render_template("accounts/recovery_codes_renew.html", form=form)


@bp.route("/factor/off", methods=["GET", "POST"])
@signed_in
def factor_off():
    """Switch the second factor off."""
    if not person().has_second_factor:
        return redirect(url_for("accounts.factor"))
    form = PresentPasswordForm()
    if form.submitted():
        check = present_password(form.present_password.data)
        with begin_work() as work:
            answer = factors.switch_factor_off(work, check, sign_in_id=user().sign_in.id)
        if isinstance(answer, Entry):
            keep(answer)
            flash(gettext("Signing in no longer asks for a second factor."), "success")
            return redirect(url_for("accounts.profile"), code=303)
        form.blame(answer)
    return render_template("accounts/factor_off.html", form=form)


def _recovery_codes(codes: list[str]) -> str:
    """Show recovery codes in the answer itself: they are stored nowhere from where a further page could read them."""
    return render_template("accounts/recovery_codes.html", codes=codes)


def _chosen_offer(form: FactorForm) -> Offer:
    """Return the offer that was shown before, so that the app need not be set up again, or a new one."""
    now = clock.now()
    shown = offered(vault(), form.offer.data, person().id, now) if form.offer.data else None
    chosen = shown or offer(vault(), person().id, now)
    form.offer.data = chosen.sealed
    return chosen


def _picture(chosen: Offer) -> str:
    who = person()
    account = who.login or who.email or who.mobile or who.name
    address = setup_address(chosen.secret, account, current_app.config["PORTAL"].site_name)
    return segno.make(address, error="l").svg_data_uri(scale=4, border=2)
