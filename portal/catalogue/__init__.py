"""Finding, pricing and comparing service modules; the centres' pages for keeping them."""

from flask import Blueprint

bp = Blueprint("catalogue", __name__, url_prefix="/services")
