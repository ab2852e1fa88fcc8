"""How a call shows who it comes from: the kinds of credentials, what each asks for, and how it is put on a request."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from runtime.connections.calling import Request

Secrets = Mapping[str, str]
"""What was entered for a connection, by the name of its question."""

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "bearer": ("token",),
    "basic": ("user", "password"),
    "header": ("name", "value"),
    "query": ("name", "value"),
    "signed": ("key",),
}
"""The kinds, and what each asks for. `signed` is a webhook signature (standardwebhooks.com)."""

OPEN = frozenset({"user", "name"})
"""What is no secret and may be shown again."""

HIDDEN = "•••"


@dataclass(frozen=True)
class Occasion:
    """What a signature is made of beside the body: an id that stays the same when the call is repeated, and when."""

    id: str
    at: datetime


def with_credentials(request: Request, kind: str, secrets: Secrets, occasion: Occasion) -> Request:
    """The request as it is sent."""
    match kind:
        case "bearer":
            return _with_headers(request, {"Authorization": f"Bearer {secrets['token']}"})
        case "basic":
            return _with_headers(request, {"Authorization": f"Basic {_pair(secrets)}"})
        case "header":
            return _with_headers(request, {secrets["name"]: secrets["value"]})
        case "query":
            glue = "&" if "?" in request.url else "?"
            said = f"{quote(secrets['name'], safe='')}={quote(secrets['value'], safe='')}"
            return replace(request, url=f"{request.url}{glue}{said}")
        case "signed":
            return _with_headers(request, signature_headers(secrets["key"], occasion, request.body))
    return request


def _with_headers(request: Request, more: Mapping[str, str]) -> Request:
    kept = {name: value for name, value in request.headers.items() if name.casefold() not in map(str.casefold, more)}
    return replace(request, headers={**kept, **more})


def signature_headers(key: str, occasion: Occasion, body: bytes) -> dict[str, str]:
    """The three headers of a signed webhook."""
    stamp = str(int(occasion.at.timestamp()))
    signature = signature_of(key, occasion.id, stamp, body)
    return {"webhook-id": occasion.id, "webhook-timestamp": stamp, "webhook-signature": signature}


def signature_of(key: str, id: str, stamp: str, body: bytes) -> str:
    """The signature of one delivery: HMAC-SHA256 over id, time and body; a key begins with `whsec_`."""
    signed = hmac.digest(_raw_key(key), b".".join((id.encode(), stamp.encode(), body)), hashlib.sha256)
    return "v1," + base64.b64encode(signed).decode()


def _raw_key(key: str) -> bytes:
    """The bytes of a key; one that is no base64 counts as it is written, so that any shared word can sign."""
    try:
        return base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except ValueError:
        return key.encode()


def without_secrets(said: bytes, secrets: Secrets) -> bytes:
    """What the other side said with our secrets covered, should it repeat them."""
    for name, value in secrets.items():
        if name not in OPEN and len(value) > 3:
            for spelling in {value, quote(value, safe=""), json.dumps(value)[1:-1], _pair(secrets)}:
                said = said.replace(spelling.encode(), HIDDEN.encode()) if spelling else said
    return said


def _pair(secrets: Secrets) -> str:
    """A user's name and password as they are sent; "" without them."""
    pair = f"{secrets['user']}:{secrets['password']}" if "password" in secrets else ""
    return base64.b64encode(pair.encode()).decode()
