"""Samples in the store: the list, one with its chain of custody, and everything that can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.components import may
from portal.current import actor
from portal.desk import DeskForm, asked_words, carry_out, provider_id
from portal.extensions import db
from portal.files import send_attachment
from portal.i18n import gettext, translate
from portal.laboratory import bp
from portal.laboratory.sample_forms import STEP_FORMS, steps_open
from portal.paging import paged
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.samples import CustodyKind, RefusalReason, Sample
from services.laboratory.operations import custody, retention
from services.laboratory.queries import samples as queries
from services.laboratory.queries.samples import Shown
from services.laboratory.rules.custody import CUSTODY_NAMES, REFUSAL_NAMES, TESTABLE, is_whole, may_leave

PER_PAGE = 30
LISTS = {
    Shown.ALL: N_("All"),
    Shown.WAITING: N_("To be tested"),
    Shown.OUT: N_("Taken out"),
    Shown.TESTED: N_("Tested"),
    Shown.RETAINED: N_("Retained"),
    Shown.DUE: N_("Due to go"),
    Shown.PROPOSED: N_("Disposal to confirm"),
    Shown.GONE: N_("Gone"),
}
TONES = {
    CustodyKind.RECEIVED: "success",
    CustodyKind.DEVIATION: "warning",
    CustodyKind.REFUSED: "danger",
    CustodyKind.TAKEN: "info",
    CustodyKind.DISPOSAL_ASKED: "warning",
    CustodyKind.DISPOSED: "danger",
}


@bp.app_template_filter("custody_word")
def custody_word(kind: CustodyKind) -> str:
    """Return what a custody event is called."""
    return translate(CUSTODY_NAMES[kind])


@bp.app_template_filter("refusal_word")
def refusal_word(reason: RefusalReason) -> str:
    """Return why a sample was refused."""
    return translate(REFUSAL_NAMES[reason])


@bp.route("/laboratory/samples")
@holds(Permission.SAMPLE_HANDLE)
def samples():
    """Show the samples of the laboratory by number only, as analysts may see them."""
    asked, place, words = request.args.get("show", ""), request.args.get("place", ""), asked_words()
    shown = Shown(asked) if asked in set(Shown) else Shown.ALL
    today = clock.local_day(clock.now())
    return render_template(
        "laboratory/samples/index.html",
        page=paged(queries.listed(provider_id(), shown, today, place=place, words=words), per_page=PER_PAGE),
        counts=queries.counts(db.session(), provider_id(), today),
        places=queries.places(db.session(), provider_id()),
        lists=LISTS,
        shown=shown,
        place=place,
        words=words,
        today=today,
    )


@bp.route("/laboratory/samples/<id:sample_id>")
@holds(Permission.SAMPLE_HANDLE)
def sample(sample_id: int):
    """Show a sample, its chain of custody, and what can be done to it."""
    return sample_page(sample_id)


def sample_page(sample_id: int, sent: DeskForm | None = None, name: str = ""):
    """Show everything of a sample; with ``sent``, the form that was refused, as it was typed."""
    found = queries.sample_at(db.session(), provider_id(), sample_id)
    receives, today = may(Permission.SAMPLE_RECEIVE, provider_id()), clock.local_day(clock.now())
    doubted = queries.is_doubted(db.session(), found.commission_id)
    able = steps_open(
        found,
        receives=receives,
        may_leave=may_leave(found, today) and not doubted,
        is_testable=found.commission.state in TESTABLE,
        actor_id=actor().person_id,
    )
    page = render_template(
        "laboratory/samples/show.html",
        sample=found,
        commission=found.commission,
        receives=receives,
        doubted=doubted,
        able=able,
        chain=list(reversed(found.events)),
        whole=is_whole(found.events, found.state),
        tones=TONES,
        parts=queries.parts_of(db.session(), sample_id),
        tests=queries.tests_on(db.session(), found),
        places=queries.places(db.session(), provider_id()),
        forms=_forms(found) | ({name: sent} if sent else {}),
        sent=sent,
        today=today,
    )
    return page, sent.status if sent else 200


def _forms(found: Sample) -> dict[str, DeskForm]:
    """Return the forms of a sample's page as they are opened."""
    return {
        name: form(mark=name, fresh=True, **({"place": found.place} if name == "bring_back" else {}))
        for name, form in STEP_FORMS.items()
    }


