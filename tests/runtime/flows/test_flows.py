"""Events become runs, runs have their effects; on both databases."""

import pytest
from sqlalchemy import insert, select

from runtime import events
from runtime.contracts import Conflict, Lost
from runtime.db import db, transaction, utc_now
from runtime.events import Dispatch
from runtime.flows import service
from runtime.flows.dispatching import service as dispatching
from runtime.flows.draining import service as draining
from runtime.flows.incidents import service as incidents
from runtime.flows.models import FlowRun
from runtime.flows.starting.service import relay
from runtime.flows.steps.service import OpenRun
from runtime.identity import service as identity
from runtime.notices.models import Notice
from runtime.records.query import Query
from runtime.records.reading import service as reading

from .conftest import GRADING, Workshop, flow, on_created


def only_run() -> FlowRun:
    return db.session.scalars(select(FlowRun).execution_options(populate_existing=True)).one()


def walked() -> list[tuple[str, str, str | None]]:
    return [(step.node, step.state, step.port) for step in service.steps(only_run().id)]


def test_a_record_sets_off_a_flow_and_its_effects_are_there(crm: Workshop) -> None:
    crm.publish(GRADING)
    saved = crm.create(name="华兴", amount=620000)
    crm.drain()
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["grade"] == "high"
    tasks = reading.page(crm.id, "task", Query(), crm.admin).items
    assert [(task.data["title"], task.data["customer"]) for task in tasks] == [("Visit 华兴", saved.id)]
    assert only_run().state == "done"
    assert walked() == [("rich", "done", "true"), ("tag", "done", "out"), ("task", "done", "out")]
    assert db.session.scalars(select(Dispatch.id)).all() == []


def test_the_same_event_starts_a_run_once(crm: Workshop) -> None:
    crm.publish(GRADING)
    saved = crm.create(name="华兴", amount=1)
    crm.drain()
    with transaction():
        db.session.execute(
            insert(Dispatch).values(events.dispatch_row(crm.admin.tenant_id, saved.event.id, "event", utc_now()))
        )
    crm.drain()
    assert only_run().event_id == saved.event.id


def test_a_condition_of_the_trigger_is_held_against_the_record_as_the_event_left_it(crm: Workshop) -> None:
    first = {"when": "record.amount == 1 and old.amount == null"}
    crm.publish(flow(on_created(**first), {"type": "set", "config": {"values": {"a": "record.amount"}}}))
    saved = crm.create(name="华兴", amount=1)
    crm.update(saved, amount=2)
    crm.create(name="仁和", amount=2)
    crm.drain()
    assert only_run().record_id == saved.id


def test_what_steps_give_can_be_read_by_later_ones_with_its_type(crm: Workshop) -> None:
    find = {"form": "customer", "where": [{"field": "name", "op": "eq", "value": "record.name"}]}
    crm.publish(
        flow(
            on_created(),
            {"id": "find", "type": "record.find", "config": find},
            {
                "id": "v",
                "type": "set",
                "config": {"values": {"days": "DAYS(steps.find.first.closes, DATE(2026, 9, 1))"}},
            },
        )
    )
    crm.create(name="华兴", closes="2026-09-11")
    crm.drain()
    assert only_run().data["outputs"]["v"] == {"days": 10}


def test_a_notice_reaches_people_and_shows_values_as_their_fields_do(crm: Workshop) -> None:
    owner = identity.add_member("李娜")
    title = "客户 {{ record.name }}：{{ record.amount }}，{{ record.contact }}，{{ record.special }}"
    told = {"to": [{"field": "contact"}], "title": title}
    crm.publish(flow(on_created(), {"type": "notify", "config": told}))
    saved = crm.create(name="{{ 7 * 7 }} <b>", amount=620000, contact=owner.id, special=True)
    crm.drain()
    notice = db.session.scalars(select(Notice)).one()
    assert notice.title == "客户 {{ 7 * 7 }} <b>：¥620,000.00，李娜，是"
    assert (notice.member_id, notice.link) == (owner.id, f"a/crm/f/customer/{saved.id}")


