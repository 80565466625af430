"""The laboratory: commissions as the client sees them, the desk of the testing centre, and verification of reports."""

from flask import Blueprint

bp = Blueprint("laboratory", __name__)
