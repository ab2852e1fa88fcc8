"""The one HTTP client against a real server."""

import socket
import time
from typing import Any

import pytest

from runtime.connections import calling
from runtime.connections.calling import NoAnswer, NotReached, Request, call
from runtime.contracts import BadRequest, Forbidden, TooMuch

from .conftest import LOOPBACK, Outside


def test_what_is_sent_arrives_and_the_answer_comes_back(outside: Outside) -> None:
    answer = call(Request("POST", f"{outside.url}/orders?x=1", {"X-Trace": "7"}, b"body"), LOOPBACK)
    assert (answer.status, answer.body) == (200, b'{"ok": true, "number": 7}')
    ((method, path, headers, body),) = outside.got
    assert (method, path, headers["x-trace"], body) == ("POST", "/orders?x=1", "7", b"body")
    assert headers["host"] == f"127.0.0.1:{outside.port}"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
def test_t19_no_spelling_of_an_address_inside_is_called(outside: Outside, host: str) -> None:
    with pytest.raises((Forbidden, NotReached)):
        call(Request("GET", f"http://{host}:{outside.port}/"))
    assert outside.got == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/", "//example.com/", "example.com", ""),
        *("http://a@example.com/", "http://example.com:22/", "http://example.com:99999/", "http://[::1/", "http:///x"),
        *("http://example.com/\r\nHost: x", "http://example.com\\@inside/", "http://例子.com/"),
        "http://example.com/ x",
    ],
)
def test_t19_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(BadRequest):
        calling.place_of(url)


def test_t20_a_name_is_resolved_once_and_every_address_of_it_is_checked(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        """Public when it is checked, inside when it is asked again."""
        asked.append(str(host))
        return real("223.5.5.5" if len(asked) == 1 else "127.0.0.1", port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(calling._Plain, "connect", lambda line, address: (_ for _ in ()).throw(OSError(address[0])))
    with pytest.raises(NotReached, match=r"223\.5\.5\.5"):
        call(Request("GET", f"http://rebinding.example:{outside.port}/"))
    assert asked == ["rebinding.example"]

    both = real("223.5.5.5", 80) + real("127.0.0.1", 80)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: both)
    with pytest.raises(Forbidden):
        call(Request("GET", "http://both.example/"))


def test_t20_a_redirect_stays_on_its_host_and_ends(outside: Outside) -> None:
    assert call(Request("GET", f"{outside.url}/again"), LOOPBACK).status == 200
    with pytest.raises(Forbidden):
        call(Request("GET", f"{outside.url}/away"), LOOPBACK)
    with pytest.raises(Forbidden):
        call(Request("GET", f"{outside.url}/aside"), LOOPBACK)
    with pytest.raises(BadRequest):
        call(Request("GET", f"{outside.url}/round"), LOOPBACK)
    assert call(Request("POST", f"{outside.url}/again"), LOOPBACK).status == 302


def test_t20_a_body_that_is_too_long_or_packed_is_refused(outside: Outside) -> None:
    with pytest.raises(TooMuch):
        call(Request("GET", f"{outside.url}/large"), LOOPBACK)
    with pytest.raises(BadRequest):
        call(Request("GET", f"{outside.url}/packed"), LOOPBACK)


def test_t20_a_body_that_trickles_in_ends_with_the_time_of_the_call(outside: Outside) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        call(Request("GET", f"{outside.url}/trickle", seconds=0.5), LOOPBACK)
    assert time.monotonic() - began < 30


def test_an_answer_that_breaks_off_is_no_answer(outside: Outside) -> None:
    with pytest.raises(NoAnswer):
        call(Request("GET", f"{outside.url}/short"), LOOPBACK)


def test_where_nobody_listens_nothing_was_sent(outside: Outside) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(NotReached):
            call(Request("GET", f"http://127.0.0.1:{port}/"), LOOPBACK)


def test_a_header_of_several_lines_is_refused(outside: Outside) -> None:
    with pytest.raises(BadRequest):
        call(Request("GET", outside.url, {"X-Name": "a\r\nHost: b"}), LOOPBACK)
    assert outside.got == []


def test_t42_a_key_in_an_address_that_cannot_be_called_is_not_said() -> None:
    with pytest.raises(BadRequest) as caught:
        call(Request("GET", "https://example.com/订单?key=c4nary"), LOOPBACK)
    assert "订单" in str(caught.value.why)
    assert "c4nary" not in str(caught.value.why)
