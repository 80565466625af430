"""Pages of the supply and demand board: reading, posting, answering, and the association's review desk."""

from flask import Blueprint

bp = Blueprint("board", __name__)
