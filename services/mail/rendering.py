"""Turns letters into words: three templates each, in the locale of the reader."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.core import clock
from services.core.money import yuan_text
from services.mail.letters import Letter, Rendered

ROOT = Path(__file__).resolve().parents[2]
_BREAKING = {"Cc", "Zl", "Zp", "Cs", "Cn"}


@lru_cache
def environment(locale: str) -> Environment:
    """Return the templates in one language. Only .html is escaped: a plain text has nothing to escape."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    translations = Translations.load(str(ROOT / "translations"), [locale])
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters.update(
        local_time=lambda moment: clock.local(moment).strftime("%Y-%m-%d %H:%M"),
        money=lambda amount_fen: f"¥{yuan_text(amount_fen)}",
        translate=lambda message: translations.ugettext(message) if message else "",
    )
    return made


def render(letter: Letter, *, site_name: str, base_url: str) -> Rendered:
    """Return the subject and both bodies of ``letter``."""
    templates = environment(letter.locale)
    facts = {**letter.facts, "site_name": site_name, "base_url": base_url, "locale": letter.locale}

    def words(ending: str) -> str:
        return templates.get_template(f"mail/{letter.name}{ending}").render(facts)

    return Rendered(subject=one_line(words(".subject.txt")), text=spaced(words(".txt")), html=words(".html"))


def spaced(text: str) -> str:
    """Return ``text`` with at most one empty line in a row, wherever a template left something out."""
    return re.sub(r"\n\s*\n", "\n\n", text).strip() + "\n"


def one_line(text: str) -> str:
    """Return ``text`` as one line without control characters, so that it cannot start a header of its own."""
    plain = "".join(" " if unicodedata.category(char) in _BREAKING else char for char in text)
    return " ".join(plain.split())
