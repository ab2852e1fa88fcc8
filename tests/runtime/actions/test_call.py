"""Calling another system."""

from decimal import Decimal
from typing import Any

import pytest

from runtime.actions.call import OtherSide, TryLater, action
from runtime.connections.calling import NoAnswer
from runtime.contracts import Answer
from runtime.flows.binding import bind

from .conftest import Kept

JSON = {"content-type": "application/json; charset=utf-8"}
ORDER: dict[str, Any] = {
    "connection": "erp",
    "method": "POST",
    "path": "/orders/{{ record.number }}",
    "query": {"dry": "record.dry", "by": "record.by"},
    "headers": {"X-Trace": "record.number"},
    "body": '{"name": "客户 {{ record.name }}", "amount": {{ record.amount }}}',
}
RECORD = {"number": "A/7 #1", "dry": None, "by": "李", "name": 'A "B"\nC', "amount": Decimal("1.50")}


def filled(config: dict[str, Any] = ORDER, **record: Any) -> dict[str, Any]:
    names = {"record": RECORD | record}
    return bind(action.config_schema, config).fill(names, lambda value, path: str(value))


def test_values_are_put_in_so_that_they_break_neither_address_nor_json(world: Kept) -> None:
    world.answers = [Answer(201, JSON, b'{"id": 7, "total": 1.5}')]
    done = action.perform(filled(), world)
    assert (done.port, done.output) == ("out", {"status": 201, "body": {"id": 7, "total": Decimal("1.5")}})
    (sent,) = world.calls
    assert (sent.connection, sent.method, sent.path) == ("erp", "POST", "/orders/A%2F7%20%231")
    assert sent.query == {"by": "李"}
    assert sent.body.decode() == '{"name": "客户 A \\"B\\"\\nC", "amount": 1.50}'
    assert sent.headers["X-Trace"] == "A/7 #1"
    assert sent.headers["Idempotency-Key"] == "run:step"


def test_a_body_that_is_no_json_with_the_values_in_it_is_not_sent(world: Kept) -> None:
    with pytest.raises(Exception, match="not valid JSON"):
        filled({**ORDER, "body": '{"a": {{ record.amount }} }}'})


@pytest.mark.parametrize(
    ("headers", "body", "read"),
    [({}, "好\x00".encode(), "好"), (JSON, b"", None), ({}, b"\xff", "\ufffd")],
)
def test_an_answer_that_is_no_json_is_text(world: Kept, headers: dict[str, str], body: bytes, read: Any) -> None:
    world.answers = [Answer(200, headers, body)]
    assert action.perform(filled(), world).output["body"] == read


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(404, {}, b"no such order"), "404: no such order"),
        (Answer(302, {"location": "http://inside/"}, b""), "302"),
        (Answer(500, {}, b"broken"), "500: broken"),
        (Answer(200, JSON, b"{"), "it is none"),
        (Answer(200, {}, b"x" * 300_000), "longer"),
    ],
)
def test_what_the_other_side_refuses_is_an_error_in_words(world: Kept, answer: Answer, error: str) -> None:
    world.answers = [answer]
    with pytest.raises(OtherSide, match=error):
        action.perform(filled(), world)


def test_a_call_without_an_answer_is_made_again_only_where_that_does_no_harm(world: Kept) -> None:
    world.answers = [NoAnswer("cut"), NoAnswer("cut"), Answer(503, {}, b""), Answer(429, {}, b"")]
    with pytest.raises(OtherSide, match="may have been carried out"):
        action.perform(filled(), world)
    with pytest.raises(NoAnswer):
        action.perform(filled({**ORDER, "repeat": True}), world)
    with pytest.raises(TryLater):
        action.perform(filled({**ORDER, "method": "PUT"}), world)
    with pytest.raises(TryLater):
        action.perform(filled(), world)
