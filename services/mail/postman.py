"""Takes letters to where they go: a mail server, or the folder of letters while none is set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from services.mail.folder import Folder
from services.mail.letters import Letter, Rendered
from services.mail.rendering import render
from services.mail.server import Server, Undeliverable


class Postman(Protocol):
    """Whoever takes a letter to its reader; may be asked twice with the same key, and says so in the letter."""

    def post(self, letter: Letter, key: str, at: datetime) -> None:
        """Post ``letter``; raises whatever went wrong, so that it is tried again."""


def message_key(task_id: int, created_at: datetime) -> str:
    """Return the name of the letter of one outbox task; it stays the same however often it is posted."""
    stamp = created_at.strftime("%Y%m%dT%H%M%S")
    return f"{stamp}-{task_id}-{hashlib.sha256(f'{task_id}|{created_at.isoformat()}'.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class HousePostman:
    """Renders letters and hands them to the mail server, or writes them into the folder."""

    sender: str
    site_name: str
    base_url: str
    folder: Folder
    server: Server | None = None

    def post(self, letter: Letter, key: str, at: datetime) -> None:
        """Post ``letter`` under the Message-ID made of ``key``. Raises Undeliverable when there is nowhere to post it."""
        rendered = render(letter, site_name=self.site_name, base_url=self.base_url)
        if letter.email:
            message = self._message(letter, rendered, key, at)
            if self.server is None:
                self.folder.keep(f"{key}.eml", message.as_bytes())
            else:
                self.server.send(message)
        elif letter.mobile:
            self.folder.keep(f"{key}.txt", self._text_message(letter, rendered).encode())
        else:
            raise Undeliverable("the reader has neither an e-mail address nor a mobile number")

    def _message(self, letter: Letter, rendered: Rendered, key: str, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = Address(display_name=self.site_name, addr_spec=self.sender)
            message["To"] = Address(addr_spec=letter.email)
        except (HeaderParseError, ValueError, IndexError) as error:
            raise Undeliverable("not an e-mail address") from error
        message["Subject"] = rendered.subject
        message["Date"] = at
        message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.locale.replace("_", "-")
        message.set_content(rendered.text)
        message.add_alternative(rendered.html, subtype="html")
        return message

    def _text_message(self, letter: Letter, rendered: Rendered) -> str:
        """Return the text message: the subject, which never tells prices, results or other parties, and the link."""
        link = letter.facts.get("link", "")
        text = f"【{self.site_name}】{rendered.subject}" + (f" {self.base_url}{link}" if link else "")
        return f"To: {letter.mobile}\n\n{text}\n"


def make_postman(*, smtp_url: str, folder: Path, sender: str, site_name: str, base_url: str) -> HousePostman:
    """Return the postman of an installation. Raises ValueError for an impossible ``smtp_url``."""
    server = Server.at(smtp_url) if smtp_url else None
    return HousePostman(sender=sender, site_name=site_name, base_url=base_url, folder=Folder(folder), server=server)
