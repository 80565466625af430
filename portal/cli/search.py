"""``portal search``: how the index stands, building it anew, and looking something up from a shell."""

from __future__ import annotations

import time

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cli.start import chosen_settings, opened
from portal.config import Settings
from services.board.queries.visibility import reader_of
from services.core import clock
from services.core.actor import Actor
from services.core.outbox import REBUILD, OutboxTask
from services.core.work import working
from services.search.documents import Kind
from services.search.engines.choice import make_engine
from services.search.errors import LineTooLong
from services.search.finding import Wish
from services.search.finding import search as find
from services.search.indexing import Indexer
from services.search.operations.rebuilding import request_rebuild
from services.search.queries.health import index_health
from services.search.results import Find, Group

BUILDER = Actor.system("index")
PAUSE = 0.5  # seconds between two looks at how far another process has come


def make_indexer(settings: Settings, engine: Engine) -> Indexer:
    """Return the writer of this installation's index; it says in the terminal how far a rebuild has come."""
    return Indexer(engine, make_engine(settings.search, settings.index, engine), told=_say)


def build_index(settings: Settings, engine: Engine) -> None:
    """Build the index anew and say how far it has come; where a portal is running, it does it and this one waits."""
    with Session(engine) as session, working(session, BUILDER) as work:
        request_rebuild(work)
    indexer = make_indexer(settings, engine)
    try:
        while _is_promised(engine):
            if not indexer.turn():
                time.sleep(PAUSE)
    finally:
        indexer.close()


@click.group()
def search() -> None:
    """Look after the search and its index."""


@search.command("rebuild")
def rebuild_command() -> None:
    """Build the index anew; the old one is searched until then."""
    settings = chosen_settings()
    with opened(settings) as engine:
        build_index(settings, engine)


@search.command("status")
def status_command() -> None:
    """Tell how many documents the index has, when it was written, and what waits."""
    settings = chosen_settings()
    with opened(settings) as engine, Session(engine) as session:
        index = make_engine(settings.search, settings.index, engine)
        health = index_health(session, index)
        index.close()
    if health.is_usable:
        click.echo(f"Engine {settings.search}: {health.documents} documents, {health.expected} in the database.")
    else:
        click.echo(f"Engine {settings.search}: no usable index. The worker builds one; or run: portal search rebuild")
    click.echo(f"Changes that wait: {health.waiting}.")


@search.command("query")
@click.argument("line")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Look among one kind only.")
def query_command(line: str, kind: str | None) -> None:
    """Look LINE up as a visitor would."""
    settings = chosen_settings()
    with opened(settings) as engine, Session(engine) as session:
        index = make_engine(settings.search, settings.index, engine)
        visitor = reader_of(session, Actor.visitor(), clock.local_day(clock.now()))
        try:
            found = find(session, index, visitor, Wish(line, Kind(kind) if kind else None))
        except LineTooLong as error:
            raise click.ClickException(error.message % error.values) from error
        if found.is_from_database:
            click.echo("The index cannot be used; this is what the database has.", err=True)
        for group in found.groups:
            _show(group)
        click.echo(f"{found.total} found.")
        index.close()


def _show(group: Group) -> None:
    click.echo(f"{group.kind} ({group.count})")
    for one in group.finds:
        click.echo(f"  {one.id:>6}  {_text(one)}")


def _text(one: Find) -> str:
    """Return the title with the words marked as [words]."""
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in one.title)


def _is_promised(engine: Engine) -> bool:
    """Tell whether a rebuild is due; one that gathers changes of words for a while is the worker's business."""
    due = (OutboxTask.task == REBUILD, OutboxTask.due_at <= clock.now())
    with Session(engine) as session:
        return session.scalar(select(OutboxTask.id).where(*due).limit(1)) is not None


def _say(done: int, total: int) -> None:
    click.echo(
        f"Search index: {done} of {total} documents" if done < total else f"Search index: {total} documents, ready"
    )
