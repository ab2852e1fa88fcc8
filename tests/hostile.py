"""Values, bodies and addresses that have broken products of this kind, and what an answer must be all the same."""

import json
from typing import Any
from urllib.parse import quote_from_bytes

DEEP = 3_000
SHARP = (
    "\x00",
    "\ud800",
    'x"; DROP',
    "data->>'a'",
    "9" * 5_000,
    "-1",
    "NaN",
    "x" * 36,
    '{"and":[{"field":"name","op":"eq","value":"\\u0000"}]}',
    '{"not":' * DEEP + "{}" + "}" * DEEP,
    "甲" * 3_000,
)
"""Texts of which each has broken something somewhere."""

TEXTS = (
    *SHARP,
    "",
    "a\x00b",
    "'; DROP TABLE record; --",
    "%25_\\",
    "../../etc/passwd",
    "{{7*7}}",
    "<img src=x onerror=alert(1)>",
    "\u202e",
    "1e999",
    "null",
    "[]",
    "2026-02-30",
    "00000000-0000-0000-0000-000000000000",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1.5e300,
    [],
    {},
    [None],
    [[]],
    {"": {"": [None, 1, "x", {"$ref": "#"}]}},
    *TEXTS,
)
BODIES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"null",
    b"[]",
    b'"x"',
    b"1",
    b"{",
    b"{}}",
    b'{"a":1,"a":2}',
    b'{"a":NaN}',
    b'{"a":1e99999}',
    b'{"a":' + b"9" * 6_000 + b"}",
    b"\xff\xfe{}",
    b'\xef\xbb\xbf{"a":1}',
    b'{"a":"\\ud800"}',
    b'{"a":"\\u0000"}',
    b'{"\\u0000":1}',
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"[" * 200_000,
    b'{"a":"' + b"x" * 3_000_000 + b'"}',
    json.dumps({f"f{number}": number for number in range(20_000)}).encode(),
    b"<x/>",
    b"a=1&b=2",
)
CONTENT_TYPES = (
    "application/json",
    "application/merge-patch+json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "",
    "\x7f/;=",
)
HEADERS = ("If-Match", "Idempotency-Key", "Accept-Language", "Authorization")
IN_HEADERS = ("\x00", "9" * 5_000, "x" * 36, "甲")
IN_ADDRESSES = ("\x00", "\ud800", "9" * 5_000, "x" * 36, "../..", '{"field":"name","op":"eq","value":"\\u0000"}')


def in_address(text: str) -> str:
    """A text as one part of an address."""
    return quote_from_bytes(text.encode(errors="surrogatepass"), safe="")


def places(document: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a JSON document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    return [above, *(place for key, value in inner for place in places(value, (*above, key)))]


def put(document: Any, place: tuple[Any, ...], value: Any, add: bool) -> Any:
    """The document with a value at a place, instead of what was there or (`add`) as one thing more beside it."""
    if not place:
        return value if not add else {**document, "added": value}
    above = document
    for key in place[:-1]:
        above = above[key]
    if add and isinstance(above, dict):
        above[value if isinstance(value, str) else "added"] = value
    else:
        above[place[-1]] = value
    return document


def wrong_with(answer: Any) -> str:
    """What is wrong with an answer of the API; empty when it is as promised."""
    status = answer.status_code
    if status >= 500 or 300 <= status < 400:
        return f"{status} {answer.location or ''}"
    if status == 204:
        return "204 with a body" if answer.data else ""
    if status < 400:
        return "" if answer.mimetype == "application/json" and answer.json is not None else f"{answer.mimetype}"
    if answer.mimetype != "application/problem+json":
        return f"{status} as {answer.mimetype}"
    return _wrong_in_problem(status, json.loads(answer.data))


def _wrong_in_problem(status: int, said: dict[str, Any]) -> str:
    errors = said.get("errors", ())
    if said["status"] != status or not said["title"]:
        return f"a problem that does not say itself: {said}"
    if status in (400, 403, 409, 412, 422) and not (said.get("detail") or errors):
        return f"{status} that does not say why: {said}"
    if not all(one["message"] and one["keyword"] and one["pointer"][:1] in ("", "/") for one in errors):
        return f"a problem without its place, rule or words: {errors}"
    return ""


def wrong_on_page(answer: Any) -> str:
    """What is wrong with an answer for people; empty when it is a page, a redirect or a refusal."""
    return f"{answer.status_code}" if answer.status_code >= 500 else ""
