"""The form of a post, and the small forms on the pages of the board."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length

from portal.board.marking import Pieces, marked, rows_marked
from portal.components import word
from portal.desk import ChecksField, DeskForm, VersionField, named
from portal.forms.fields import LocalDateField, MoneyField, ParsedField, Required
from portal.forms.rows import Row
from portal.i18n import gettext
from portal.photographs import PhotosField
from services.board.errors import TextRefused
from services.board.models.posts import Direction, PostType, Visibility
from services.board.models.reviews import AbuseReason
from services.board.rules.particulars import BODY_LENGTH, LONGEST, LONGEST_SPEC, MOST_SPECS, TITLE_LENGTH, VALIDITIES
from services.board.rules.wishes import SpecWish, WishPost
from services.catalogue.models import ProductClass
from services.core.characters import narrow
from services.core.errors import RuleBroken, RulesBroken
from services.core.messages import N_
from services.organisations.chain import ChainNode
from services.organisations.models import Cluster, Region

FIRST_ROWS = 3
_SEPARATORS = re.compile(r"[、,，;；\s]+")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?\Z")
RULE = N_("Who pays? Whoever pays posts a need, whoever is paid posts an offer.")


class QuantityField(ParsedField):
    """A quantity with at most three decimals; its value is thousandths."""

    def parse(self, text: str) -> int:
        """Return whole thousandths."""
        plain = narrow(text).replace(",", "")
        if not _NUMBER.match(plain):
            raise ValueError(gettext("Enter a number such as 8 or 1200.5, without its unit."))
        try:
            return int(Decimal(plain) * 1000)
        except InvalidOperation as error:
            raise ValueError(gettext("Enter a number such as 8 or 1200.5, without its unit.")) from error

    def show(self, value: int) -> str:
        """Return the number without needless zeros."""
        return f"{Decimal(value) / 1000:f}".rstrip("0").rstrip(".") if value % 1000 else str(value // 1000)


class WordsField(ParsedField):
    """Several words in one line; its value is all of them."""

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the words between commas and spaces, each once."""
        return tuple(dict.fromkeys(part for part in _SEPARATORS.split(text) if part))

    def show(self, value: Sequence[str]) -> str:
        """Return the words as they are usually written in a row."""
        return "、".join(value)


class SpecRow(Row):
    """One row of the specification; a row without a name and a value is left out."""

    name = StringField(N_("Property"), validators=[Length(max=LONGEST_SPEC["name"])])
    value = StringField(N_("Value"), validators=[Length(max=LONGEST_SPEC["value"])])
    unit = StringField(N_("Unit"), validators=[Length(max=LONGEST_SPEC["unit"])])
    tolerance = StringField(N_("Tolerance"), validators=[Length(max=LONGEST_SPEC["tolerance"])])

    @property
    def is_empty(self) -> bool:
        """Whether nothing is entered in this row."""
        return not any(field.data for field in (self.name, self.value, self.unit, self.tolerance))


