"""Booking service modules: the client's side and the centre's desk."""

from flask import Blueprint

bp = Blueprint("booking", __name__, url_prefix="/bookings")
