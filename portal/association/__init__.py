"""Pages of the association: its public face, the members' centre, meetings, discipline, and the secretary's desk."""

from flask import Blueprint

bp = Blueprint("association", __name__)
