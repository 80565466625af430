"""What is found, and what could be meant while somebody types; nobody needs to sign in for that."""

from __future__ import annotations

import re

from flask import jsonify, redirect, render_template, request, url_for

from portal.access import public
from portal.extensions import db
from portal.i18n import translate
from portal.paging import Page, asked_page
from portal.reading import reader
from portal.search import bp
from portal.search.asking import KIND_NAMES, Address, address_of
from portal.search.narrowing import kind_tabs, narrowing
from portal.searching import search_engine
from services.board.queries.posts import readable_post
from services.board.queries.visibility import Reader
from services.core.characters import narrow
from services.core.errors import NotFound
from services.core.messages import N_
from services.organisations.words import LEVEL_NAMES
from services.search import finding
from services.search.documents import Kind
from services.search.errors import LineTooLong
from services.search.parsing import MOST_CHARACTERS
from services.search.results import Found
from services.standards.rules import state_on
from services.training.queries.classes import class_counters

LOOSE = N_("Few results fit exactly, so others that fit in part are shown as well.")
PLAIN = N_("The search index is being rebuilt. Results may be incomplete.")
EXAMPLES = (
    N_("Christmas ornaments for the EU"),
    N_("Glass rods"),
    N_("GB4806.5"),
    N_("bolibang"),
    N_("Migration of lead and cadmium"),
)
LONGEST_BEGINNING = 50
LONGEST_TITLE = 40
_POST_NO = re.compile(r"GX-[0-9]{8}-[0-9]{4,}")
_CLASS_NO = re.compile(r"BM-[0-9]{8}-[0-9]{4,}")


@bp.route("/search")
@public
def index():
    """Show what fits the words and choices in the address, of all kinds or of one."""
    address = address_of(request.args)
    if not address.is_asked:
        return render_template("search/start.html", examples=_examples())
    who = reader()
    if named := _named(address.line, who):
        return redirect(named)
    try:
        found = finding.search(db.session(), search_engine(), who, address.wish(asked_page()))
    except LineTooLong as error:
        return render_template("search/too_long.html", error=error, line=address.line[:MOST_CHARACTERS]), 400
    return render_template(
        "search/index.html",
        address=address,
        found=found,
        notices=_notices(found),
        tabs=kind_tabs(address, found),
        kind_names=KIND_NAMES,
        level_names=LEVEL_NAMES,
        state_of=lambda standard: state_on(standard, who.today),
        post_url=url_for("board.new", title=address.line[:LONGEST_TITLE], direction="need"),
        board_url=url_for("board.index", q=address.line, **address.choices) if address.kind is Kind.POST else "",
        narrowing=narrowing(address, found),
        page=Page(found.groups[0].finds if found.groups else (), found.page, found.pages, found.total),
    )


def _named(line: str, who: Reader) -> str:
    """Return the address of the post or the class whose number the line is, if this reader may see it."""
    no = narrow(line).upper()
    try:
        if _POST_NO.fullmatch(no):
            return url_for("board.show", no=readable_post(db.session(), who, no).no)
        if _CLASS_NO.fullmatch(no):
            return url_for("training.show", class_no=class_counters(db.session(), no).no)
    except NotFound:
        pass
    return ""


@bp.route("/search/suggest")
@public
def suggest():
    """Return words that begin like what is being typed, for the search box."""
    line = request.args.get("q", "")[:LONGEST_BEGINNING]
    return jsonify(suggestions=finding.suggest(db.session(), search_engine(), reader(), line))


def _notices(found: Found) -> list[tuple[str, str]]:
    texts = ((found.is_loose and bool(found.total), LOOSE, "info"), (found.is_from_database, PLAIN, "warning"))
    return [(translate(text), tone) for holds, text, tone in texts if holds]


def _examples() -> list[tuple[str, str, bool]]:
    return [(text, Address(text).among(None), False) for text in map(translate, EXAMPLES)]
