"""T33: flows that set each other off come to an end, and say so."""

from sqlalchemy import func, select

from runtime.db import db
from runtime.flows import service
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun
from runtime.flows.starting import service as starting
from runtime.records.query import Query
from runtime.records.reading import service as reading

from .conftest import Workshop, flow

ON_TASK = {"type": "trigger.record", "config": {"form": "task", "on": ["created"]}}
ON_CUSTOMER = {"type": "trigger.record", "config": {"form": "customer", "on": ["created", "updated"]}}
MORE_TASKS = {"type": "record.create", "config": {"form": "task", "set": {"title": "record.title"}}}


def count(form: str, crm: Workshop) -> int:
    return reading.page(crm.id, form, Query(), crm.admin).count or 0


def drain_all(crm: Workshop) -> None:
    for _ in range(50):
        if not crm.drain():
            return
    raise AssertionError("it never ends")


def test_t33_a_flow_does_not_hear_its_own_change_of_its_record(crm: Workshop) -> None:
    more = {"type": "record.update", "config": {"record": "record.id", "set": {"amount": "record.amount + 1"}}}
    crm.publish(flow(ON_CUSTOMER, more))
    saved = crm.create(name="华兴", amount=1)
    drain_all(crm)
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["amount"] == 2
    crm.update(saved, amount=10)
    drain_all(crm)
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["amount"] == 11


def test_t33_a_flow_that_makes_records_that_set_it_off_ends_at_its_depth(crm: Workshop) -> None:
    crm.publish(flow(ON_TASK, MORE_TASKS, max_depth=3))
    crm.create("task", title="one")
    drain_all(crm)
    assert count("task", crm) == 4
    (group,) = incidents.groups([crm.id])
    assert (group.kind, group.count) == ("depth", 1)


def test_t33_two_flows_that_set_each_other_off_across_forms_end(crm: Workshop) -> None:
    made = {
        "type": "record.create",
        "config": {"form": "task", "set": {"title": "record.name", "customer": "record.id"}},
    }
    touch = {"form": "customer", "record": "record.customer", "set": {"grade": "CONCAT(linked.customer.grade, 'x')"}}
    crm.publish(
        flow(ON_CUSTOMER, made, key="there"),
        flow(ON_TASK, {"type": "record.update", "config": touch}, key="back"),
    )
    saved = crm.create(name="华兴", grade="a")
    drain_all(crm)
    assert count("task", crm) == 3
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["grade"] == "axx"
    assert {group.kind for group in incidents.groups([crm.id])} == {"depth"}


def test_t33_a_flow_set_off_too_often_is_stopped(crm: Workshop, monkeypatch) -> None:
    monkeypatch.setattr(starting, "RATE_PER_FLOW", 5)
    crm.publish(flow(ON_TASK, *[dict(MORE_TASKS) for _ in range(3)], max_depth=20))
    crm.create("task", title="one")
    drain_all(crm)
    assert "rate" in {group.kind for group in incidents.groups([crm.id])}
    caused = db.session.scalar(select(func.count()).where(FlowRun.depth > 0))
    assert caused == 5
    assert {run.state for run in service.runs(service.RunQuery([crm.id]))[0]} == {"done"}
