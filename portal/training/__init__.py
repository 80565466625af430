"""Pages of the training: courses and classes, registering, attending, certificates, and the training centre's desk."""

from flask import Blueprint

bp = Blueprint("training", __name__)
