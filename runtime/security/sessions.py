"""What a browser keeps of its session, and what a session keeps of its browser."""

from flask import request, session

COOKIE, KNOWN = "id", "known"
"""Where Flask's signed cookie keeps the secret of the session, and for whom the browser is known when nobody is in."""


def begin_session(secret: str, known: object = None) -> None:
    """Bind this browser to a session; its cookie keeps nothing else but for whom it is `known` to, or was."""
    known = known or session.get(KNOWN)
    session.clear()
    session.update({COOKIE: secret, KNOWN: known})
    session.permanent = True


def whereabouts() -> tuple[str, str]:
    """The browser and the address of who sent this, as a new session keeps them."""
    return request.headers.get("User-Agent", ""), request.remote_addr or ""
