"""Many posts at once: a table that is looked at and taken in, a sample of it, and one's own posts as such a table."""

from __future__ import annotations

from flask import url_for
from wtforms import BooleanField

from portal.access import holds
from portal.board import bp
from portal.csv_files import csv_answer
from portal.current import actor, organisation, person
from portal.desk import carry_out, form_page
from portal.extensions import db
from portal.i18n import gettext
from portal.tables import TableForm
from portal.work import begin_work
from services.board.operations import importing
from services.board.rules.sheet import COLUMNS, NEEDED
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

SAMPLE = {
    "type": "求购",
    "direction": "需求",
    "title": "求购高硼硅玻璃棒Φ6–Φ22mm，月用8吨",
    "body": "用于灯工圣诞挂件，要求无气线、结石，膨胀系数3.3±0.1，长度1500±5mm，捆扎防碰。",
    "keywords": "玻璃棒、高硼硅",
    "quantity": "8",
    "unit": "吨/月",
    "is_negotiable": "是",
    "visibility": "公开",
    "validity_days": "60",
    "specs": "外径=6–22[mm]；长度=1500[mm]",
}


class PostsForm(TableForm):
    """A table of posts, kept as drafts or sent in."""

    sends = BooleanField(N_("Send them in for review at once; otherwise they are kept as drafts"))


@bp.route("/board/import", methods=["GET", "POST"])
@holds(Permission.POST_WRITE)
def take_in():
    """Look at a table of posts, and take it in when nothing is wrong with it."""
    form, plan, done = PostsForm(), None, None
    sends = bool(form.sends.data)
    if form.submitted():
        with begin_work() as work:
            plan = form.plan(lambda table: importing.plan_posts(work, table, sends=sends))
    if form.is_final:
        done = carry_out(
            form,
            lambda work: importing.import_posts(work, form.table.data or "", sends=sends),
            leads_to=url_for("board.mine", tab="waiting" if sends else "drafts"),
            done=gettext("The table has been taken in."),
        )
    return done or form_page("board/import.html", form, plan=plan, columns=COLUMNS, needed=NEEDED)


@bp.route("/board/import/sample.csv")
@holds(Permission.POST_WRITE)
def sample():
    """Return a table with one row to begin with."""
    firm, who = organisation(), person()
    contact = {"contact_name": who.name or (firm.contact_name if firm else ""), "contact_phone": who.mobile or ""}
    filled = SAMPLE | contact
    return csv_answer("posts-sample.csv", importing.HEADS, [[filled.get(name, "") for name in COLUMNS]])


@bp.route("/board/mine.csv")
@holds(Permission.POST_WRITE)
def export():
    """Return one's own posts as a table whose columns can be taken in again."""
    head = [gettext("Number"), gettext("State"), *importing.HEADS]
    work = Work(db.session(), actor(), clock.now())
    return csv_answer("posts.csv", head, importing.exported_posts(work))