class PostForm(DeskForm):
    """Everything that a firm says of a post; it can be kept with half of it, and is sent in with all of it."""

    version = VersionField(default=0)
    type = SelectField(N_("Kind of post"), default=PostType.PURCHASE)
    direction = RadioField(N_("Need or offer"), default=Direction.NEED, description=RULE)
    title = StringField(
        N_("Headline"),
        [Required(), Length(max=TITLE_LENGTH[1])],
        description=N_("6 to 40 characters: what, which size, how much. E.g. glass rods Φ6–Φ22 mm, 8 t a month"),
        render_kw={"maxlength": TITLE_LENGTH[1]},
    )
    body = TextAreaField(
        N_("Description"),
        [Length(max=BODY_LENGTH[1])],
        description=N_("30 to 2000 characters, enough to make an offer. No telephone numbers, WeChat ids or links."),
        render_kw={"rows": 7},
    )
    product_code = SelectField(N_("Product class"), default="")
    node_id = SelectField(N_("Step of the chain"), default="")
    industry_code = StringField(
        N_("Industry code"), [Length(max=LONGEST["industry_code"])], description=N_("GB/T 4754, four digits")
    )
    keywords = WordsField(N_("Keywords"), description=N_("At most 8, with commas or spaces between them"), default=())
    quantity = QuantityField(N_("Quantity"))
    unit = StringField(N_("Unit"), [Length(max=LONGEST["unit"])], description=N_("e.g. pieces, t a month"))
    standard_text = StringField(N_("Standard or quality asked for"), [Length(max=LONGEST["standard_text"])])
    price_from = MoneyField(N_("Price from (yuan)"))
    price_to = MoneyField(N_("to (yuan)"))
    price_unit = StringField(
        N_("for one"), [Length(max=LONGEST["price_unit"])], description=N_("e.g. piece, kg, month")
    )
    price_note = StringField(
        N_("Note on the price"), [Length(max=LONGEST["price_note"])], description=N_("e.g. FOB 0.9–1.3 US dollars")
    )
    tax = SelectField(N_("Tax"), default="")
    is_negotiable = BooleanField(N_("The price is to be agreed"))
    place = StringField(N_("Place of delivery or work"), [Length(max=LONGEST["place"])])
    wanted_on = LocalDateField(N_("Wanted on"))
    payment_terms = StringField(N_("Terms of payment"), [Length(max=LONGEST["payment_terms"])])
    working_hours = StringField(N_("Working hours"), [Length(max=LONGEST["working_hours"])])
    has_sample = BooleanField(N_("Samples can be had"))
    region_code = SelectField(N_("Preferred region of the other side"), default="")
    is_urgent = BooleanField(N_("Urgent"))
    gathers_until = LocalDateField(
        N_("Group purchase: gather quantities until"), description=N_("Others add their quantities; the sum is shown.")
    )
    specs = FieldList(FormField(SpecRow), N_("Specification"), max_entries=MOST_SPECS)
    more = SubmitField(N_("More rows"))
    look = SubmitField(N_("Preview"))
    pictures = PhotosField(N_("Add pictures"))
    dropped = ChecksField(N_("Take pictures away"), coerce=int, default=())
    visibility = RadioField(N_("Who may read it"), default=Visibility.PUBLIC)
    target_nodes = ChecksField(N_("Firms at these steps of the chain"), coerce=int, default=())
    target_firms = TextAreaField(
        N_("These firms"), [Length(max=2000)], description=N_("One name to a line, as in the directory")
    )
    contact_name = StringField(N_("Contact person"), [Length(max=LONGEST["contact_name"])])
    contact_phone = StringField(
        N_("Telephone"),
        [Length(max=LONGEST["contact_phone"])],
        description=N_("Shown to the other side only after you have accepted its interest"),
    )
    validity_days = RadioField(N_("Open for"), coerce=int, default=60)
    knowingly = BooleanField(N_("It is another matter; send it in although it looks alike"))
    keep = SubmitField(N_("Keep as a draft"))
    send = SubmitField(N_("Send in for review"))

    find_firms: Callable[[Collection[str]], Mapping[str, list[int]]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.marks: dict[str, list[Pieces]] = {}
        self.row_marks: Mapping[int, list[str]] = {}
        self.type.choices = named(PostType)
        self.direction.choices = [
            (Direction.NEED, gettext("Need: we pay")),
            (Direction.OFFER, gettext("Offer: we are paid")),
        ]
        self.visibility.choices = named(Visibility)
        self.validity_days.choices = [(days, gettext("%(days)s days", days=days)) for days in VALIDITIES]
        self.tax.choices = [("", gettext("not said")), ("1", gettext("with tax")), ("0", gettext("without tax"))]
        self._firms: tuple[int, ...] = ()

    def offer(
        self,
        *,
        products: Sequence[ProductClass],
        nodes: Sequence[tuple[Cluster, ChainNode]],
        regions: Sequence[Region],
        pictures: Sequence[int],
        find_firms: Callable[[Collection[str]], Mapping[str, list[int]]],
    ) -> None:
        """Say what there is to choose from."""
        self.product_code.choices = [("", gettext("None of these")), *((one.code, one.name) for one in products)]
        of_nodes = [(node.id, f"{cluster.short_name} · {node.name}") for cluster, node in nodes]
        self.node_id.choices = [("", gettext("None of these")), *((str(key), name) for key, name in of_nodes)]
        self.target_nodes.choices = of_nodes
        self.region_code.choices = [("", gettext("Any")), *((one.code, one.name) for one in regions)]
        self.dropped.choices = _pictures(pictures)
        self.find_firms = find_firms
        if not self.specs.entries:
            self.add_rows()

    def add_rows(self) -> None:
        """Offer some more empty rows of the specification, with everything that stands in the others kept."""
        for _ in range(min(FIRST_ROWS, MOST_SPECS - len(self.specs.entries))):
            self.specs.append_entry()

    def settle(self, *, version: int, pictures: Sequence[int]) -> None:
        """Stand for a draft that has just been kept: its pictures are there, and it may be sent again."""
        self.version.data = version
        self.form_token.data = secrets.token_urlsafe(24)
        self.pictures.data, self.dropped.data = [], []
        self.dropped.choices = _pictures(pictures)

    @property
    def is_looked_at(self) -> bool:
        """Whether a button was pressed that keeps nothing."""
        return bool(self.more.data or self.look.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shapes, and that every named firm is known."""
        right = super().validate(extra_validators)
        if self.data["visibility"] == Visibility.SELECTED:
            right = self._find_targets() and right
        return right

    def _find_targets(self) -> bool:
        names = list(dict.fromkeys(line.strip() for line in (self.target_firms.data or "").split("\n") if line.strip()))
        known = self.find_firms(names) if names else {}
        unclear = [name for name in names if len(known[name]) != 1]
        if unclear:
            told = gettext(
                "No firm, or several, are called so: %(names)s. Use the full name.", names="、".join(unclear)
            )
            self.target_firms.errors = [*self.target_firms.errors, told]
        self._firms = tuple(known[name][0] for name in names if known[name])
        return not unclear

    @property
    def wish(self) -> WishPost:
        """The post as it stands in the form; what cannot be read is left out."""
        kind = PostType(self.type.data) if self.type.data in set(PostType) else PostType.PURCHASE
        way = Direction(self.direction.data) if self.direction.data in set(Direction) else Direction.NEED
        visibility = Visibility(self.visibility.data) if self.visibility.data in set(Visibility) else Visibility.PUBLIC
        node = self.node_id.data or ""
        texts = {name: self[name].data or "" for name in ("title", "body", *LONGEST)}
        flags = {name: bool(self[name].data) for name in ("is_negotiable", "has_sample", "is_urgent")}
        return WishPost(
            type=kind,
            direction=way,
            product_code=self.product_code.data or None,
            node_id=int(node) if node.isdigit() else None,
            keywords=self.keywords.data or (),
            quantity_milli=self.quantity.data,
            price_from_fen=self.price_from.data,
            price_to_fen=self.price_to.data,
            includes_tax={"1": True, "0": False}.get(self.tax.data or ""),
            wanted_on=self.wanted_on.data,
            region_code=self.region_code.data or None,
            visibility=visibility,
            gathers_until=self.gathers_until.data,
            validity_days=self.validity_days.data or 60,
            specs=self._specs,
            target_nodes=tuple(self.target_nodes.data or ()),
            target_firms=self._firms,
            **texts,
            **flags,
        )

    @property
    def _specs(self) -> tuple[SpecWish, ...]:
        rows = [row.form for row in self.specs if not row.form.is_empty]
        return tuple(
            SpecWish(row.name.data or "", row.value.data or "", row.unit.data or "", row.tolerance.data or "")
            for row in rows
        )

    def blame(self, error: RuleBroken) -> None:
        """Show each broken rule beside its field, with the places in the text that it is about."""
        super().blame(error)
        several = error.errors if isinstance(error, RulesBroken) else [error]
        self.mark([one for one in several if isinstance(one, TextRefused)])

    def mark(self, refused: Sequence[TextRefused]) -> None:
        """Remember the places that the form shows marked."""
        findings = [finding for one in refused for finding in one.findings]
        self.marks = marked([one for one in findings if one.field != "specs"], self.wish)
        self.row_marks = rows_marked(findings)


def _pictures(positions: Sequence[int]) -> list[tuple[int, str]]:
    return [(place, gettext("Picture %(number)s", number=place)) for place in positions]


class ReportForm(DeskForm):
    """Why a post is reported to the association."""

    reason = RadioField(N_("What is wrong with it"))
    text = TextAreaField(N_("Tell the association more"), [Length(max=500)], render_kw={"rows": 4})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.reason.choices = [(one, word(one)) for one in AbuseReason]


class QuantityForm(DeskForm):
    """How much a firm adds to a group purchase."""

    quantity = QuantityField(N_("Quantity of your organisation"), [Required()])
    text = StringField(N_("Note"), [Length(max=200)])
