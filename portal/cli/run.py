"""``portal run``: the whole portal in one process."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import click
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from waitress.server import create_server

from portal.app import create_app
from portal.cli.database import bring_up_to_date
from portal.cli.load_demo import load_once
from portal.cli.search import make_indexer
from portal.cli.sign_ins import demo_sign_ins
from portal.cli.start import chosen_settings, opened, write_log
from portal.cli.worker import beside, make_worker, on_stop_signal
from portal.config import Settings
from services.core.database import alone

GRACE = 20  # seconds for requests that are being answered when the portal is told to stop


@click.command()
@click.option("--demo", "as_demo", is_flag=True, help="Load the demonstration once and say so on every page.")
@click.option("--no-worker", is_flag=True, help="Leave promised tasks to a `portal worker` elsewhere.")
def run(as_demo: bool, no_worker: bool) -> None:
    """Serve the portal and carry out promised tasks, in one process. SIGTERM or Ctrl-C stops it cleanly."""
    settings = chosen_settings()
    settings = replace(settings, demo=settings.demo or as_demo)
    write_log()
    with opened(settings) as engine:
        with alone(engine):
            bring_up_to_date(engine)
            if settings.demo:
                click.echo("Loading the demonstration, once …")
                load_once(engine, "full", settings)
        app = create_app(settings)
        server, channels = bound_server(app, settings)
        announce(settings, engine)
        stop = threading.Event()
        on_stop_signal(lambda: (stop.set(), server.pull_trigger()))
        with background_worker(settings, engine, wanted=not no_worker):
            serve(server, channels, stop)
        click.echo("The portal has stopped.")


def bound_server(app: Flask, settings: Settings):
    """Return the server, listening, and the map of its connections."""
    channels: dict = {}
    try:
        server = create_server(
            app,
            map=channels,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            clear_untrusted_proxy_headers=False,  # portal.security reads them when proxies are trusted
        )
    except OSError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be opened ({error.strerror}). Choose another PORTAL_PORT."
        ) from error
    return server, channels


def serve(server, channels: dict, stop: threading.Event) -> None:
    """Answer requests until ``stop`` is set; then take no new ones and finish those that are there."""
    while not stop.is_set():
        server.asyncore.loop(timeout=1, map=channels, use_poll=True, count=1)
    server.accepting = False
    server.socket.close()
    channels.pop(server._fileno, None)  # noqa: SLF001 - waitress has no public way to stop listening alone
    end = time.monotonic() + GRACE
    while any(is_busy(channel) for channel in server.active_channels.values()) and time.monotonic() < end:
        server.asyncore.loop(timeout=0.1, map=channels, use_poll=True, count=1)
    server.task_dispatcher.shutdown()


def is_busy(channel) -> bool:
    """Tell whether a connection still waits for an answer."""
    return bool(channel.requests) or channel.total_outbufs_len > 0


@contextmanager
def background_worker(settings: Settings, engine: Engine, *, wanted: bool):
    """Run a worker and the writer of the index beside the web threads; the worker looks as soon as a request commits."""
    if not wanted:
        yield
        return
    stop, worker, indexer = threading.Event(), make_worker(settings, engine), make_indexer(settings, engine)

    def wake(_session: Session) -> None:
        worker.wake.set()

    event.listen(Session, "after_commit", wake)
    try:
        with beside(worker, stop, "worker"), beside(indexer, stop, "index"):
            yield
    finally:
        event.remove(Session, "after_commit", wake)


def announce(settings: Settings, engine: Engine) -> None:
    """Print where the portal is and, in a demonstration, who can sign in."""
    click.echo(f"\n{settings.site_name}\n{settings.base_url}\n")
    if settings.demo:
        click.echo(demo_sign_ins(engine))
        click.echo("Letters and text messages of the demonstration: " + settings.base_url + "/letters\n")
    click.echo("Stop it with Ctrl-C.")