def test_nobody_found_is_an_incident_that_a_retry_closes(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "notify", "config": {"to": [{"field": "contact"}], "title": "x"}}))
    saved = crm.create(name="华兴")
    crm.drain()
    run = only_run()
    assert run.state == "failed"
    (group,) = incidents.groups([crm.id])
    assert (str(group.error), group.count) == ("Nobody was found who should be told.", 1)
    crm.update(saved, contact=identity.add_member("李娜").id)
    service.retry(run.id, crm.admin)
    crm.drain()
    assert only_run().state == "done"
    assert incidents.groups([crm.id]) == []
    assert [state for _, state, _ in walked()] == ["failed", "done"]


def test_a_failed_step_leaves_no_effect_and_can_be_skipped(crm: Workshop) -> None:
    crm.publish(
        flow(
            on_created(),
            {"type": "record.update", "config": {"record": "record.id", "set": {"unknown": "1"}}},
            {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'low'"}}},
        )
    )
    saved = crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "failed"
    assert reading.read(crm.id, "customer", saved.id, crm.admin).rev == 1
    service.skip(only_run().id, crm.admin)
    crm.drain()
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["grade"] == "low"
    assert [state for _, state, _ in walked()] == ["skipped", "done"]


def test_a_wait_sleeps_until_its_moment_and_the_run_goes_on(crm: Workshop) -> None:
    tag = {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'late'"}}}
    crm.publish(flow(on_created(), {"type": "wait", "config": {"duration": "PT1H"}}, tag))
    saved = crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "waiting"
    assert crm.drain() == 0
    crm.pass_time(hours=1)
    crm.drain()
    assert reading.read(crm.id, "customer", saved.id, crm.admin).data["grade"] == "late"
    assert [state for _, state, _ in walked()] == ["done", "done"]


def test_a_cancelled_run_does_nothing_more(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "wait", "config": {"duration": "PT1H"}}, {"type": "nothing", "config": {}}))
    crm.create(name="华兴")
    crm.drain()
    service.cancel(only_run().id, crm.admin)
    crm.pass_time(hours=2)
    assert crm.drain() == 0
    assert only_run().state == "cancelled"
    with pytest.raises(Conflict):
        service.retry(only_run().id, crm.admin)


def test_a_run_keeps_its_version_and_a_retry_can_take_the_newer(crm: Workshop) -> None:
    wrong = flow(on_created(), {"id": "s", "type": "set", "config": {"values": {"a": "record.amount / 0"}}})
    right = flow(on_created(), {"id": "s", "type": "set", "config": {"values": {"a": "record.amount / 2"}}})
    crm.publish(wrong)
    crm.create(name="华兴", amount=10)
    crm.drain()
    crm.publish(right)
    service.retry(only_run().id, crm.admin)
    crm.drain()
    assert (only_run().state, only_run().release) == ("failed", 1)
    service.retry(only_run().id, crm.admin, newer=True)
    crm.drain()
    assert (only_run().state, only_run().release, only_run().data["outputs"]["s"]) == ("done", 2, {"a": 5})


def test_runs_of_one_record_queue_behind_each_other(crm: Workshop) -> None:
    on = {"form": "customer", "on": ["created", "updated"]}
    queued = flow(
        {"type": "trigger.record", "config": on},
        {"type": "wait", "config": {"duration": "PT1H"}},
        concurrency={"key": "record.id", "mode": "queue"},
    )
    crm.publish(queued)
    saved = crm.create(name="华兴", amount=1)
    crm.create(name="仁和", amount=1)
    crm.drain()
    crm.update(saved, amount=2)
    crm.drain()
    assert sorted(run.state for run in service.runs(service.RunQuery([crm.id]))[0]) == ["queued", "waiting", "waiting"]
    crm.pass_time(hours=1)
    crm.drain()
    crm.drain()
    assert sorted(run.state for run in service.runs(service.RunQuery([crm.id]))[0]) == ["done", "done", "waiting"]


