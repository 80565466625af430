"""Staff enter a booking for a firm (代办); it holds the slot until the firm accepts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.access import holds
from portal.booking import bp
from portal.booking.desk_forms import OWN
from portal.components import word
from portal.desk import DeskForm, asked_id, asked_words, carry_out, provider_id
from portal.extensions import db
from portal.forms.fields import LocalDateField, LocalDateTimeField, PhoneField, Required, WholeNumberField, wall_clock
from portal.i18n import gettext, money
from portal.times import duration_text, span_text
from services.accounts.models import Person
from services.booking import desk_queries
from services.booking.availability import FreeSlot, free_days, free_slots
from services.booking.models import Booking
from services.booking.offers import Offer, offer_of
from services.booking.operations.making import Wish, propose
from services.booking.placement import Choice
from services.catalogue.models import BookingMode, ServiceModule, Urgency
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import Organisation

OFFERED = 8
MOMENT = "%Y-%m-%dT%H:%M"


class BehalfForm(DeskForm):
    """What the firm wants, as staff were told it."""

    booked_for = SelectField(N_("For whom at the firm"), coerce=int)
    other = RadioField(N_("Next free times"), validate_choice=False)
    starts_at = LocalDateTimeField(N_("Another start"))
    ends_at = LocalDateTimeField(N_("End, where the length is another one"))
    day = LocalDateField(N_("Day of delivery of the samples"), validators=[Required()])
    quantity = WholeNumberField(N_("Quantity"), default=1, minimum=1, maximum=100000, validators=[Required()])
    urgency = SelectField(N_("How fast"))
    extras = SelectMultipleField(
        N_("Extras"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), default=()
    )
    purpose = TextAreaField(N_("Purpose and wishes"), validators=[Length(max=1000)])
    contact_name = StringField(N_("Contact person"), validators=[Length(max=40)])
    contact_phone = PhoneField(N_("Telephone"))
    overrides = BooleanField(N_("Set the booking rules aside (never what is taken or closed)"))
    override_reason = StringField(N_("Reason for setting the rules aside"), validators=[Length(max=300)])

    def __init__(self, offer: Offer, firm: Organisation, people: Sequence[Person], minutes: int) -> None:
        shown = (firm.contact_name, firm.contact_phone or None) if firm.shows_contact else ("", None)
        super().__init__(contact_name=shown[0], contact_phone=shown[1])
        self._mode, self._minutes = offer.mode, minutes
        self.booked_for.choices = [(one.id, one.name) for one in people]
        self.urgency.choices = [(one.value, word(one)) for one in offer.speeds]
        self.extras.choices = [(one.code, f"{one.name} +{money(one.amount_fen)}") for one in offer.module.extras]
        for name in self._useless():
            del self[name]

    def _useless(self) -> set[str]:
        names = set()
        if self._mode is not BookingMode.SLOT:
            names |= {"other", "starts_at", "ends_at"}
        if self._mode is not BookingMode.BATCH:
            names |= {"day"}
        if self._mode is BookingMode.PROJECT:
            names |= {"overrides", "override_reason"}
        if len(self.urgency.choices) < 2:
            names |= {"urgency"}
        return names if self.extras.choices else names | {"extras"}

    def offer_slots(self, slots: Sequence[FreeSlot]) -> None:
        """Offer the free times, the first of them chosen, and the fields for another one."""
        if "other" not in self:
            return
        texts = {
            f"{one.resource_id}@{clock.local(one.starts_at).strftime(MOMENT)}": (
                f"{span_text(one.starts_at, one.ends_at)} · {one.resource_name}"
            )
            for one in slots
        }
        self.other.choices = [*texts.items(), (OWN, gettext("Another time, which I enter below"))]
        if not self.other.data:
            self.other.data = self.other.choices[0][0]

    @property
    def choice(self) -> Choice | None:
        """What is to be held; None when no time that can be read was chosen."""
        if self._mode is BookingMode.PROJECT:
            return Choice(quantity=self.quantity.data or 1)
        if self._mode is BookingMode.BATCH:
            return Choice(day=self.day.data, quantity=self.quantity.data or 1) if self.day.data else None
        resource_id, start, end = self._slot()
        if start is None:
            return None
        ends_at = end or start + timedelta(minutes=self._minutes)
        return Choice(start, ends_at, resource_id=resource_id, quantity=self.quantity.data or 1)

    def _slot(self) -> tuple[int | None, Any, Any]:
        if self.other.data in {None, "", OWN}:
            return None, self.starts_at.data, self.ends_at.data
        key, _, text = self.other.data.partition("@")
        known = key.isascii() and key.isdigit() and len(key) < 10
        return (int(key) if known else None), wall_clock(text, MOMENT), None

    @property
    def wish(self) -> Wish:
        """What comes with the choice."""
        return Wish(
            urgency=Urgency(self.urgency.data) if "urgency" in self else Urgency.NORMAL,
            extras=self.extras.data if "extras" in self else (),
            purpose=self.purpose.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes; some time must be chosen."""
        right = super().validate(extra_validators)
        if self.choice is None and "starts_at" in self and not self.starts_at.errors:
            self.starts_at.errors = [gettext("Please choose a time.")]
        return right and self.choice is not None


