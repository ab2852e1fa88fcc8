"""Flows that may set themselves or each other off."""

from typing import Any

import pytest

from runtime.flows.loops import loop_warnings, rings


def flow(form: str, *steps: dict[str, Any], **watch: Any) -> dict[str, Any]:
    trigger = {"id": "t", "type": "trigger.record", "config": {"form": form, "on": ["created", "updated"], **watch}}
    return {"nodes": [trigger, *({"id": f"n{n}", **step} for n, step in enumerate(steps))], "edges": []}


def update(*fields: str, **config: Any) -> dict[str, Any]:
    return {"type": "record.update", "config": {"record": "record.id", "set": dict.fromkeys(fields, "1"), **config}}


def create(form: str) -> dict[str, Any]:
    return {"type": "record.create", "config": {"form": form, "set": {"a": "1"}}}


def test_t33_a_flow_that_writes_what_it_watches_is_warned_about() -> None:
    own = flow("customer", update("grade"), on=["updated"], fields=["grade", "industry"])
    assert [(warning.pointer, warning.keyword) for warning in loop_warnings(own)] == [("/nodes/1", "loop")]


@pytest.mark.parametrize(
    "harmless",
    [
        flow("customer", update("grade"), on=["updated"], fields=["industry"]),
        flow("customer", update("grade"), on=["created"]),
        flow("customer", update("grade", form="visit"), on=["updated"]),
        flow("customer", create("visit")),
        flow("customer", update("grade"), change={"field": "industry"}),
        {"nodes": [7, {"id": "t", "type": "trigger.record", "config": {"on": 1, "form": []}}, update()]},
    ],
)
def test_a_flow_that_writes_what_it_does_not_watch_is_not(harmless: dict[str, Any]) -> None:
    assert loop_warnings(harmless) == []


def test_t33_flows_that_set_each_other_off_are_found() -> None:
    flows = {
        "a": flow("one", create("two"), on=["created"]),
        "b": flow("two", create("three")),
        "c": flow("three", create("one")),
        "d": flow("three", create("four")),
    }
    assert rings(flows) == [("a", "b", "c")]
