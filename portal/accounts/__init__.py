"""Registering, signing in and out, passwords, second factors and one's own account."""

from flask import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
