"""Shows words, dates and amounts in the reader's language. The only place that translates a variable."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency
from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    get_locale,
    get_translations,
    gettext,
    ngettext,
    pgettext,
)
from flask_login import current_user

from portal.config import ROOT
from services.core import clock
from services.core.errors import ServiceError
from services.core.money import yuan_text

__all__ = ["gettext", "ngettext", "pgettext", "translate", "translate_error"]

LOCALES = {"zh_Hans_CN": "中文", "en": "English"}
DEFAULT_LOCALE = "zh_Hans_CN"
COOKIE = "locale"
_CATALOGUES: dict[Any, Any] = {}


def chosen_locale() -> str:
    """Return the locale of this request: the switch, the person's own, else Chinese, whatever the browser asks for.

    Many office browsers of the county were installed in English; their users were not.
    """
    if not has_request_context():
        return getattr(g, "locale", DEFAULT_LOCALE)
    return switched_locale() or (current_user.person.locale if current_user.is_authenticated else DEFAULT_LOCALE)


def switched_locale() -> str | None:
    """Return the locale the visitor has switched to, if any."""
    wanted = request.cookies.get(COOKIE)
    return wanted if wanted in LOCALES else None


def translate(message: str | Any, **values: Any) -> str:
    """Translate a sentence that was marked with ``N_`` where it was written, and fill its places."""
    if not message:
        return ""
    text: str = _catalogue().ugettext(str(message))
    return text % values if values else text


def translate_error(error: ServiceError) -> str:
    """Translate the message of an error; values that are marked sentences or errors themselves are translated too."""
    text = gettext(error.message)
    values = {name: _translated(value) for name, value in error.values.items()}
    return text % values if values else text


def _translated(value: object) -> object:
    if isinstance(value, ServiceError):
        return translate_error(value)
    return gettext(value) if isinstance(value, str) and value else value


def local_time(moment: datetime | None) -> str:
    """Show a moment as the centres' wall clock, 2026-11-24 15:30."""
    return "" if moment is None else clock.local(moment).strftime("%Y-%m-%d %H:%M")


def local_hour(moment: datetime | None) -> str:
    """Show the hour and minute of a moment, 15:30."""
    return "" if moment is None else clock.local(moment).strftime("%H:%M")


def local_date(day: date | datetime | None) -> str:
    """Show a day, 2026-11-24."""
    if day is None:
        return ""
    return (clock.local_day(day) if isinstance(day, datetime) else day).isoformat()


def long_date(day: date | datetime | None) -> str:
    """Show a day with its weekday in the reader's language."""
    if day is None:
        return ""
    plain = clock.local_day(day) if isinstance(day, datetime) else day
    return format_date(plain, "M月d日 EEE" if str(get_locale()).startswith("zh") else "EEE d MMM")


@lru_cache(maxsize=4096)
def money(amount_fen: int | None) -> str:
    """Show an amount of fen, ¥1,234.50."""
    if amount_fen is None:
        return ""
    return format_currency(Decimal(yuan_text(amount_fen)), "CNY", locale="zh_Hans_CN")


def file_size(size: int) -> str:
    """Show a number of bytes in whole kilobytes, from a megabyte on in tenths of one: 12 KB, 1.4 MB."""
    kilobytes = max(1, round(size / 1024))
    return f"{kilobytes} KB" if kilobytes < 1024 else f"{size / 1024**2:.1f} MB"


def mask_mobile(number: str | None) -> str:
    """Show a mobile number as 138****0001."""
    return f"{number[:3]}****{number[-4:]}" if number and len(number) >= 8 else "****" if number else ""


def mask_email(address: str | None) -> str:
    """Show an e-mail address as z***@example.org."""
    if not address or "@" not in address:
        return ""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def _catalogue() -> Any:
    """Return the translations into the reader's language; Flask-Babel asks four times for it at every word of a page."""
    locale = get_locale()
    if locale not in _CATALOGUES:
        _CATALOGUES[locale] = get_translations()
    return _CATALOGUES[locale]


def init_app(app: Flask) -> None:
    """Set up the languages and the filters of templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LOCALE
    Babel(app, locale_selector=chosen_locale, timezone_selector=lambda: "Asia/Shanghai")
    app.jinja_env.install_gettext_callables(
        gettext=lambda message: _catalogue().ugettext(message),
        ngettext=lambda one, many, number: _catalogue().ungettext(one, many, number),
        pgettext=lambda context, message: _catalogue().upgettext(context, message),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        local_time=local_time,
        local_hour=local_hour,
        local_date=local_date,
        long_date=long_date,
        money=money,
        file_size=file_size,
        mask_mobile=mask_mobile,
        mask_email=mask_email,
        translate=translate,
        error_text=translate_error,
        format_datetime=format_datetime,
    )
