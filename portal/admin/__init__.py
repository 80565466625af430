"""Running the platform: people, calendar, outbox, audit log, settings."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")
