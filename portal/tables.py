"""Tables that staff take in from a spreadsheet: looked at first, then taken in as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length, Optional

from portal.desk import DeskForm
from portal.forms.fields import UploadField
from services.core.errors import RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.sheets import LONGEST_TABLE, MOST_ERRORS, text_of


class TableForm(DeskForm):
    """A table as a file or pasted; ``step`` is ``apply`` when it is to be taken in, and else it is only looked at."""

    file = UploadField(
        N_("XLSX or CSV file"),
        description=N_("The first sheet counts; at most 1000 rows. The first row names the columns."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )
    table = TextAreaField(
        N_("Table"),
        [Optional(), Length(max=LONGEST_TABLE)],
        description=N_("Or paste the rows here. After a file has been read, its rows stand here."),
        render_kw={"rows": 10, "wrap": "off", "spellcheck": "false"},
    )
    step = HiddenField()

    def plan(self, make: Callable[[str], Any]) -> Any:
        """Return what the table would do; None when it cannot be read. Everything that is wrong is told on the form."""
        try:
            if self.file.data:
                self.table.data = text_of(self.file.data.read())
            plan = make(self.table.data or "")
        except RuleBroken as error:
            self.blame(error)
            return None
        if plan.errors:
            self.blame(RulesBroken(plan.errors[:MOST_ERRORS]))
        return plan

    @property
    def is_final(self) -> bool:
        """Whether the table is to be taken in and nothing speaks against it."""
        return self.step.data == "apply" and self.refusal is None

    @property
    def status(self) -> int:
        """The HTTP status of the page: looking at a good table is no mistake."""
        return super().status if self.errors or self.refusal else 200
