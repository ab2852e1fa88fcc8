"""The pages of connections."""

import pytest
from flask import Flask

from runtime.connections import service
from tests.client import PageClient

from .conftest import Outside

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sent(outside: Outside, **other: str) -> dict[str, str]:
    plain = {"title": "ERP <b>", "key": "erp", "address": outside.url, "kind": "header"}
    return plain | {"header-name": "X-Api-Key", "header-value": "c4nary-k3y"} | other


def test_a_connection_is_made_tried_changed_and_removed(app: Flask, owner: PageClient, outside: Outside) -> None:
    app.config["TRELLIS_CALL_NETWORKS"] = "127.0.0.1"
    assert "No connection yet" in owner.get("/t/home/connections").text
    made = owner.post("/t/home/connections", data=sent(outside))
    page = owner.get(made.location).text
    assert "ERP &lt;b&gt;" in page
    assert "X-Api-Key" in page
    assert "c4nary" not in page
    owner.post(f"{made.location}/test")
    assert outside.got[0][2]["x-api-key"] == "c4nary-k3y"
    assert "answered 200" in owner.get(made.location).text
    owner.post(made.location, data=sent(outside, title="ERP 2") | {"header-value": ""})
    assert "ERP 2" in owner.get("/t/home/connections").text
    owner.post(f"{made.location}/remove")
    assert owner.get(made.location).status_code == 404


def test_what_was_entered_wrongly_comes_back_with_the_reasons_and_without_the_secret(
    owner: PageClient, outside: Outside
) -> None:
    answer = owner.post("/t/home/connections", data=sent(outside, key="ERP!", address="file:///etc/passwd"))
    assert answer.status_code == 422
    assert 'href="#key"' in answer.text
    assert 'href="#address"' in answer.text
    assert 'value="ERP &lt;b&gt;"' in answer.text
    assert "c4nary" not in answer.text
    assert service.connections() == []


def test_t21_trying_a_connection_calls_no_address_inside(owner: PageClient, outside: Outside) -> None:
    made = owner.post("/t/home/connections", data=sent(outside))
    owner.post(f"{made.location}/test")
    assert "an address inside" in owner.get(made.location).text
    assert outside.got == []
