"""Whether what another system sent is signed, fresh and of the shape that was agreed. Pure.

The signature is that of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and body.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.connections.credentials import signature_of
from runtime.contracts import Problem
from runtime.documents.bounds import pointer
from runtime.i18n import message

WEBHOOK = "trigger.webhook"
"""The type of the trigger that waits for deliveries."""

MOST_BYTES = 256 * 1024
"""Of one delivery."""

FRESH = timedelta(minutes=5)
"""How far the time of a delivery may lie from ours."""

MOST_ID = 150
"""Characters of a delivery's id."""


def is_genuine(headers: Mapping[str, str], body: bytes, key: str, now: datetime) -> bool:
    """Whether somebody who has the key sent exactly this, just now. Names of headers are in small letters."""
    id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not key or not 0 < len(id) <= MOST_ID or not _is_fresh(stamp, now):
        return False
    wanted = signature_of(key, id, stamp, body).encode()
    given = headers.get("webhook-signature", "").split(" ")[:10]
    return any([hmac.compare_digest(one.encode(), wanted) for one in given])  # noqa: C419 - all, in the same time


def _is_fresh(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    return abs(now.timestamp() - int(stamp)) <= FRESH.total_seconds()


_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, Decimal),
    "yes_no": (bool,),
    "list": (list,),
    "object": (dict,),
}


_EMPTY: Mapping[str, Any] = {"text": "", "number": 0, "yes_no": False, "list": [], "object": {}}


def agreed(config: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The content that was agreed with whoever sends, as far as the trigger's config is soundly written."""
    fields = config.get("fields")
    sound = fields if isinstance(fields, list) else []
    return [one for one in sound if isinstance(one, dict) and _is_sound(one)]


def _is_sound(field: Mapping[str, Any]) -> bool:
    name, kind = field.get("name"), field.get("type")
    return isinstance(name, str) and bool(name) and isinstance(kind, str) and kind in _KINDS


def example(config: Mapping[str, Any]) -> dict[str, Any]:
    """Content of the agreed shape with nothing in it yet."""
    return {field["name"]: _EMPTY[field["type"]] for field in agreed(config)}


def content_problems(content: Any, fields: Iterable[Mapping[str, str]]) -> list[Problem]:
    """What is missing or of another kind in what was sent; what nobody agreed on is let through."""
    if not isinstance(content, dict):
        return [Problem("", "type", message("This must be a JSON object."))]
    return list(_problems(content, fields))


def _problems(content: Mapping[str, Any], fields: Iterable[Mapping[str, str]]) -> Iterator[Problem]:
    for field in fields:
        name, kind = field["name"], field["type"]
        value = content.get(name)
        if value is None:
            if field.get("need") == "always":
                yield Problem(pointer(name), "required", message("“%(name)s” is missing.", name=name))
        elif not isinstance(value, _KINDS[kind]) or (kind == "number" and isinstance(value, bool)):
            yield Problem(pointer(name), "type", message("“%(name)s” is of another kind than agreed.", name=name))
