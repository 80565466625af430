"""Settings that change while the portal runs."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.admin import bp
from portal.admin.forms import SettingsForm, field_name
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.core.errors import RuleBroken
from services.core.operations import change_settings
from services.core.permissions import Permission
from services.core.settings import all_settings


@bp.route("/settings", methods=["GET", "POST"])
@holds(Permission.SETTING_EDIT)
def settings():
    """Show the settings and change them."""
    present = all_settings(db.session())
    form = SettingsForm(data={field_name(name): value for name, value in present.items()})
    if form.submitted():
        try:
            with begin_work(form) as work:
                change_settings(work, {name: form[field_name(name)].data for name in present})
                work.leads_to(url_for("admin.settings"))
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The settings are saved."), "success")
            return redirect(url_for("admin.settings"), code=303)
    return render_template("admin/settings.html", form=form, names=[field_name(name) for name in present])
