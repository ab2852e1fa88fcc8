"""Handing a letter over to the mail server, or laying it into the outbox folder where none is set."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from runtime.contracts import Turn
from runtime.db import transaction, utc_now
from runtime.notices import mail

log = logging.getLogger(__name__)

SENDER = "Trellis <trellis@localhost>"
SMTP_SECONDS = 20
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))


def work(turn: Turn, send: Callable[[str, Mapping[str, Any]], None]) -> None:
    """Let `send` hand over the mail of that id; what the server refuses is tried again, and given up in the end."""
    with transaction():
        turn.hold()
    try:
        send(turn.claim.id, turn.settings)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        if turn.claim.fence <= len(PAUSES):
            put_off(turn, error)
            return
        log.error("A mail was given up: %s", error)
    turn.close(finished=True)


def put_off(turn: Turn, error: Exception) -> None:
    """Try a mail again later, the later the more often it was tried."""
    log.warning("A mail could not be handed over, it is tried again: %s", error)
    with transaction():
        turn.release(utc_now() + PAUSES[min(turn.claim.fence, len(PAUSES)) - 1])


def post(letter: mail.Letter, settings: Mapping[str, Any]) -> None:
    """Send a letter; raises OSError when that fails."""
    composed = mail.compose(letter, str(settings.get("MAIL_FROM") or SENDER))
    if settings.get("SMTP_URL"):
        _hand_over(composed, mail.relay_of(settings["SMTP_URL"]))
    else:
        _lay_out(composed, Path(settings["TRELLIS_HOME"]) / "outbox", letter.id)


def _hand_over(composed: EmailMessage, relay: mail.Relay) -> None:
    context = ssl.create_default_context()
    kind = smtplib.SMTP_SSL if relay.secure else smtplib.SMTP
    more: dict[str, Any] = {"context": context} if relay.secure else {}
    with kind(relay.host, relay.port, timeout=SMTP_SECONDS, **more) as server:
        if relay.encrypts:
            server.starttls(context=context)
        if relay.user:
            server.login(relay.user, relay.password or "")
        server.send_message(composed)


def _lay_out(composed: EmailMessage, folder: Path, id: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{id}.eml"
    path.write_bytes(composed.as_bytes())
    log.info("No mail server is set (SMTP_URL): the mail to %s lies in %s", composed["To"], path)
