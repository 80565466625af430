"""The search engine of this installation, opened once in each web process."""

from __future__ import annotations

from flask import current_app

from portal.extensions import db
from services.search.engine import Engine
from services.search.engines.choice import make_engine


def search_engine() -> Engine:
    """Return the engine that the settings name."""
    extensions = current_app.extensions
    if "search" not in extensions:
        settings = current_app.config["PORTAL"]
        extensions["search"] = make_engine(settings.search, settings.index, db.engine)
    return extensions["search"]
