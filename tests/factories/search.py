"""An index for tests that search through pages."""

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from services.search.engines.choice import make_engine
from services.search.indexing import Indexer


def build_index(app: Flask, session: Session) -> int:
    """Commit, make the index of the application's settings anew, and return how many documents it has."""
    session.commit()
    settings, database = app.config["PORTAL"], session.get_bind()
    assert isinstance(database, Engine)
    indexer = Indexer(database, make_engine(settings.search, settings.index, database))
    assert indexer.turn()
    documents = indexer.rebuild()
    indexer.close()
    return documents
