"""Accounts for monthly payment (记账月结): opened with a limit, used by orders, closed."""

from __future__ import annotations

from sqlalchemy import select

from services.billing.errors import AboveLimit, LimitBelowUse, NoAccount, NotAnAmount
from services.billing.models import AccountEntry, CreditAccount, Order
from services.billing.queries import BALANCE
from services.core.insertion import insert_unless_taken
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work


def open_account(work: Work, *, provider_id: int, organisation_id: int, limit_fen: int) -> CreditAccount:
    """Let a firm pay this provider monthly, up to ``limit_fen`` open at one time; opens a closed account again.

    Raises NotAnAmount for a limit that is none, LimitBelowUse when more is open already.
    """
    work.require(Permission.CREDIT_GRANT, scope=provider_id)
    if limit_fen <= 0:
        raise NotAnAmount(field="limit")
    key = {"provider_id": provider_id, "organisation_id": organisation_id}
    fresh = {"limit_fen": limit_fen, "used_fen": 0, "is_open": True, "opened_at": work.now}
    insert_unless_taken(work.session, CreditAccount, **key, **fresh, opened_by_id=work.actor.person_id)
    account = _locked(work, provider_id, organisation_id)
    assert account is not None  # it was made above
    if account.used_fen > limit_fen:
        raise LimitBelowUse(used=yuan_text(account.used_fen))
    account.limit_fen, account.is_open = limit_fen, True
    work.record("account.opened", account, organisation_id=organisation_id, limit_fen=limit_fen)
    return account


def close_account(work: Work, *, provider_id: int, organisation_id: int) -> None:
    """Let nothing more be put on the account; what is open stays to be paid. Raises NoAccount."""
    work.require(Permission.CREDIT_GRANT, scope=provider_id)
    account = _locked(work, provider_id, organisation_id)
    if account is None or not account.is_open:
        raise NoAccount
    account.is_open = False
    work.record("account.closed", account, organisation_id=organisation_id)


def keep_account(work: Work, order: Order, *, adds: bool = False) -> None:
    """Let the account of the order's firm say what is open on it; called after every change of an order on account.

    With ``adds`` the order has just been put on it, or costs more now: raises NoAccount without an open one, AboveLimit
    beyond its limit.
    The row of the account is locked first, so that two orders at the same moment see each other.
    """
    assert order.organisation_id is not None, "a person has no account"
    account = _locked(work, order.provider_id, order.organisation_id)
    _enter(work, order)
    if account is None or (adds and not account.is_open):
        if adds:
            raise NoAccount
        return
    work.session.flush()  # what is open is added up by the database
    amounts = select(BALANCE).where(
        Order.provider_id == order.provider_id,
        Order.organisation_id == order.organisation_id,
        Order.on_account.is_(True),
        BALANCE > 0,
    )
    used_fen = sum(work.session.scalars(amounts))
    if adds and used_fen > account.limit_fen:
        raise AboveLimit(left=yuan_text(max(account.limit_fen - account.used_fen, 0)))
    account.used_fen = used_fen


def _enter(work: Work, order: Order) -> None:
    """Write into the journal how the order stands now."""
    paid_fen = order.paid_fen - order.refunded_fen
    entry = AccountEntry(
        order_id=order.id, at=work.now, on_account=order.on_account, due_fen=order.due_fen, paid_fen=paid_fen
    )
    work.session.add(entry)


def _locked(work: Work, provider_id: int, organisation_id: int) -> CreditAccount | None:
    key = (provider_id, organisation_id)
    return work.session.get(CreditAccount, key, with_for_update=True, populate_existing=True)
