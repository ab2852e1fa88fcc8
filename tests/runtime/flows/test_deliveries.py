"""What another system sends: signed, fresh, and as agreed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from runtime.connections.credentials import Occasion, signature_headers
from runtime.flows.deliveries import agreed, content_problems, example, is_genuine

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
BODY = b'{"amount": 1}'
FIELDS = [
    {"name": "amount", "type": "number", "need": "always"},
    {"name": "paid", "type": "yes_no"},
    {"name": "lines", "type": "list", "need": "sometimes"},
    {"name": "a/b", "type": "text"},
]


def signed(at: datetime = NOW, key: str = KEY, id: str = "msg_1") -> dict[str, str]:
    return signature_headers(key, Occasion(id, at), BODY)


def test_what_is_signed_with_the_key_just_now_is_genuine() -> None:
    assert is_genuine(signed(), BODY, KEY, NOW)
    assert is_genuine(signed(NOW - timedelta(minutes=4)), BODY, KEY, NOW)
    several = signed() | {"webhook-signature": "v1a,xyz v1,AAAA " + signed()["webhook-signature"]}
    assert is_genuine(several, BODY, KEY, NOW)


@pytest.mark.parametrize(
    ("headers", "body", "key"),
    [
        ({}, BODY, KEY),
        (signed(), b'{"amount": 2}', KEY),
        (signed(), BODY, ""),
        (signed(key=""), BODY, ""),
        (signed(key="whsec_AAAA"), BODY, KEY),
        (signed(NOW - timedelta(minutes=6)), BODY, KEY),
        (signed(NOW + timedelta(minutes=6)), BODY, KEY),
        (signed() | {"webhook-id": "msg_2"}, BODY, KEY),
        (signed() | {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, BODY, KEY),
        (signed() | {"webhook-timestamp": "١٢٣"}, BODY, KEY),
        (signed() | {"webhook-timestamp": "-1"}, BODY, KEY),
        (signed() | {"webhook-signature": ""}, BODY, KEY),
        (signed() | {"webhook-signature": "v1,é"}, BODY, KEY),
        (signed(id="x" * 200), BODY, KEY),
        (signed(id=""), BODY, KEY),
    ],
)
def test_t40_what_is_unsigned_old_changed_or_signed_by_another_is_refused(
    headers: dict[str, str], body: bytes, key: str
) -> None:
    assert not is_genuine(headers, body, key, NOW)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ({"amount": Decimal("1.5"), "paid": True, "lines": [], "a/b": "x", "more": {}}, []),
        ({"amount": 1}, []),
        ({"paid": None}, ["/amount"]),
        ({"amount": True, "paid": 1, "lines": "x", "a/b": 1}, ["/amount", "/paid", "/lines", "/a~1b"]),
        ([1], [""]),
    ],
)
def test_what_is_missing_or_of_another_kind_is_said_all_at_once(content: Any, wrong: list[str]) -> None:
    assert [problem.pointer for problem in content_problems(content, FIELDS)] == wrong


def test_what_is_not_soundly_written_was_not_agreed_on() -> None:
    sound = {"name": "amount", "type": "number"}
    unsound = [None, {}, {"name": "a"}, {"name": "a", "type": "date"}, {"name": "a", "type": ["text"]}]
    assert agreed({"fields": [*unsound, {"name": ["a"], "type": "text"}, sound]}) == [sound]
    assert [agreed({"fields": fields}) for fields in (None, "text", {"amount": "number"})] == [[], [], []]
    assert example({"fields": FIELDS}) == {"amount": 0, "paid": False, "lines": [], "a/b": ""}
