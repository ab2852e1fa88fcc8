"""The content of a document as one short text."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

import simplejson

DRAWN = frozenset({"layout", "groups", "notes"})
"""What a flow says of its drawing alone: to move a step, frame some or write a note makes no new version."""


def content_hash(kind: str, document: Mapping[str, Any]) -> str:
    """SHA-256 in hex of what a document means: key order does not count, and neither does how a flow is drawn.

    1, 1.0 and 1.00 are the same number.
    """
    return sha256(_canonical(meaning(kind, document)).encode("utf-8", "surrogatepass")).hexdigest()


def meaning(kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without what only its drawing needs: a flow's `DRAWN` parts, also those inside an app."""
    if kind == "flow":
        return {key: part for key, part in document.items() if key not in DRAWN}
    if kind == "app" and isinstance(document.get("flows"), list):
        flows = [meaning("flow", flow) if isinstance(flow, dict) else flow for flow in document["flows"]]
        return {**document, "flows": flows}
    return dict(document)


def _canonical(value: Any) -> str:
    plain = _plain(value)
    return str(simplejson.dumps(plain, use_decimal=True, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, float | Decimal):
        exact = Decimal(str(value))
        return int(exact) if exact == exact.to_integral_value() else exact.normalize()
    return value
