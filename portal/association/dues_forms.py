"""Forms of the dues: payments, waivers, tables with their adoption, bank lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.desk import ActionForm, DeskForm, named
from portal.forms.fields import LocalDateField, MoneyField, Required, UploadField, WholeNumberField
from services.association.models.dues import DuesMethod, DuesTable
from services.association.models.register import Tier
from services.association.register_words import TIER_NAMES
from services.association.rules.dues import Adoption
from services.core.messages import N_
from services.core.money import yuan_text


class YearForm(ActionForm):
    """The year for which everybody is asked."""

    year = SelectField(N_("Year"), coerce=int, validators=[InputRequired()])

    def __init__(self, today: date, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.year.choices = [(year, str(year)) for year in (today.year, today.year + 1)]


class DuesPaymentForm(ActionForm):
    """Dues that arrived."""

    amount = MoneyField(N_("Amount received (yuan)"), [Required()])
    method = SelectField(N_("How it was paid"), validators=[InputRequired()])
    received_on = LocalDateField(N_("Day of receipt"), [Required()])
    payer = StringField(N_("Paid by"), [Required(), Length(max=100)])
    serial = StringField(
        N_("Serial number of the bank"), [Optional(), Length(max=60)], description=N_("Needed for a transfer.")
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.method.choices = named(DuesMethod)


class WaiverForm(ActionForm):
    """Dues that need not be paid, if the council agrees."""

    amount = MoneyField(N_("Amount to be waived (yuan)"), [Required()])
    reason = StringField(N_("Reason"), [Required(), Length(max=300)])


class LevelsForm(DeskForm):
    """A dues table: from when, and a fixed amount for each level; a level left empty is not used."""

    from_year = WholeNumberField(N_("From the year"), [Required()], minimum=2000, maximum=2100)
    member = MoneyField(TIER_NAMES[Tier.MEMBER], [Optional()])
    director = MoneyField(TIER_NAMES[Tier.DIRECTOR], [Optional()])
    vice_president = MoneyField(TIER_NAMES[Tier.VICE_PRESIDENT], [Optional()])
    president = MoneyField(TIER_NAMES[Tier.PRESIDENT], [Optional()])

    @property
    def amounts(self) -> dict[Tier, int]:
        """The amount of each level that has one."""
        return {tier: self[tier.value].data for tier in Tier if self[tier.value].data is not None}

    @classmethod
    def showing(cls, table: DuesTable, **options: Any) -> LevelsForm:
        """Return the form with what a table says."""
        known = {level.tier.value: level.amount_fen for level in table.levels}
        return cls(from_year=table.from_year, **known, **options)


class AdoptionForm(ActionForm):
    """The record of the meeting that adopted a dues table: 应到, 实到, 赞成, 反对, 弃权."""

    meeting_on = LocalDateField(N_("Day of the meeting"), [Required()])
    meeting_name = StringField(N_("Name of the meeting"), [Required(), Length(max=100)])
    entitled = WholeNumberField(N_("Entitled"), [Required()], maximum=100000)
    present = WholeNumberField(N_("Present at the meeting"), [Required()], maximum=100000)
    in_favour = WholeNumberField(N_("In favour"), [Required()], maximum=100000)
    against = WholeNumberField(N_("Against"), [Required()], maximum=100000)
    abstained = WholeNumberField(N_("Abstained"), [Required()], maximum=100000)
    is_secret = BooleanField(N_("The vote was by secret ballot"))

    @property
    def adoption(self) -> Adoption:
        """What was filled in."""
        return Adoption(
            meeting_on=self.meeting_on.data,
            meeting_name=self.meeting_name.data or "",
            entitled=self.entitled.data or 0,
            present=self.present.data or 0,
            in_favour=self.in_favour.data or 0,
            against=self.against.data or 0,
            abstained=self.abstained.data or 0,
            is_secret=self.is_secret.data,
        )


class StatementForm(DeskForm):
    """A bank statement to be taken in."""

    file = UploadField(
        N_("Bank statement (XLSX or CSV)"),
        [Required(N_("Choose a file first."))],
        description=N_("Columns: 交易日期, 交易流水号, 对方户名, 摘要, 贷方金额. Money that goes out is passed over."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )


class BookForm(ActionForm):
    """On which invoice a bank line is booked, and how much of it."""

    invoice = SelectField(N_("Invoice"), coerce=int, validators=[InputRequired()])
    amount = MoneyField(N_("Amount (yuan)"), [Required()])

    def __init__(self, open_ones: list[tuple[int, str]], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.invoice.choices = open_ones


def dues_label(no: str, name: str, open_fen: int) -> str:
    """Return an open invoice as a choice."""
    return f"{name} · {no} · ¥{yuan_text(open_fen)}"
