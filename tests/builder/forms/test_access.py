"""Who may see and change a question, beside it in the form designer."""

import re
from typing import Any

import pytest

from builder.drafts import service as drafts
from builder.forms import edit
from runtime.contracts import Actor
from runtime.db import dumps
from tests.client import PageClient
from tests.conftest import Home

BASE = "/t/home/a/sales/build/forms/visit"
FORM, NAME = edit.add(edit.blank("visit", "拜访"), "text", "成本")


@pytest.fixture
def sales(home: Home) -> Any:
    actor = Actor(home.tenant_id, member_id=home.member_id, name="李娜", powers=frozenset({"owner"}))
    found = drafts.start("sales", "销售", "zh-CN", "成员", actor)
    drafts.add_form(found, FORM, actor)
    return found


def policy(app: Any) -> dict[str, Any]:
    (found,) = drafts.find(app, "roles", "member").document["policies"]
    return dict(found)


def test_a_mark_is_kept_in_the_role_and_taken_back(owner: PageClient, sales: Any) -> None:
    before = policy(sales)
    panel = owner.get(f"{BASE}/panel?selected=field:{NAME}").text
    assert re.search(r'name="read.member.0"[^>]* checked', panel)
    act = {"op": "mark", "role": "member", "policy": 0, "field": NAME, "kind": "read", "on": False, "rev": 1}
    answer = owner.post(f"{BASE}/access", json=act)
    assert answer.status_code == 200
    assert policy(sales) == {**before, "read_except": [NAME], "write_except": [NAME]}
    assert not re.search(r'name="(read|write).member.0"[^>]* checked', answer.json["panel"])
    change = answer.json["change"]
    back = {"op": "restore", "role": "member", "from": change["to"], "to": change["from"], "rev": 1}
    assert owner.post(f"{BASE}/access", json=back).json["change"]["role"] == "member"
    assert policy(sales) == before
    assert drafts.find(sales, "forms", "visit").rev == 1


@pytest.mark.parametrize(
    "wrong", [{"policy": 1}, {"policy": -1}, {"policy": "x"}, {"kind": "acts"}, {"kind": ["read"]}, {"policy": None}]
)
def test_a_mark_that_fits_no_policy_is_refused(owner: PageClient, sales: Any, wrong: dict[str, Any]) -> None:
    before = dumps(policy(sales))
    act = {"op": "mark", "role": "member", "policy": 0, "field": NAME, "kind": "read", "on": False, "rev": 1, **wrong}
    assert owner.post(f"{BASE}/access", json=act).status_code == 400
    assert owner.post(f"{BASE}/access", json={**act, "role": "nobody"}).status_code == 404
    assert owner.post(f"{BASE}/access", json={**act, "rev": 7}).status_code == 412
    assert dumps(policy(sales)) == before
