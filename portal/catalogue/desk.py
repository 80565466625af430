"""The centre's desk for its service modules. The other pages of the desk are registered from here."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.catalogue import bp, hours_desk, policy_desk, price_desk, publication, resource_desk  # noqa: F401 - registers
from portal.catalogue.desk_forms import ModuleForm, NewModuleForm, PauseForm, ReasonForm, module_form, typed
from portal.catalogue.history import timeline_of
from portal.components import state_word
from portal.current import actor
from portal.desk import DeskForm, asked_word, asked_words, form_page
from portal.extensions import db
from portal.i18n import gettext, translate, translate_error
from portal.paging import paged
from portal.work import begin_work
from services.catalogue import desk_queries
from services.catalogue.models import ModuleState, ServiceModule
from services.catalogue.operations import modules, states
from services.catalogue.operations.readiness import lacking
from services.core import clock
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

MOVES: dict[str, tuple[Callable[[Work, int], None], str]] = {
    "submit": (states.submit_module, N_("The platform has been asked to publish this service.")),
    "take-back": (states.take_back_module, N_("The service is a draft again.")),
    "resume": (states.resume_module, N_("The service can be booked again.")),
    "revive": (states.revive_module, N_("The service is a draft again.")),
}
"""The steps that are a button: the operation, and what is said afterwards."""


@bp.route("/desk")
@holds(Permission.MODULE_EDIT)
def desk():
    """List the modules of the centre with the price now and the next change."""
    provider_id, today = actor().organisation_id, clock.local_day(clock.now())
    state, words = asked_word(ModuleState, "state"), asked_words()
    page = paged(desk_queries.provider_modules(provider_id, state=state, words=words))
    return render_template(
        "catalogue/desk/index.html",
        page=page,
        state=state,
        words=words,
        state_tabs=_state_tabs(desk_queries.module_counts(db.session(), provider_id), state),
        outlooks=desk_queries.price_outlooks(db.session(), [one.id for one in page.items], today),
    )


@bp.route("/desk/new", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_new():
    """Enter a module as a draft."""
    form = _new_form()
    if form.submitted():
        try:
            with begin_work(form) as work:
                module = modules.create_module(work, form.code.data, form.particulars())
                address = url_for("catalogue.desk_show", module_id=module.id)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The draft has been saved. Add a price, then submit it for publication."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/desk/new.html", form)


@bp.route("/desk/<id:module_id>")
@holds(Permission.MODULE_EDIT)
def desk_show(module_id: int):
    """Show a module as its staff see it: what it lacks, its price, what can be done, what has happened."""
    return _shown(module_id, DeskForm())


@bp.route("/desk/<id:module_id>/edit", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_edit(module_id: int):
    """Change what is said about a module."""
    module = _own(module_id)
    form = _edit_form(module)
    if form.submitted():
        address = url_for("catalogue.desk_show", module_id=module_id)
        try:
            with begin_work(form) as work:
                modules.edit_module(work, module_id, form.version.data, form.particulars())
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
            form.compare(lambda: _edit_form(module, formdata=None))
        else:
            flash(gettext("The changes have been saved."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/desk/edit.html", form, module=module)


@bp.route("/desk/<id:module_id>/moves/<step>", methods=["POST"])
@holds(Permission.MODULE_EDIT)
def desk_move(module_id: int, step: str):
    """Take a step that needs nothing but a button."""
    if step not in MOVES:
        raise NotFound
    operation, told = MOVES[step]
    form = DeskForm()
    if form.submitted():
        address = url_for("catalogue.desk_show", module_id=module_id)
        try:
            with begin_work(form) as work:
                operation(work, module_id)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(translate(told), "success")
            return redirect(address, code=303)
    return _shown(module_id, form)


@bp.route("/desk/<id:module_id>/pause", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_pause(module_id: int):
    """Ask for the reason of a pause, and pause."""
    module, form = _own(module_id), PauseForm()
    if form.submitted():
        address = url_for("catalogue.desk_show", module_id=module_id)
        try:
            with begin_work(form) as work:
                states.pause_module(work, module_id, form.reason.data, form.resumes_on.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The service is paused. Clients see the reason."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/desk/pause.html", form, module=module)


@bp.route("/desk/<id:module_id>/withdraw", methods=["GET", "POST"])
@holds(Permission.MODULE_EDIT)
def desk_withdraw(module_id: int):
    """Ask for the reason of a withdrawal, and withdraw."""
    module, form = _own(module_id), ReasonForm()
    if form.submitted():
        address = url_for("catalogue.desk_show", module_id=module_id)
        try:
            with begin_work(form) as work:
                states.withdraw_module(work, module_id, form.reason.data)
                work.leads_to(address)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The service has been withdrawn."), "success")
            return redirect(address, code=303)
    return form_page("catalogue/desk/withdraw.html", form, module=module)


def _state_tabs(counts: dict[ModuleState, int], chosen: ModuleState | None) -> list[tuple[str, str, bool]]:
    """Return one tab for all modules and one for each state, with how many there are."""
    whole = (gettext("All"), url_for("catalogue.desk"), chosen is None)
    return [
        whole,
        *(
            (f"{state_word('module', state)} {count}", url_for("catalogue.desk", state=state), state is chosen)
            for state, count in counts.items()
        ),
    ]


def _own(module_id: int) -> ServiceModule:
    return desk_queries.provider_module(db.session(), actor().organisation_id, module_id)


def _shown(module_id: int, form: DeskForm):
    module, today = _own(module_id), clock.local_day(clock.now())
    missing = [] if module.state is ModuleState.WITHDRAWN else lacking(module, today)
    entries = desk_queries.history_of(db.session(), "service_module", module_id)
    return form_page(
        "catalogue/desk/show.html",
        form,
        module=module,
        missing=[translate_error(error) for error in missing],
        steps=states.steps_from(module.state),
        is_editable=module.state in modules.EDITABLE,
        outlook=desk_queries.price_outlook(module.prices, today),
        groups=desk_queries.resource_groups(db.session(), module_id),
        history=timeline_of(entries, ModuleForm),
    )


def _new_form() -> NewModuleForm:
    return module_form(NewModuleForm, *_choices())


def _edit_form(module: ServiceModule, **values: None) -> ModuleForm:
    groups = desk_queries.resource_groups(db.session(), module.id)
    return module_form(
        ModuleForm, *_choices(), data=typed(modules.particulars_of(module, groups), module.version), **values
    )


def _choices():
    resources = desk_queries.choosable_resources(db.session(), actor().organisation_id)
    return resources, desk_queries.product_classes(db.session())
