"""``portal backup``: the database and the uploads in one file, while the portal runs; and back again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing
from os import environ
from pathlib import Path, PurePosixPath
from typing import Any

import click
from sqlalchemy import URL, inspect, make_url
from sqlalchemy.orm import Session

from portal.cli.start import chosen_settings, opened
from portal.config import Settings
from services.association.models.meetings import Motion
from services.association.queries.meetings import is_secret_vote_open
from services.core import clock
from services.core.database import revision_of
from services.documents.signing import FILE as SEAL

MANIFEST = "manifest.json"
SQLITE = "portal.db"
POSTGRESQL = "portal.dump"
SECRETS = ("secret_key", SEAL)


class MakeByDefault(click.Group):
    """A group whose first word may be left out: ``portal backup TARGET`` is ``portal backup make TARGET``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``make`` in front unless another command or a call for help stands there."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=MakeByDefault)
def backup() -> None:
    """Back up the database and the uploads: `portal backup [TARGET]`."""


@backup.command("make")
@click.argument("target", type=click.Path(path_type=Path), required=False)
@click.option("--despite-secret-vote", is_flag=True, help="Make it although a secret vote is open (decision 0015).")
def make_command(target: Path | None, despite_secret_vote: bool) -> None:
    """Write a backup to TARGET, a file or a folder (<instance>/backups when left out). The portal may run meanwhile.

    While a secret vote is open, a backup would show who chose what: it is refused unless the option says otherwise.
    """
    settings = chosen_settings()
    if not despite_secret_vote:
        _refuse_during_secret_vote(settings)
    name = f"portal-{clock.now():%Y%m%dT%H%M%SZ}.zip"
    target = target or settings.instance / "backups"
    target = target if target.suffix == ".zip" else target / name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = _copy_of_the_database(settings, Path(folder))
        part.touch(mode=0o600)
        manifest = _write(part, settings, copy)
    part.replace(target)
    click.echo(f"{target}: {len(manifest['files'])} files, database at revision {manifest['revision']}.")


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_command(file: Path) -> None:
    """Put FILE back into an instance folder that holds no database and no uploads yet (SQLite)."""
    settings = chosen_settings()
    place = make_url(settings.database_url)
    if place.get_backend_name() != "sqlite":
        raise click.ClickException(
            f"Take {POSTGRESQL} and the uploads out of the file with unzip, then run pg_restore (docs/postgresql.md)."
        )
    database = Path(place.database or "")
    if database.exists() or any(settings.uploads.glob("*")):
        raise click.ClickException(f"{settings.instance} is not empty. Restore into a new PORTAL_INSTANCE.")
    with tempfile.TemporaryDirectory(dir=settings.instance) as folder:
        _unpack(file, Path(folder))
        _move(Path(folder), settings, database)
    click.echo("Restored. Run `portal database upgrade`, then start the portal.")


def _refuse_during_secret_vote(settings: Settings) -> None:
    """End the command while a secret vote is open; a database that was not upgraded yet may know no votes."""
    with opened(settings) as engine, Session(engine) as session:
        if inspect(engine).has_table(Motion.__tablename__) and is_secret_vote_open(session):
            raise click.ClickException(
                "A secret vote is open, and a backup would show who chose what (docs/operations.md). "
                "Make it when the vote is closed, or add --despite-secret-vote."
            )


def _copy_of_the_database(settings: Settings, folder: Path) -> Path:
    place = make_url(settings.database_url)
    if place.get_backend_name() == "sqlite":
        copy = folder / SQLITE
        with closing(sqlite3.connect(place.database or "")) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)
            kept.execute("PRAGMA journal_mode=DELETE")
        return copy
    return _dump(place, folder / POSTGRESQL)


def _dump(place: URL, copy: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise click.ClickException("pg_dump is not installed here. Install PostgreSQL's client programs and try again.")
    plain = place.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": place.password} if place.password else {}
    done = subprocess.run(  # noqa: S603 - the program of this name, its arguments as a list
        [program, "--format=custom", "--no-owner", f"--file={copy}", plain],
        env={**environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise click.ClickException(f"pg_dump failed: {done.stderr.strip()}")
    return copy


def _write(part: Path, settings: Settings, copy: Path) -> dict[str, Any]:
    """Write the archive. Uploads come after the database: each file it names was stored before its row."""
    files = {copy.name: copy}
    files |= {name: settings.instance / name for name in SECRETS if (settings.instance / name).exists()}
    stored = sorted(path for path in settings.uploads.rglob("*") if path.is_file())
    files |= {f"uploads/{path.relative_to(settings.uploads).as_posix()}": path for path in stored}
    with opened(settings) as engine:
        revision = revision_of(engine)
    manifest = {
        "made_at": clock.now().isoformat(),
        "revision": revision,
        "files": {name: _sha256(path) for name, path in files.items()},
    }
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.write(path, name)
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _unpack(file: Path, folder: Path) -> None:
    """Unpack what the manifest names into ``folder``; a file that is missing, strange or changed stops everything."""
    with zipfile.ZipFile(file) as archive:
        files: dict[str, str] = json.loads(archive.read(MANIFEST))["files"]
        if SQLITE not in files:
            raise click.ClickException("This backup holds a PostgreSQL database, the settings ask for SQLite.")
        for name, digest in files.items():
            parts = PurePosixPath(name).parts
            if ".." in parts or name.startswith("/") or (len(parts) > 1 and parts[0] != "uploads"):
                raise click.ClickException(f"The backup holds a file in a place where none belongs: {name}")
            path = Path(archive.extract(name, folder))
            if _sha256(path) != digest:
                raise click.ClickException(f"The backup is damaged: {name} has changed. Nothing was restored.")


def _move(folder: Path, settings: Settings, database: Path) -> None:
    settings.uploads.mkdir(parents=True, exist_ok=True)
    for path in (folder / "uploads").glob("*"):
        shutil.move(path, settings.uploads / path.name)
    for name in SECRETS:
        if (folder / name).exists():
            (folder / name).chmod(0o600)
            (folder / name).replace(settings.instance / name)  # one just made is of no use to the restored rows
    (folder / SQLITE).replace(database)  # last: with it the instance is complete


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