@bp.route("/laboratory/custody/<id:event_id>/photo")
@holds(Permission.SAMPLE_HANDLE)
def custody_photo(event_id: int):
    """Hand out the photograph that was taken with an event."""
    return send_attachment(queries.photographed(db.session(), provider_id(), event_id).photo)


# What can be done to it ----------------------------------------------------------------------------------------------


def _act(sample_id: int, name: str, operation: Callable[[Work, DeskForm], Any], done: str):
    """Do one thing to a sample of this laboratory; what is refused is told on its page."""
    queries.sample_at(db.session(), provider_id(), sample_id)
    form, address = STEP_FORMS[name](mark=name), url_for("laboratory.sample", sample_id=sample_id)
    answer = carry_out(form, lambda work: operation(work, form), leads_to=address, done=done)
    return answer or sample_page(sample_id, form, name)


@bp.route("/laboratory/samples/<id:sample_id>/taking", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def take_sample(sample_id: int):
    """Sign a sample out to whoever asks."""

    def take(work: Work, form: DeskForm) -> None:
        custody.take_out(work, sample_id, amount=form.amount.data, note=form.note.data)

    return _act(sample_id, "take", take, gettext("The sample is signed out to you."))


@bp.route("/laboratory/samples/<id:sample_id>/bringing-back", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def bring_back_sample(sample_id: int):
    """Sign a sample in again."""

    def bring(work: Work, form: DeskForm) -> None:
        custody.bring_back(work, sample_id, place=form.place.data, amount=form.amount.data, note=form.note.data)

    return _act(sample_id, "bring_back", bring, gettext("The sample is back in the store."))


@bp.route("/laboratory/samples/<id:sample_id>/move", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def move_sample(sample_id: int):
    """Put a sample to another place."""

    def move(work: Work, form: DeskForm) -> None:
        custody.move(work, sample_id, place=form.place.data, note=form.note.data)

    return _act(sample_id, "move", move, gettext("The new place is recorded."))


@bp.route("/laboratory/samples/<id:sample_id>/division", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def divide_sample(sample_id: int):
    """Divide a sample into parts with numbers of their own."""

    def divide(work: Work, form: DeskForm) -> None:
        custody.divide(work, sample_id, parts=form.parts.data, amount=form.amount.data, note=form.note.data)

    return _act(sample_id, "divide", divide, gettext("The sample is divided. Print the labels of its parts."))


@bp.route("/laboratory/samples/<id:sample_id>/return", methods=["POST"])
@holds(Permission.SAMPLE_RECEIVE)
def return_sample(sample_id: int):
    """Hand a sample out to the client."""

    def give(work: Work, form: DeskForm) -> None:
        retention.give_back(work, sample_id, taken_by=form.taken_by.data, note=form.note.data)

    return _act(sample_id, "give_back", give, gettext("The sample is returned."))


@bp.route("/laboratory/samples/<id:sample_id>/disposal-proposal", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def ask_disposal(sample_id: int):
    """Propose to dispose of a sample."""

    def ask(work: Work, form: DeskForm) -> None:
        retention.ask_disposal(work, sample_id, note=form.note.data)

    return _act(sample_id, "ask_disposal", ask, gettext("Disposal is proposed. A second person has to confirm it."))


@bp.route("/laboratory/samples/<id:sample_id>/disposal", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def confirm_disposal(sample_id: int):
    """Confirm a disposal as the second person."""

    def confirm(work: Work, form: DeskForm) -> None:
        retention.confirm_disposal(work, sample_id, note=form.note.data)

    return _act(sample_id, "confirm_disposal", confirm, gettext("The sample is disposed of."))


@bp.route("/laboratory/samples/<id:sample_id>/keeping", methods=["POST"])
@holds(Permission.SAMPLE_HANDLE)
def keep_sample(sample_id: int):
    """Call a proposed disposal off."""

    def keep(work: Work, form: DeskForm) -> None:
        retention.call_off_disposal(work, sample_id, note=form.note.data)

    return _act(sample_id, "call_off", keep, gettext("The disposal is called off; the sample stays."))
