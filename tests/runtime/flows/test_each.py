"""Loops over records and lists with all that is around them; on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from runtime.contracts import Claim
from runtime.db import db
from runtime.flows import jobs, service
from runtime.flows.draining import service as draining
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun, FlowStep
from runtime.flows.running import service as running
from runtime.identity import service as identity
from runtime.notices.models import Notice
from runtime.records.query import Query
from runtime.records.reading import service as reading

from .conftest import Workshop, flow, on_created

START = {"type": "trigger.record", "config": {"form": "task", "on": ["created"], "when": "record.title == 'go'"}}
LARGE = {"form": "customer", "where": [{"field": "amount", "op": "gt", "value": "100"}], "sort": ["amount"]}
TAG = {"type": "record.update", "config": {"form": "customer", "record": "item.id", "set": {"grade": "item.name"}}}
NOTE = {
    "type": "record.create",
    "config": {"form": "task", "set": {"title": "item.name", "number": "steps.each.index"}},
}


def each(*inside: dict[str, Any], **config: Any) -> dict[str, Any]:
    """A loop whose own nodes follow each other."""
    body = flow(*inside)
    nodes = [{**node, "id": node["id"].replace("n", "i")} for node in body["nodes"]]
    edges = [
        {**edge, **{end: edge[end].replace("n", "i") for end in ("id", "source", "target")}} for edge in body["edges"]
    ]
    return {"id": "each", "type": "foreach", "config": config, "nodes": nodes, "edges": edges}


def grades(crm: Workshop) -> list[Any]:
    found = reading.page(crm.id, "customer", Query(sort=("amount",)), crm.admin).items
    return [record.data.get("grade") for record in found]


def run() -> FlowRun:
    return db.session.scalars(select(FlowRun).execution_options(populate_existing=True)).one()


def test_the_records_that_fit_are_gone_through_and_what_came_of_each_is_collected(crm: Workshop) -> None:
    loop = each(
        TAG,
        {"type": "set", "config": {"values": {"was": "item.grade", "of": "item.amount / 2"}}},
        **LARGE,
        collect=True,
    )
    crm.publish(flow(START, loop, {"type": "set", "config": {"values": {"count": "steps.each.count"}}}))
    for name, amount in (("丙", 300), ("甲", 50), ("乙", 200)):
        crm.create(name=name, amount=amount)
    crm.drain()
    crm.create("task", title="go")
    crm.drain()
    assert (run().state, grades(crm)) == ("done", [None, "乙", "丙"])
    outputs = run().data["outputs"]
    assert outputs["each"]["items"] == [{"was": "乙", "of": 100}, {"was": "丙", "of": 150}]
    assert outputs["n2"] == {"count": 2}
    rows = [(row.node, row.item, row.state) for row in service.steps(run().id)]
    assert rows == [
        ("each", None, "done"),
        *[(node, item, "done") for item in ("1", "2") for node in ("i0", "i1")],
        ("n2", None, "done"),
    ]


def test_a_long_run_goes_back_to_the_list_behind_what_waits(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    greet = {"type": "record.create", "config": {"form": "task", "set": {"title": "'greeted'"}}}
    crm.publish(
        flow(START, each(TAG, form="customer")), flow(on_created(when="record.name == '新'"), greet, key="quick")
    )
    for number in range(50):
        crm.create(name=f"客户 {number}")
    crm.drain()
    greeted: list[int] = []

    def advance(claim: Claim, seconds: float) -> None:
        greeted.append(len(reading.page(crm.id, "task", Query(), crm.admin).items) - 1)
        if len(greeted) == 1:
            crm.create(name="新")
        assert seconds == draining.SECONDS
        running.advance(claim, 0)

    monkeypatch.setattr(jobs, "advance", advance)
    crm.create("task", title="go")
    crm.drain()
    assert greeted == [0, 1], "what came meanwhile had its turn between them"
    assert {row.state for row in db.session.scalars(select(FlowRun))} == {"done"}
    assert None not in grades(crm), "of the fifty that were there"


def test_a_list_that_a_step_found_keeps_the_types_of_its_fields(crm: Workshop) -> None:
    find = {"id": "find", "type": "record.find", "config": {"form": "customer"}}
    loop = each(
        {"type": "set", "config": {"values": {"days": "DAYS(item.closes, DATE(2026, 9, 1))"}}},
        list="steps.find.items",
        collect=True,
    )
    crm.publish(flow(START, find, loop))
    crm.create(name="华兴", closes="2026-09-11")
    crm.create("task", title="go")
    crm.drain()
    assert run().data["outputs"]["each"]["items"] == [{"days": 10}]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_people_and_links_inside_a_loop_are_those_of_the_item(crm: Workshop) -> None:
    people = [identity.add_member(name) for name in ("李娜", "王伟")]
    told = {"to": [{"field": "contact"}], "title": "{{ item.name }}：{{ item.amount }}"}
    crm.publish(flow(START, each({"type": "notify", "config": told}, form="customer", sort=["amount"])))
    saved = [crm.create(name="客户", amount=1 + number, contact=one.id) for number, one in enumerate(people)]
    crm.create("task", title="go")
    crm.drain()
    notices = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(notice.member_id, notice.title, notice.link) for notice in notices] == [
        (people[place].id, f"客户：¥{place + 1}.00", f"a/crm/f/customer/{saved[place].id}") for place in (0, 1)
    ]


def test_an_item_that_fails_is_noted_and_the_next_ones_are_done(crm: Workshop) -> None:
    loop = each(TAG, {"type": "set", "config": {"values": {"a": "1 / (item.amount - 200)"}}}, **LARGE, on_error="next")
    crm.publish(flow(START, loop))
    for amount in (150, 200, 250):
        crm.create(name=f"{amount}", amount=amount)
    crm.create("task", title="go")
    crm.drain()
    assert (run().state, grades(crm), incidents.groups([crm.id])) == ("done", ["150", "200", "250"], [])
    given = run().data["outputs"]["each"]
    assert (given["count"], given["failed"], [error["index"] for error in given["errors"]]) == (3, 1, [1])
    failed = [(row.node, row.item) for row in service.steps(run().id) if row.state == "failed"]
    assert failed == [("i1", "2")]


def test_a_loop_that_stands_still_is_mended_where_it_stands(crm: Workshop) -> None:
    loop = each(NOTE, {"type": "set", "config": {"values": {"a": "1 / item.amount"}}}, form="customer", sort=["amount"])
    crm.publish(flow(START, loop))
    wrong = crm.create(name="零", amount=0)
    crm.create(name="一", amount=1)
    crm.create("task", title="go")
    crm.drain()
    assert (run().state, len(incidents.groups([crm.id]))) == ("failed", 1)
    crm.update(wrong, amount=5)
    service.retry(run().id, crm.admin)
    crm.drain()
    assert (run().state, incidents.groups([crm.id])) == ("done", [])
    tasks = reading.page(crm.id, "task", Query(sort=("number",)), crm.admin).items
    assert [(task.data["title"], task.data.get("number")) for task in tasks] == [("零", 1), ("一", 2), ("go", None)]


def test_a_loop_sleeps_and_goes_on_with_its_item(crm: Workshop) -> None:
    loop = each({"type": "wait", "config": {"duration": "PT1H"}}, NOTE, form="customer", sort=["amount"])
    crm.publish(flow(START, loop))
    for name in ("甲", "乙"):
        crm.create(name=name)
    crm.create("task", title="go")
    crm.drain()
    for _ in range(2):
        assert run().state == "waiting"
        crm.pass_time(hours=2)
        crm.drain()
    assert run().state == "done"
    assert len(reading.page(crm.id, "task", Query(), crm.admin).items) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_t33_more_records_than_allowed_are_an_incident_and_nothing_is_done(crm: Workshop) -> None:
    crm.publish(flow(START, each(TAG, form="customer", limit=2)))
    for amount in range(3):
        crm.create(name=f"{amount}", amount=amount)
    crm.create("task", title="go")
    crm.drain()
    assert (run().state, grades(crm)) == ("failed", [None] * 3)
    assert str(incidents.groups([crm.id])[0].error) == "There are more than 2 items to go through."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_join_lets_the_first_of_two_branches_go_on_and_the_other_is_not_waited_for(crm: Workshop) -> None:
    document = flow(on_created(), {"id": "wait", "type": "wait", "config": {"duration": "P1D"}})
    document["nodes"] += [
        {"id": "quick", "type": "set", "config": {"values": {"a": "1"}}},
        {"id": "join", "type": "join", "config": {"mode": "any", "rest": "cancel"}},
        {"id": "end", "type": "set", "config": {"values": {"arrived": "steps.join.arrived"}}},
    ]
    ways = [("n0", "quick"), ("quick", "join"), ("wait", "join"), ("join", "end")]
    document["edges"] += [{"id": f"{a}{b}", "source": a, "port": "out", "target": b} for a, b in ways]
    crm.publish(document)
    crm.create(name="华兴")
    crm.drain()
    assert (run().state, run().data["outputs"]["end"]) == ("done", {"arrived": 1})
    states = db.session.scalars(select(FlowStep.state).where(FlowStep.node == "wait")).all()
    assert states == ["skipped"]
