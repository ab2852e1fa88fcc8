"""Calls outside: the attempt is on record before the call, an unknown outcome is an incident and no blind retry."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runtime import actions
from runtime.contracts import Done, Lost, World
from runtime.db import db, in_transaction
from runtime.flows import service
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowStep
from runtime.flows.running import service as running

from .conftest import Workshop, flow, on_created
from .test_flows import only_run, walked


class Call:
    """A call that notes what it sees of the database while it is made."""

    name = "call"
    config_schema: Mapping[str, Any] = {"properties": {"to": {"x-value": "expression"}}}
    effect = "outer"

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.repeats = False
        self.fails: list[Exception] = []

    def ports(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        return ("out",)

    def repeatable(self, config: Mapping[str, Any]) -> bool:
        return self.repeats

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        assert not in_transaction()
        assert db.session.query(FlowStep).one().state == "started"
        db.session.rollback()
        self.keys.append(world.idempotency_key)
        if self.fails:
            raise self.fails.pop()
        return Done({"to": config["to"]})


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    call = Call()
    monkeypatch.setitem(actions.registry, "call", call)
    return call


CALLING = flow(on_created(), {"id": "call", "type": "call", "config": {"to": "record.name"}})


def test_the_attempt_is_committed_before_the_call(crm: Workshop, call: Call) -> None:
    crm.publish(CALLING)
    crm.create(name="华兴")
    crm.drain()
    assert (only_run().state, only_run().data["outputs"]["call"]) == ("done", {"to": "华兴"})
    assert walked() == [("call", "done", "out")]
    assert call.keys == [f"{only_run().id}:call"]


def test_a_worker_lost_in_a_call_leaves_an_incident_and_calls_no_second_time(crm: Workshop, call: Call) -> None:
    lose_a_worker(crm, call)
    crm.drain()
    assert only_run().state == "failed"
    assert len(call.keys) == 1
    (group,) = incidents.groups([crm.id])
    assert "may have been carried out or not" in str(group.error)


def test_a_call_that_may_be_repeated_is_made_again_with_the_same_key(crm: Workshop, call: Call) -> None:
    call.repeats = True
    lose_a_worker(crm, call)
    crm.drain()
    assert only_run().state == "done"
    assert len(call.keys) == 2
    assert len(set(call.keys)) == 1


def test_what_cannot_be_reached_is_tried_again_later(crm: Workshop, call: Call) -> None:
    call.fails = [ConnectionRefusedError("nobody listens")]
    crm.publish(CALLING)
    crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "waiting"
    assert service.steps(only_run().id)[0].state == "retrying"
    assert incidents.groups([crm.id]) == []


def lose_a_worker(crm: Workshop, call: Call) -> None:
    """A worker makes the call and is gone before it can write what came of it."""
    crm.publish(CALLING)
    crm.create(name="华兴")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_finish_call", lost_after)
        crm.drain()
    assert only_run().state == "ready"
    assert len(call.keys) == 1
    crm.pass_time(hours=1)


def lost_after(claim: Any, call: Any) -> bool:
    actions.registry["call"].perform(call.filled, call.world)
    raise Lost
