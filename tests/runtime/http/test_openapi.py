"""The OpenAPI document is sound by itself, and the API answers with nothing that it does not name."""

import inspect
import re
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry

from runtime.db import tenant
from runtime.identity.doors import service as doors
from runtime.security.limits import limiter
from tests.walk import Full, calls, full_tenant, send, uuids

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def full(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Full:
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr("runtime.events.wake", lambda: None)
    return full_tenant("full")


@pytest.fixture
def token(full: Full) -> str:
    with tenant(full.tenant_id):
        return doors.issue_token(full.member_id, doors.SCOPES)


@pytest.fixture
def document(app: Flask, token: str) -> dict[str, Any]:
    found = app.test_client().get("/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"})
    return found.json  # type: ignore[no-any-return]


def refs(part: Any) -> list[str]:
    """Every reference, but those inside schemas with an $id, which are their own."""
    if isinstance(part, list):
        return [ref for one in part for ref in refs(one)]
    if not isinstance(part, dict) or "$id" in part:
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [ref for one in part.values() for ref in refs(one)]


def test_the_document_has_the_structure_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert {"title", "version"} <= set(document["info"])
    for path, item in document["paths"].items():
        assert path.startswith("/"), path
        assert set(item) <= METHODS, path
        for operation in item.values():
            named = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert sorted(named) == sorted(re.findall(r"{(\w+)}", path)), path
            assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
            assert all(re.fullmatch(r"[1-5](\d\d|XX)", status) for status in operation["responses"])
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[a-zA-Z0-9._-]+", name), name
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for ref in refs(document):
        found: Any = document
        for key in ref.removeprefix("#/").split("/"):
            found = found[key]
        assert found


def test_the_answers_are_those_that_the_document_names(app: Flask, full: Full, token: str, document: Any) -> None:
    problem = Draft202012Validator(document["components"]["schemas"]["problem"], registry=Registry())
    client = app.test_client()
    for call in (call for call in calls(app) if call.is_api):
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", call.rule)
        written = path.replace("{app}", "sales").replace("{form}", "customer") if "/records" in path else path
        said = document["paths"][written][call.method.lower()]["responses"]
        for id in (full.record_id, full.app_id):
            answer = send(client, call, call.path(full.values() | dict.fromkeys(uuids(call), id)), token)
            if answer.status_code < 300:
                assert "2XX" in said
            else:
                assert str(answer.status_code) in said, (call, answer.status_code)
                problem.validate(answer.json)


READS = re.compile(r"""(?:args|headers)\.get(?:list)?\("([\w-]+)"|_id\("(\w+)"\)""")
THROUGH = {"query_of(": ("filter", "sort", "limit", "cursor", "fields"), "limit_of(": ("limit",)}


def read_in(source: str) -> set[str]:
    """The arguments and headers that a view's source reads, by itself or through what it calls."""
    named = {one or other for one, other in READS.findall(source)}
    return named.union(*(names for call, names in THROUGH.items() if call in source))


def test_every_argument_and_header_that_a_call_reads_is_named(app: Flask, document: dict[str, Any]) -> None:
    silent = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.rule.startswith("/api/v1/") and hasattr(view, "access"):
            missing = read_in(inspect.getsource(view)) - set(getattr(view, "parameters", ()))
            silent += [f"{rule.endpoint}: {name}" for name in missing]
    assert silent == []
    listing = next(item["get"] for path, item in document["paths"].items() if path.endswith("/records"))
    named = {one["name"]: one["in"] for one in listing["parameters"]}
    assert named == {"filter": "query", "sort": "query", "fields": "query", "limit": "query", "cursor": "query"}
