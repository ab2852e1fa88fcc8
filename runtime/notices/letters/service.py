"""Mails that carry a link for one person. The link is made when the mail is: it stands in no table and in no queue."""

from collections.abc import Mapping
from typing import Any

from runtime.db import utc_now
from runtime.i18n import message, speaker
from runtime.identity.resets import service as resets
from runtime.notices.mail import Letter
from runtime.notices.posting.service import post


def send_reset(reset_id: str, settings: Mapping[str, Any]) -> None:
    """The way to a new password, to the account's own address; nothing when nobody is meant or it is too late."""
    found = resets.waiting(reset_id)
    if found is None:
        return
    reset, account = found
    speak = speaker(reset.lang)
    body = message(
        "Somebody, probably you, wants a new password for your account %(name)s."
        " The link below leads there; it works once, for %(minutes)s minutes."
        "\n\nIf that was not you, nothing needs to be done: your password stays as it is.",
        name=account.name, minutes=resets.MINUTES,
    )  # fmt: skip
    url = f"{str(settings['PUBLIC_URL']).rstrip('/')}/reset/{resets.secret_of(reset.id)}"
    title = message("Set a new password").translated(speak)
    post(Letter(reset.id, str(reset.mail), account.name, title, body.translated(speak), url, utc_now()), settings)
