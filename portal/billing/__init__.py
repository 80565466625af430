"""Orders, payments, accounts, statements and invoice requests, for firms and for centres."""

from flask import Blueprint

bp = Blueprint("billing", __name__, url_prefix="/billing")
