"""Routes of each kind of access."""

from typing import Any

import pytest
from flask import Blueprint, Flask, g

from runtime.security.access import builder, member, power, public, scoped, signed_in
from tests.client import PageClient


def said() -> dict[str, Any]:
    """Who the guard says came."""
    actor = g.actor
    return {"account": bool(g.visitor), "member": actor and actor.member_id, "tenant": g.tenant and g.tenant.key}


def probe() -> Blueprint:
    blueprint = Blueprint("probe", __name__)
    routes = {
        "/p/public": public,
        "/p/signed": signed_in,
        "/t/<tenant>/p/member": member,
        "/t/<tenant>/p/power": power("admin"),
        "/t/<tenant>/a/<app>/p/build": builder,
        "/api/v1/p/read": scoped("records:read"),
        "/p/undeclared": lambda view: view,
    }
    for rule, declare in routes.items():

        def view(**args: str) -> dict[str, Any]:
            return said()

        blueprint.add_url_rule(rule, rule.replace("/", "_").strip("_"), declare(view), methods=["GET", "POST"])
    return blueprint


@pytest.fixture
def app(app: Flask) -> Flask:
    app.register_blueprint(probe())
    return app


@pytest.fixture
def nobody(app: Flask) -> PageClient:
    return app.test_client()  # type: ignore[return-value]
