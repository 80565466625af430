"""The home page, the work bench, the guide, and the switches of language and text size."""

from flask import Blueprint

bp = Blueprint("home", __name__)
