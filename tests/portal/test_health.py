"""Machines ask whether the process lives and whether it can work."""

from dataclasses import replace

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db


def test_a_portal_that_works(client) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_portal_whose_database_is_gone_lives_and_is_not_ready(settings: Settings) -> None:
    app = create_app(replace(settings, database_url="sqlite:////nowhere/at/all/portal.db"))
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    with app.app_context():
        db.engine.dispose()


def test_being_asked_leaves_no_cookie(client) -> None:
    for address in ("/healthz", "/readyz"):
        assert "Set-Cookie" not in client.get(address).headers
