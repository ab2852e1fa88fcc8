"""An app of one's own as a template: offered, replaced, taken, withdrawn, by page and by REST."""

from copy import deepcopy
from typing import Any

import pytest
from flask import Flask

from builder.drafts import service as drafts
from builder.gallery import service
from builder.publishing import service as publishing
from runtime.contracts import Actor, Change, NotFound, Refused
from runtime.db import new_id, tenant
from runtime.identity import service as identity
from runtime.identity.doors import service as doors
from runtime.records import service as records
from runtime.records.query import Query
from runtime.releases import service as releases
from tests.builder.publishing.test_service import APP
from tests.client import PageClient
from tests.conftest import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def boss(home: Home) -> Actor:
    found = doors.actor_of(home.member_id)
    assert found
    return found[0]


@pytest.fixture
def token(home: Home) -> dict[str, str]:
    return {"Authorization": f"Bearer {doors.issue_token(home.member_id, doors.SCOPES)}"}


def titles(lang: str = "zh-CN") -> list[tuple[str, str]]:
    return [(offer.title, offer.version) for offer in service.offers(lang) if offer.own]


def test_a_newer_version_takes_the_place_of_the_one_before(boss: Actor) -> None:
    app, _ = publishing.take_in(APP, boss, live=True)
    first = service.offer_own(app, "客户表", "给新同事", "1.0", boss)
    again = service.offer_own(app, "客户表", "给新同事", "2.0", boss)
    assert first.key == again.key
    assert titles() == [("客户表", "2.0")]
    service.withdraw(again.key)
    assert titles() == []
    with pytest.raises(NotFound):
        service.withdraw(again.key)


def test_a_draft_is_no_template(boss: Actor) -> None:
    app, _ = publishing.take_in(APP, boss)
    with pytest.raises(NotFound):
        service.offer_own(app, "x", "", "", boss)


def test_an_own_template_never_hides_a_ready_made_one(boss: Actor) -> None:
    app = service.take(service.find("sales", "zh-CN"), boss, sample=False)
    own = service.offer_own(app, "我们的销售", "", "", boss)
    assert (app.key, own.key) == ("sales", "sales_2")
    assert (service.find("sales", "zh-CN").own, service.find("sales_2", "zh-CN").own) == (False, True)
    taken = service.take(service.find("sales_2", "zh-CN"), boss, sample=False)
    assert taken.title == "我们的销售"


def test_t28_records_people_and_ids_stay_behind(boss: Actor) -> None:
    named = deepcopy(APP)
    node = {"id": "n", "type": "notify", "config": {"to": [{"user": boss.member_id}], "title": "x"}}
    named["flows"][0]["nodes"].append(node)
    named["flows"][0]["edges"].append({"id": "e2", "source": "u", "port": "out", "target": "n"})
    app, _ = publishing.take_in(named, boss, live=True)
    records.change(Change(app.id, "customer", "create", {"zname": "机密客户"}), boss)
    identity.give_role(app.id, "admin", boss.member_id or "")
    offer = service.offer_own(app, "", "", "", boss)
    for secret in (boss.member_id, boss.tenant_id, app.id, "机密客户"):
        assert secret not in str(offer.document)
    taken = service.take(offer, boss, key="fresh")
    assert records.page(taken.id, "customer", Query(), boss).items == ()


def test_t28_an_app_that_names_somebody_in_a_rule_is_no_template_before_that_is_mended(boss: Actor) -> None:
    rule = {"form": "customer", "rows": f"record.owner == '{boss.member_id}'", "read": ["*"], "write": [], "acts": []}
    role = {"format": "role/1", "key": "rep", "title": "销售", "policies": [rule]}
    app, _ = publishing.take_in(deepcopy(APP) | {"roles": [role]}, boss, live=True)
    with pytest.raises(Refused) as refused:
        service.offer_own(app, "", "", "", boss)
    assert [problem.pointer for problem in refused.value.problems] == ["/roles/0/policies/0/rows"]
    assert titles() == []


def test_t07_another_tenant_neither_sees_nor_takes_a_template(boss: Actor) -> None:
    app, _ = publishing.take_in(APP, boss, live=True)
    key = service.offer_own(app, "客户表", "", "", boss).key
    with tenant(new_id()):
        assert titles() == []
        for act in (lambda: service.find(key, "zh-CN"), lambda: service.withdraw(key)):
            with pytest.raises(NotFound):
                act()


def test_templates_and_clones_over_rest(app: Flask, boss: Actor, token: dict[str, str]) -> None:
    client = app.test_client()
    listed = client.get("/api/v1/templates", headers=token).json["items"]
    assert [(one["key"], one["forms"], one["own"]) for one in listed] == [("sales", 6, False)]
    url = "/api/v1/templates/sales/clone"
    draft = client.post(url, json={"key": "crm", "title": "CRM"}, headers=token)
    assert (draft.status_code, draft.json["key"], draft.json["release"]) == (201, "crm", None)
    live = client.post(url + "?publish=true", json={"sample": True}, headers=token)
    assert (live.status_code, live.json["key"], live.json["release"]) == (201, "sales", 1)
    assert records.page(live.json["app"], "customer", Query(), boss).count == 12
    assert client.post(url, json={"key": "crm"}, headers=token).status_code == 409
    assert client.post(url, json={"key": 7}, headers=token).status_code == 422
    assert client.post("/api/v1/templates/nothing/clone", json={}, headers=token).status_code == 404
    offered = client.put("/api/v1/apps/sales/template", json={"title": "Ours", "version": "1"}, headers=token)
    assert (offered.status_code, offered.json["key"], offered.json["own"]) == (200, "sales_2", True)
    assert client.delete("/api/v1/templates/sales_2", headers=token).status_code == 204
    copy = client.post("/api/v1/apps/sales/clone", json={"key": "copy", "title": "Copy"}, headers=token)
    assert (copy.status_code, drafts.whole(releases.find_app("copy"))["title"]) == (201, "Copy")
    assert identity.role_holders(copy.json["app"]) == {"admin": [boss.member_id]}


def test_t15_a_token_that_may_not_publish_takes_a_draft_only(app: Flask, home: Home) -> None:
    headers = {"Authorization": f"Bearer {doors.issue_token(home.member_id, ['app:write'])}"}
    client: Any = app.test_client()
    assert client.post("/api/v1/templates/sales/clone?publish=true", json={}, headers=headers).status_code == 403
    assert client.post("/api/v1/templates/sales/clone", json={}, headers=headers).status_code == 201
    assert client.put("/api/v1/apps/sales/template", json={}, headers=headers).status_code == 403


def test_the_page_copies_and_offers(owner: PageClient, boss: Actor) -> None:
    publishing.take_in(APP, boss, live=True)
    assert "Offer as a template" in owner.get("/t/home/a/crm/build/share").text
    offered = owner.post("/t/home/a/crm/build/template", data={"title": "Ours", "version": "1.1"})
    assert offered.headers["Location"] == "/t/home/a/crm/build/share"
    assert "Version 1.1" in owner.get("/t/home/a/crm/build/share").text
    assert "Your own" in owner.get("/t/home/templates/").text
    copied = owner.post("/t/home/a/crm/build/copy", data={"title": "Second"})
    assert copied.headers["Location"] == "/t/home/a/second/build/"
    owner.post("/t/home/templates/crm/withdraw")
    assert "Your own" not in owner.get("/t/home/templates/").text
