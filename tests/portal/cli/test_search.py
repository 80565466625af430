"""``portal search``: the index is built from a shell, its state told, and looked into."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from portal.cli import main
from tests.factories.board import make_board, make_post


@pytest.fixture
def portal(database_url: str, session: Session, tmp_path: Path):
    """Return a function that runs the command on a database with one post."""
    make_post(session, make_board(session).member, title="求购玻璃棒八吨")
    session.commit()
    environment = {
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": "x" * 40,
    }

    def run(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, ["search", *words], env=environment | more)

    return run


@pytest.mark.parametrize("name", ["whoosh", "tantivy"])
def test_an_index_is_built_with_progress_and_found_in(portal, name: str) -> None:
    assert "no usable index" in portal("status", PORTAL_SEARCH=name).output

    built = portal("rebuild", PORTAL_SEARCH=name)

    assert built.exit_code == 0, built.output
    assert built.output.splitlines()[0].startswith("Search index: 0 of ")
    assert built.output.splitlines()[-1].endswith(" documents, ready")
    status = portal("status", PORTAL_SEARCH=name).output
    assert status.startswith(f"Engine {name}: ")
    assert "Changes that wait: 0." in status
    found = portal("query", "bolibang", "--kind", "post", PORTAL_SEARCH=name)
    assert "求购[玻璃棒]八吨" in found.output
    assert found.output.endswith("1 found.\n")


def test_without_an_index_the_database_is_asked(portal) -> None:
    found = portal("query", "玻璃棒")
    assert "求购[玻璃棒]八吨" in found.output
    assert "The index cannot be used" in found.output


def test_too_long_a_line_is_refused_in_a_sentence(portal) -> None:
    refused = portal("query", "玻" * 201)
    assert refused.exit_code == 1
    assert refused.output == "Error: Search for at most 200 characters.\n"
