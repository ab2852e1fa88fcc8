"""Requests as visits of a tenant, which take turns with what they ask."""

from flask import Flask, g

from runtime.db import turns


def install(app: Flask) -> None:
    """Tell who comes, once the guard has let them in, and when they leave."""
    app.before_request(come)
    app.teardown_request(leave)


def come() -> None:
    """Somebody of a tenant is here."""
    if g.get("actor") is not None:
        turns.come(g.actor.tenant_id)


def leave(error: BaseException | None = None) -> None:
    """The answer is on its way."""
    turns.leave()
