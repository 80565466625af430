"""Puts the application together."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal import access, components, errors, i18n, navigation, security, times
from portal.config import ROOT, Settings
from portal.extensions import csrf, db, login_manager
from services.core.engine import engine_options, is_transient, prepare

PACKAGES = (
    "home",
    "accounts",
    "organisations",
    "standards",
    "catalogue",
    "billing",
    "booking",
    "laboratory",
    "board",
    "training",
    "association",
    "search",
    "centres",
    "admin",
    "messages",
)


class Portal(Flask):
    """A Flask that runs a view again when its transaction fell victim to a deadlock."""

    def dispatch_request(self) -> Any:
        """Answer the request, at most three times over."""
        for _ in range(2):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if not is_transient(error):
                    raise
                db.session.rollback()
        return super().dispatch_request()


def create_app(settings: Settings) -> Flask:
    """Return the portal for ``settings``. Raises RuntimeError when a view declares no audience."""
    app = Portal("portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal" / "static"))
    app.config["PORTAL"] = settings
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.init_app(app, settings)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    csrf.init_app(app)
    login_manager.init_app(app)
    i18n.init_app(app)
    components.init_app(app)
    times.init_app(app)
    errors.init_app(app)
    for name in PACKAGES:
        import_module(f"portal.{name}.views")
        app.register_blueprint(import_module(f"portal.{name}").bp)
    app.view_functions["static"] = access.public(app.view_functions["static"])
    navigation.init_app(app, settings)
    app.extensions["audiences"] = access.audiences(app)
    return app
