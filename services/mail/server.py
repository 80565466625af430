"""The mail server, reached by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT = 15.0  # seconds for each answer of the server


class Undeliverable(Exception):
    """This letter will never arrive; nobody tries again until staff say so."""


class TryLater(Exception):
    """The server does not take this letter now."""


@dataclass(frozen=True)
class Server:
    """A mail server: ``smtp://user:password@host:port`` (STARTTLS when offered) or ``smtps://…``."""

    host: str
    port: int
    secure: bool = False
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT

    @classmethod
    def at(cls, url: str, *, timeout: float = TIMEOUT) -> Server:
        """Return the server at ``url``. Raises ValueError when it is not such an address."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("PORTAL_SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465")
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if secure else 25),
            secure=secure,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            timeout=timeout,
        )

    def send(self, message: EmailMessage) -> None:
        """Hand ``message`` over.

        Raises Undeliverable when trying again is no use; TryLater, OSError or SMTPException when it is.
        """
        try:
            with self._connection() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            if code >= 500:
                raise Undeliverable(f"the reader is refused ({code})") from None
            raise TryLater(f"the reader is not accepted now ({code})") from None
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= 500:
                raise Undeliverable(f"the letter is refused ({error.smtp_code})") from None
            raise

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.secure:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if not self.secure and connection.has_extn("starttls"):
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection
