"""A setting that is unknown, missing or impossible stops the start with a sentence that says which and what to do."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.config import SettingsError, from_environment

POSTGRESQL = "postgresql+psycopg://portal@127.0.0.1/portal"


def settings(tmp_path: Path, **given: str):
    return from_environment(
        {"PORTAL_INSTANCE": str(tmp_path)} | {f"PORTAL_{name}": text for name, text in given.items()}
    )


def test_nothing_needs_to_be_set_on_one_machine(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path / 'portal.db'}"
    assert found.base_url == "http://127.0.0.1:8000"
    assert not found.demo


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    secret = settings(tmp_path).secret_key
    assert settings(tmp_path).secret_key == secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PROT": "1"}, "Unknown setting PORTAL_PROT"),
        ({"PORT": "http"}, "PORTAL_PORT must be a whole number"),
        ({"PORT": "８０"}, "PORTAL_PORT must be a whole number"),
        ({"PORT": "70000"}, "PORTAL_PORT must be a whole number"),
        ({"DEMO": "maybe"}, "PORTAL_DEMO must be 1 or 0"),
        ({"DATABASE_URL": "mysql://x"}, "PORTAL_DATABASE_URL must begin with"),
        ({"DATABASE_URL": POSTGRESQL}, "PORTAL_SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "at least 32 characters"),
        ({"BASE_URL": "portal.example"}, "PORTAL_BASE_URL must begin with"),
        ({"SMTP_URL": "mail.example"}, "PORTAL_SMTP_URL must look like"),
        ({"SEARCH": "elastic"}, "PORTAL_SEARCH must be one of whoosh, tantivy, postgresql"),
        ({"SEARCH": "postgresql"}, "needs PORTAL_DATABASE_URL to name a PostgreSQL database"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings(tmp_path, **given)


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_search_engine_of_one_machine_needs_no_server(tmp_path: Path, engine: str) -> None:
    assert settings(tmp_path, SEARCH=engine).search == engine


def test_the_search_of_postgresql_goes_with_its_database(tmp_path: Path) -> None:
    found = settings(tmp_path, SEARCH="postgresql", DATABASE_URL=POSTGRESQL, SECRET_KEY="x" * 40)
    assert found.search == "postgresql"


def test_the_embedded_search_is_the_default_and_its_index_lies_in_the_instance_folder(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert (found.search, found.index) == ("whoosh", tmp_path / "index")


def test_settings_of_the_tests_are_nobodys_business(tmp_path: Path) -> None:
    assert settings(tmp_path, TEST_DATABASE_URL="x").port == 8000


@pytest.mark.parametrize("command", [["run"], ["worker"], ["database", "upgrade"], ["demo", "load"], ["backup"]])
def test_every_command_says_what_is_wrong_and_ends(tmp_path: Path, command: list[str]) -> None:
    environment = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_PORT": "x"}
    result = CliRunner().invoke(main, command, env=environment)
    assert result.exit_code == 1
    assert result.output.startswith("Error: PORTAL_PORT must be a whole number")


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    environment = {
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_DATABASE_URL": "postgresql+psycopg://portal:geheim@127.0.0.1:1/portal",
        "PORTAL_SECRET_KEY": "x" * 40,
    }
    result = CliRunner().invoke(main, ["database", "upgrade"], env=environment)
    assert result.exit_code == 1
    assert "127.0.0.1:1/portal does not answer" in result.output
    assert "geheim" not in result.output
