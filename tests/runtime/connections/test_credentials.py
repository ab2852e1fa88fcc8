"""What a call shows of who it comes from."""

from datetime import UTC, datetime

import pytest

from runtime.connections.calling import Request
from runtime.connections.credentials import Occasion, signature_of, with_credentials, without_secrets

ONCE = Occasion("msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC))
HEADERS = {"authorization": "mine", "X-Trace": "7"}
ASKED = Request("POST", "https://example.com/orders", HEADERS, b'{"test": 2432232314}')


@pytest.mark.parametrize(
    ("kind", "secrets", "name", "value"),
    [
        ("bearer", {"token": "t0ken"}, "Authorization", "Bearer t0ken"),
        ("basic", {"user": "li", "password": "pä:ss"}, "Authorization", "Basic bGk6cMOkOnNz"),
        ("header", {"name": "X-Api-Key", "value": "k3y"}, "X-Api-Key", "k3y"),
    ],
)
def test_credentials_stand_in_a_header(kind: str, secrets: dict[str, str], name: str, value: str) -> None:
    headers = with_credentials(ASKED, kind, secrets, ONCE).headers
    assert headers[name] == value
    assert headers["X-Trace"] == "7"
    assert [given for given in headers if given.casefold() == name.casefold()] == [name]


def test_a_key_in_the_address_is_written_safely() -> None:
    sent = with_credentials(ASKED, "query", {"name": "key", "value": "a&b=c"}, ONCE)
    assert sent.url == "https://example.com/orders?key=a%26b%3Dc"


def test_a_webhook_is_signed_as_the_standard_says() -> None:
    """The example of the specification's reference libraries."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent = with_credentials(ASKED, "signed", {"key": key}, ONCE)
    assert sent.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert (sent.headers["webhook-id"], sent.headers["webhook-timestamp"]) == (ONCE.id, "1614265330")


def test_a_key_that_is_no_base64_signs_as_it_is_written() -> None:
    assert signature_of("口令", "1", "2", b"") != signature_of("口令!", "1", "2", b"")


def test_t42_what_the_other_side_repeats_of_our_secrets_is_covered() -> None:
    said = without_secrets(b"bad token t0ken&1 for t0ken%261, user li", {"token": "t0ken&1", "user": "li"})
    assert said.decode() == "bad token ••• for •••, user li"
    said = without_secrets(
        b'{"sent": "Basic bGk6YSJiXGPDqQ==", "read": "a\\"b\\\\c\\u00e9"}', {"user": "li", "password": 'a"b\\cé'}
    )
    assert said.decode() == '{"sent": "Basic •••", "read": "•••"}'
