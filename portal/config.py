"""The settings of one running portal, read once from PORTAL_… environment variables."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.mail.server import Server
from services.search.engines.choice import EngineName

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is unknown, missing or wrong; the sentence says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    demo: bool = False
    development: bool = False
    smtp_url: str = ""
    mail_from: str = "noreply@localhost"
    trusted_proxies: int = 0
    site_name: str = "产业集群公共服务平台"
    operator_name: str = ""
    operator_phone: str = ""
    operator_address: str = ""
    record_number: str = ""
    search: EngineName = EngineName.WHOOSH

    def shown_operator(self) -> str:
        """Return who runs the portal, as its pages say; the demonstration has an operator of its own."""
        return self.operator_name or ("平台运营中心（演示）" if self.demo else self.site_name)

    @property
    def is_secure(self) -> bool:
        """Whether people reach the portal over https, so that cookies can be bound to it."""
        return self.base_url.startswith("https://")

    @property
    def uploads(self) -> Path:
        """Where attachments lie."""
        return self.instance / "uploads"

    @property
    def letters(self) -> Path:
        """Where letters and text messages are written while no mail server is set."""
        return self.instance / "mail"

    @property
    def index(self) -> Path:
        """Where the search index lies; it can be thrown away and built again."""
        return self.instance / "index"


_KINDS = {
    "PORT": int,
    "THREADS": int,
    "TRUSTED_PROXIES": int,
    "DEMO": bool,
    "DEVELOPMENT": bool,
}
_TEXTS = (
    "HOST SMTP_URL MAIL_FROM SITE_NAME OPERATOR_NAME OPERATOR_PHONE OPERATOR_ADDRESS RECORD_NUMBER"
    " BASE_URL DATABASE_URL SECRET_KEY INSTANCE SEARCH"
).split()


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingsError for an unknown, missing or impossible one."""
    given = {
        name.removeprefix("PORTAL_"): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_")
    }
    known = {*_KINDS, *_TEXTS}
    if unknown := sorted(set(given) - known):
        names = ", ".join(f"PORTAL_{name}" for name in unknown)
        raise SettingsError(f"Unknown setting {names}. Known: {', '.join('PORTAL_' + name for name in sorted(known))}.")
    values = {name.lower(): _read(name, text) for name, text in given.items() if text != ""}
    instance = Path(values.pop("instance", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    url = values.setdefault("database_url", f"sqlite:///{instance / 'portal.db'}")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("PORTAL_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    values.setdefault("base_url", f"http://{values.get('host', '127.0.0.1')}:{values.get('port', 8000)}")
    values["base_url"] = values["base_url"].rstrip("/")
    if not values["base_url"].startswith(("http://", "https://")):
        raise SettingsError("PORTAL_BASE_URL must begin with http:// or https://.")
    if "secret_key" not in values:
        values["secret_key"] = _kept_secret(instance, url)
    if len(values["secret_key"]) < 32:
        raise SettingsError("PORTAL_SECRET_KEY must have at least 32 characters.")
    _check_mail_server(values.get("smtp_url", ""))
    values["search"] = _checked_search(values.get("search", EngineName.WHOOSH), url)
    return Settings(instance=instance, **values)


def _check_mail_server(url: str) -> None:
    try:
        if url:
            Server.at(url)
    except ValueError as error:
        raise SettingsError(f"{error}.") from error


def _checked_search(engine: str, url: str) -> EngineName:
    if engine not in set(EngineName):
        raise SettingsError(f"PORTAL_SEARCH must be one of {', '.join(EngineName)}, not {engine!r}.")
    if engine == EngineName.POSTGRESQL and url.startswith("sqlite"):
        raise SettingsError("PORTAL_SEARCH=postgresql needs PORTAL_DATABASE_URL to name a PostgreSQL database.")
    return EngineName(engine)


def _read(name: str, text: str) -> object:
    kind = _KINDS.get(name, str)
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise SettingsError(f"PORTAL_{name} must be 1 or 0, not {text!r}.")
        return text.lower() in {"1", "true", "yes"}
    if kind is int:
        if not (text.isascii() and text.isdigit() and int(text) < 65536):
            raise SettingsError(f"PORTAL_{name} must be a whole number, not {text!r}.")
        return int(text)
    return text


def _kept_secret(instance: Path, url: str) -> str:
    """Return the secret that lies in the instance folder, made on the first start of a one-machine portal."""
    if not url.startswith("sqlite"):
        raise SettingsError("PORTAL_SECRET_KEY is missing: with PostgreSQL every process needs the same secret.")
    path = instance / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()