@bp.route("/desk/new", methods=["GET", "POST"])
@holds(Permission.BOOKING_APPROVE)
def desk_new():
    """Enter a booking for a firm: first the firm, then the service, then when."""
    firm_id, module_id = asked_id("firm"), asked_id("module")
    if firm_id is None:
        words = asked_words()
        firms = desk_queries.verified_firms(db.session(), provider_id(), words)
        return render_template("booking/desk/new_firm.html", words=words, firms=firms)
    firm = desk_queries.verified_firm(db.session(), provider_id(), firm_id)
    modules = desk_queries.offered_modules(db.session(), provider_id())
    if module_id is None:
        return render_template("booking/desk/new_module.html", firm=firm, modules=modules)
    return _entry(firm, desk_queries.offered_module(db.session(), provider_id(), module_id), modules)


def _entry(firm: Organisation, module: ServiceModule, modules: Sequence[ServiceModule]):
    people = desk_queries.agents_of(db.session(), firm.id)
    offer = offer_of(db.session(), module.code, clock.now())
    minutes = _asked_minutes(offer)
    form = BehalfForm(offer, firm, people, minutes)
    firm_id, module_id = firm.id, module.id

    def enter(work: Work) -> Booking:
        return propose(
            work,
            module_id=module_id,
            organisation_id=firm_id,
            choice=form.choice,
            wish=form.wish,
            booked_for_id=form.booked_for.data,
            overrides="overrides" in form and form.overrides.data,
            override_reason=(form.override_reason.data or "") if "override_reason" in form else "",
        )

    done = gettext("The booking is prepared and holds its time; the firm has been asked to accept it.")
    answer = carry_out(form, enter, leads_to=lambda made: url_for("booking.desk_show", booking_id=made.id), done=done)
    return answer or _entry_page(firm, offer, modules, people, minutes, form)


def _entry_page(
    firm: Organisation,
    offer: Offer,
    modules: Sequence[ServiceModule],
    people: Sequence[Person],
    minutes: int,
    form: BehalfForm,
):
    now, module_id = clock.now(), offer.module.id
    is_slot = offer.mode is BookingMode.SLOT
    form.offer_slots(free_slots(db.session(), module_id, now, minutes=minutes, most=OFFERED) if is_slot else [])
    days = free_days(db.session(), module_id, now, days=13) if offer.mode is BookingMode.BATCH else []
    return (
        render_template(
            "booking/desk/new.html",
            firm=firm,
            offer=offer,
            modules=modules,
            people=people,
            minutes=minutes,
            lengths=[(one, duration_text(one)) for one in offer.lengths],
            days=[one for one in days if one[1]],
            form=form,
        ),
        form.status,
    )


def _asked_minutes(offer: Offer) -> int:
    """Return the length in the address, the shortest one for anything that is not offered."""
    asked = request.args.get("minutes", "")
    offered = {str(one): one for one in offer.lengths}
    return offered.get(asked) or (offer.lengths[0] if offer.lengths else 60)
