"""OpenAPI 3.1 of what this app answers, with a schema for each published form."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from runtime.http.errors import TITLES
from runtime.http.parameters import taken_by

Forms = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Form documents by app key and form key."""

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
SAFE_REFUSALS = (400, 401, 403, 404, 413, 422, 429)
"""A question may be too much, and its filter may be no JSON."""

UNSAFE_REFUSALS = (409, 412, 415)
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


def describe(app: Flask, forms: Forms, server: str) -> dict[str, Any]:
    """The OpenAPI document; routes over one form are written out for each published form."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if rule.rule.startswith("/api/v1/") and access is not None:
            for path, schema in _written_out(rule.rule, forms):
                paths.setdefault(path, {}).update(_operations(app, rule, access, path, schema))
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Trellis", "version": "1"},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"problem": PROBLEM, "saved": SAVED} | dict(_schemas(forms)),
            "responses": {str(status): _refusal(status) for status in sorted(TITLES) if status < 500},
        },
    }


PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("pointer", "keyword", "message")},
            },
        },
    },
}
SAVED = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}, "rev": {"type": "integer"}, "data": {"type": "object"}},
}


def _written_out(rule: str, forms: Forms) -> Iterable[tuple[str, str | None]]:
    if "<app>" not in rule or "<form>" not in rule or "/records" not in rule:
        return [(_path(rule), None)]
    return [
        (_path(rule.replace("<app>", app).replace("<form>", form)), f"{app}.{form}")
        for app, by_key in forms.items()
        for form in by_key
    ]


def _path(rule: str) -> str:
    return _PARAMETER.sub(lambda found: "{" + found.group(2) + "}", rule)


def _operations(app: Flask, rule: Rule, access: Any, path: str, schema: str | None) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    summary = (view.__doc__ or rule.endpoint).strip().partition("\n")[0]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _parameter(kind)}
        for kind, name in _PARAMETER.findall(rule.rule)
        if "{" + name + "}" in path
    ] + taken_by(view)
    return {
        method.lower(): {
            "summary": summary,
            "description": _entrance(access),
            "parameters": parameters,
            "responses": _responses(method),
            "security": [] if access.kind in ("public", "signed") else [{"token": []}],
        }
        | _request(method, schema)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def _entrance(access: Any) -> str:
    said = {"public": "Open to anybody", "signed": "Signed by the sender with the key of this address"}
    holder = {"builder": ", of who may build the app", "admin": ", of an admin of the workspace"}
    return said.get(access.kind) or f"Scope: {access.value or 'any'}{holder.get(access.holder, '')}"


def _parameter(kind: str) -> dict[str, str]:
    return {"int": {"type": "integer"}, "uuid": {"type": "string", "format": "uuid"}}.get(kind, {"type": "string"})


def _request(method: str, schema: str | None) -> dict[str, Any]:
    if method not in ("POST", "PUT", "PATCH"):
        return {}
    said = {"$ref": f"#/components/schemas/{schema}"} if schema and method == "POST" else {"type": "object"}
    return {"requestBody": {"content": {"application/json": {"schema": said}}}}


def _responses(method: str) -> dict[str, Any]:
    refusals = SAFE_REFUSALS + (UNSAFE_REFUSALS if method in UNSAFE else ())
    return {"2XX": {"description": "Done"}} | {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in refusals
    }


def _refusal(status: int) -> dict[str, Any]:
    said = {"schema": {"$ref": "#/components/schemas/problem"}}
    return {"description": str(TITLES[status]), "content": {"application/problem+json": said}}


def _schemas(forms: Forms) -> Iterable[tuple[str, Any]]:
    for app, by_key in forms.items():
        for key, form in by_key.items():
            schema = {"title": form.get("title", key)} | dict(form.get("schema") or {})
            yield (
                f"{app}.{key}",
                schema | {"$id": f"/api/v1/apps/{app}/forms/{key}"},
            )  # so that its `#/$defs` are its own