@pytest.mark.parametrize(("mode", "states"), [("skip", ["waiting"]), ("replace", ["cancelled", "waiting"])])
def test_a_second_run_of_a_key_is_skipped_or_takes_the_place(crm: Workshop, mode: str, states: list[str]) -> None:
    waiting = {"type": "wait", "config": {"duration": "PT1H"}}
    crm.publish(flow(on_created(), waiting, concurrency={"key": "record.name", "mode": mode}))
    crm.create(name="华兴")
    crm.create(name="华兴")
    crm.drain()
    crm.drain()
    assert sorted(run.state for run in service.runs(service.RunQuery([crm.id]))[0]) == states


def test_one_run_that_breaks_down_spoils_no_other(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.publish(GRADING)
    saved = [crm.create(name=f"客户 {number}", amount=600000) for number in range(3)]
    stand = OpenRun.stand

    def poisoned(open_run: OpenRun, state: str) -> None:
        if open_run.row.record_id == saved[1].id:
            raise ArithmeticError("poison")
        stand(open_run, state)

    monkeypatch.setattr(OpenRun, "stand", poisoned)
    crm.drain()
    assert sorted(run.state for run in service.runs(service.RunQuery([crm.id]))[0]) == ["done", "done", "ready"]
    assert [group.kind for group in incidents.groups([crm.id])] == ["crash"]
    monkeypatch.undo()
    crm.pass_time(hours=1)
    draining.drain(crm.flask.config)
    assert {run.state for run in service.runs(service.RunQuery([crm.id]))[0]} == {"done"}
    assert incidents.groups([crm.id]) == []


def test_a_text_that_postgresql_cannot_hold_fails_one_step_only(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "set", "config": {"values": {"a": "'\\x00'"}}}, key="nul"), GRADING)
    crm.create(name="华兴", amount=600000)
    crm.drain()
    runs = {run.flow: run.state for run in service.runs(service.RunQuery([crm.id]))[0]}
    assert runs["grading"] == "done"
    assert runs["nul"] in ("done", "failed")


def test_who_has_lost_the_lease_cannot_write(crm: Workshop) -> None:
    crm.publish(GRADING)
    crm.create(name="华兴", amount=600000)
    (slow,) = dispatching.take(10)
    crm.pass_time(hours=1)
    crm.drain()
    with pytest.raises(Lost):
        relay(slow)
    assert only_run().state == "done"


def test_events_of_a_record_are_heard_in_order_even_when_the_later_is_taken_first(crm: Workshop) -> None:
    on = {"form": "customer", "on": ["created", "updated"]}
    crm.publish(
        flow({"type": "trigger.record", "config": on}, {"id": "s", "type": "set", "config": {"values": {"a": "1"}}})
    )
    saved = crm.create(name="华兴", amount=1)
    (held,) = dispatching.take(1)
    assert held.id == saved.event.id
    crm.update(saved, amount=2)
    crm.drain()
    assert service.runs(service.RunQuery([crm.id]))[0] == []
    crm.pass_time(minutes=2)
    crm.drain()
    crm.pass_time(minutes=2)
    crm.drain()
    runs = service.runs(service.RunQuery([crm.id]))[0]
    assert [events.find(run.event_id).rev for run in sorted(runs, key=lambda run: run.created_at)] == [1, 2]


def test_a_flow_that_ends_itself_as_failed_is_an_incident_in_its_own_words(crm: Workshop) -> None:
    stop = {"type": "stop", "config": {"as": "failed", "text": "{{ record.name }} 没有库存"}}
    crm.publish(flow(on_created(), stop))
    crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "failed"
    (group,) = incidents.groups([crm.id])
    assert str(group.error) == "The flow ended itself: 华兴 没有库存"
    service.skip(only_run().id, crm.admin)
    assert (only_run().state, incidents.groups([crm.id])) == ("done", [])
