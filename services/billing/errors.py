"""The reasons billing says no."""

from services.core.errors import RuleBroken
from services.core.messages import N_


class NotAnAmount(RuleBroken):
    """The amount is not above zero."""

    message = N_("The amount must be above zero.")
    field = "amount"


class MoreThanOwed(RuleBroken):
    """A payment would exceed what is owed."""

    message = N_("Only %(balance)s is still to pay.")
    field = "amount"


class MoreThanPaid(RuleBroken):
    """A refund would exceed what was paid and is not refunded yet."""

    message = N_("At most %(paid)s can be refunded.")
    field = "amount"


class NotReceivedYet(RuleBroken):
    """The day of a payment lies in the future."""

    message = N_("The day of receipt cannot lie in the future.")
    field = "received_on"


class ReasonNeeded(RuleBroken):
    """No price is changed and no money given back without saying why."""

    message = N_("Please give a reason.")
    field = "reason"


class NotRefundedYet(RuleBroken):
    """The day of a refund lies in the future."""

    message = N_("The day of the refund cannot lie in the future.")
    field = "refunded_on"


class NoAccount(RuleBroken):
    """The firm has no open account with this provider."""

    message = N_("This firm has no account for monthly payment. An administrator of the centre can open one.")


class AboveLimit(RuleBroken):
    """The account has no room for the amount."""

    message = N_("The account has room for %(left)s yuan more only.")
    field = "limit"


class LimitBelowUse(RuleBroken):
    """More is open than the new limit allows."""

    message = N_("%(used)s yuan are open on this account; the limit cannot be lower.")
    field = "limit"


class NothingToInvoice(RuleBroken):
    """The order owes nothing."""

    message = N_("There is nothing to invoice on this order.")


class InvoiceAsked(RuleBroken):
    """An invoice of this order has been asked for or issued."""

    message = N_("An invoice of this order has been asked for already.")


class ParticularsMissing(RuleBroken):
    """A special invoice needs bank, account and address."""

    message = N_("A special VAT invoice needs the bank, the account, and the address.")
    field = "bank_name"


class OrdinaryOnly(RuleBroken):
    """A special invoice is for firms that deduct the tax."""

    message = N_("A person gets an ordinary VAT invoice.")
    field = "kind"


class InvoiceDecided(RuleBroken):
    """The request is not open any more."""

    message = N_("This request has been dealt with already.")


class NotIssuedYet(RuleBroken):
    """The day of an invoice lies in the future."""

    message = N_("The day of the invoice cannot lie in the future.")
    field = "issued_on"


class NothingToCorrect(RuleBroken):
    """The invoice is not issued, or is over no more than the order owes."""

    message = N_("This invoice is over no more than the order owes.")


class CorrectionUnfit(RuleBroken):
    """A red-letter invoice takes back what is too much, or the whole invoice."""

    message = N_("Between %(least)s yuan (what is too much) and %(most)s yuan (the whole invoice) can be taken back.")
    field = "amount"


class MonthNotOver(RuleBroken):
    """A statement is made when its month is over."""

    message = N_("A statement can be made when its month is over.")
    field = "month"


class QuotationExpired(RuleBroken):
    """The last day of a quotation has passed."""

    message = N_("This quotation was valid until %(valid_until)s. Please ask the laboratory for a new one.")


class QuotationAnswered(RuleBroken):
    """The quotation has been answered, has lapsed, or a newer version has taken its place."""

    message = N_("This quotation is no longer open. Look at the newest version.")


class InvoiceOutdated(RuleBroken):
    """The order owes another sum than the invoice was asked for."""

    message = N_("The order is over %(due)s yuan now. Refuse this request, and the firm asks for the new sum.")
    field = "invoice_no"
