"""What no request may bring, whoever sends it."""

from collections.abc import Iterator

from flask import current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.datastructures import MultiDict

from runtime.contracts import BadRequest, Forbidden
from runtime.i18n import message
from runtime.security.addresses import origin_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

csrf = CSRFProtect()


def refuse_nul(*texts: str) -> None:
    """No keyboard makes this sign, PostgreSQL keeps no text with it, and it cuts names short elsewhere."""
    if any("\x00" in text for text in texts):
        raise BadRequest(message("The sign NUL cannot stand in an address or a form."))


def all_of(sent: MultiDict[str, str]) -> Iterator[str]:
    """Every value, also of names that came several times."""
    return (value for values in sent.listvalues() for value in values)


def refuse_foreign_origin() -> None:
    """Browsers say where an unsafe request was made; it must have been here."""
    sent = request.headers.get("Origin") or origin_of(request.headers.get("Referer", ""))
    ours = {origin_of(str(current_app.config.get("PUBLIC_URL") or ""))}
    if current_app.config.get("TRELLIS_ENV") != "production":
        ours.add(origin_of(request.host_url))
    if not sent or sent not in ours:
        raise Forbidden(message("This request did not come from a page of ours."))


def refuse_without_token() -> None:
    """A page's form carries the token that only a page of ours can know."""
    try:
        csrf.protect()
    except CSRFError:
        raise Forbidden(message("This page has grown stale. Reload it and try again.")) from None
