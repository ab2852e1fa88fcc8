"""What the tests of taking in and giving out share: an owner in the app that their file describes as `APP`."""

from typing import Any

import pytest

from builder.publishing import service as publishing
from runtime.contracts import Actor
from runtime.identity.doors import service as doors
from tests.conftest import Home


def app_of(form: dict[str, Any], role: str, **policy: Any) -> dict[str, Any]:
    """An app with one form, and one role that is granted nothing beyond `policy`."""
    granted = {"form": form["key"], "read": ["*"], "write": [], "acts": [], **policy}
    roles = [{"format": "role/1", "key": role, "title": role, "policies": [granted]}]
    return {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [form], "roles": roles}


@pytest.fixture
def boss(home: Home, request: pytest.FixtureRequest) -> Actor:
    """The owner of "home", where that app is live."""
    found = doors.actor_of(home.member_id)
    assert found is not None
    publishing.take_in(request.module.APP, found[0], live=True)
    return found[0]
