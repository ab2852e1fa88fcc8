"""Mails that carry a link for one person. The link is made when the mail is: it stands in no table and in no queue."""

from collections.abc import Mapping
from typing import Any

from runtime.db import utc_now
from runtime.i18n import message, speaker
from runtime.identity.invitations import service as invitations
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
    url = _link(settings, f"/reset/{resets.secret_of(reset.id)}")
    title = message("Set a new password").translated(speak)
    post(Letter(reset.id, str(reset.mail), account.name, title, body.translated(speak), url, utc_now()), settings)


def send_invitation(invitation_id: str, settings: Mapping[str, Any]) -> None:
    """The way into a tenant, to the address it was written down for; nothing when it is withdrawn or too late."""
    found = invitations.to_send(invitation_id)
    if found is None:
        return
    made, member, home = found
    speak = speaker(home.lang)
    title = message("You are invited to %(title)s", title=home.title).translated(speak)
    body = message(
        "%(name)s, your colleagues at %(title)s work with Trellis and have kept a place for you."
        " The link below leads there; it works once, for %(days)s days.",
        name=member.name, title=home.title, days=invitations.VALID_FOR.days,
    )  # fmt: skip
    url = _link(settings, f"/join/{invitations.secret_of(made.id)}")
    post(Letter(made.id, str(made.mail), member.name, title, body.translated(speak), url, utc_now()), settings)
    invitations.note_sent(made.id)


def _link(settings: Mapping[str, Any], path: str) -> str:
    """A link that begins with the configured address."""
    return str(settings["PUBLIC_URL"]).rstrip("/") + path
