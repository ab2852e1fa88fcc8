"""What calls of the API take beside their body: arguments of the address and headers, told once and named by views."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}


def _query(says: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"in": "query", "description": says, "schema": dict(schema)}


def _header(says: str) -> dict[str, Any]:
    return {"in": "header", "description": says, "schema": _TEXT}


PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "filter": _query('JSON such as {"and": [{"field": "stage", "op": "eq", "value": "won"}]}', _TEXT),
    "sort": _query("field names with commas between, - before one for downwards", _TEXT),
    "fields": _query("the fields to give, with commas between; all without it", _TEXT),
    "group": _query("the fields to group by, with commas between", _TEXT),
    "metric": _query("count, or sum, avg, min, max with a field, as in sum:amount", _TEXT),
    "limit": _query("how many at most", {"type": "integer", "minimum": 1}),
    "cursor": _query("`next` of the page before", _TEXT),
    "after": _query("only what comes after this row", _NUMBER),
    "app": _query("only of this app", _TEXT),
    "flow": _query("only of this flow", _TEXT),
    "record": _query("only of this record", {"type": "string", "format": "uuid"}),
    "state": _query("only in this state", _TEXT),
    "publish": _query("true to publish at once", {"type": "string", "enum": ["true"]}),
    "draft": _query("true for the draft instead of what is live", {"type": "string", "enum": ["true"]}),
    "note": _query("what is new, in words", _TEXT),
    "If-Match": _header("the rev that was seen; a newer one is 412"),
    "webhook-id": _header("the id of this delivery; the same again is 409"),
    "webhook-timestamp": _header("when it is sent, in seconds since 1970"),
    "webhook-signature": _header("`v1,` and the Base64 of HMAC-SHA256 over id, time and body, joined by dots"),
    "Idempotency-Key": _header("repeat a request with the same key to be sure that it happens once"),
}


def takes(*names: str) -> Callable[[View], View]:
    """Name what a view takes, for the OpenAPI document."""
    unknown = [name for name in names if name not in PARAMETERS]
    if unknown:
        raise LookupError(f"PARAMETERS does not tell {unknown}")

    def mark(view: View) -> View:
        view.parameters = names  # type: ignore[attr-defined]
        return view

    return mark


def taken_by(view: Any) -> list[dict[str, Any]]:
    """What a view takes, as OpenAPI parameters."""
    return [{"name": name, **PARAMETERS[name]} for name in getattr(view, "parameters", ())]
