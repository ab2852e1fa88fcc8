"""A notice as a mail. Pure: what is sent, and where to by its address; not the sending."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Letter:
    """What a mail says and to whom; `id` names it for good, so that a second copy is known as one."""

    id: str
    to: str
    name: str
    title: str
    body: str
    url: str | None
    at: datetime


@dataclass(frozen=True)
class Relay:
    """A mail server: `smtp://USER:PASSWORD@HOST:PORT`, with `smtps://` encrypted from the start.

    `encrypts` says that the connection is upgraded before anything is told (all of smtp:// but to this machine).
    """

    host: str
    port: int
    user: str | None
    password: str | None
    secure: bool
    encrypts: bool


def relay_of(url: str) -> Relay:
    """The server of an address; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(url)
    secure = parts.scheme == "smtps"
    near = parts.hostname in ("localhost", "127.0.0.1", "::1")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return Relay(
        parts.hostname, parts.port or (465 if secure else 587), user, password, secure, not secure and not near
    )


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The mail as plain text; line breaks in a title cannot make headers."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = Address(_one_line(letter.name), addr_spec=letter.to)
    mail["Subject"] = _one_line(letter.title)[:200]
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('>') or 'trellis'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(part for part in (letter.body or letter.title, letter.url) if part) + "\n")
    return mail


def _one_line(text: str) -> str:
    return " ".join(text.split())
