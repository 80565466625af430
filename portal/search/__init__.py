"""Pages of the search: results, suggestions, synonyms and the state of the index."""

from flask import Blueprint

bp = Blueprint("search", __name__)
