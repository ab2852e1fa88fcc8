"""A flow that is tried goes its true way and leaves no trace."""

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from runtime import actions
from runtime.contracts import Actor, BadRequest, Change, Done, NotFound, Refused, World
from runtime.db import new_id, tenant
from runtime.flows.trying import service
from runtime.flows.trying.service import attempt
from runtime.flows.trying.trial import Subject, Trial
from runtime.flows.trying.world.service import DryWorld
from runtime.identity import service as identity
from runtime.records import service as records
from runtime.releases import service as releases
from tests.runtime.flows.conftest import CUSTOMER, GRADING, TASK, Workshop, flow, on_created
from tests.walk import everything

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DOCUMENT: dict[str, Any] = {"format": "app/1", "key": "crm", "title": "CRM", "lang": "zh-CN", "forms": [CUSTOMER, TASK]}


def tried(crm: Workshop, part: Mapping[str, Any], subject: Subject, actor: Actor | None = None) -> Trial:
    return attempt(crm.id, DOCUMENT, part, subject, actor or crm.admin)


def would(trial: Trial) -> list[str]:
    return [str(one) for step in trial.steps for one in step.would]


@sqlite
def test_the_steps_say_what_they_would_do_and_nothing_is_written(crm: Workshop) -> None:
    crm.publish(GRADING)
    saved = crm.create(name="华兴", amount=600000)
    before = everything(crm.admin.tenant_id)
    trial = tried(crm, GRADING, Subject(record_id=saved.id))
    assert [(step.node, step.port) for step in trial.steps] == [("rich", "true"), ("tag", "out"), ("task", "out")]
    assert would(trial) == [
        "Would change in 客户: 等级 = high",
        "Would create in 任务: 标题 = Visit 华兴, 客户 = 华兴",
    ]
    assert everything(crm.admin.tenant_id) == before
    assert crm.read(saved).data.get("grade") is None


@sqlite
def test_later_steps_read_what_earlier_ones_would_have_changed(crm: Workshop) -> None:
    crm.publish()
    tag = {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'high'"}}}
    seen = {"id": "seen", "type": "set", "config": {"values": {"grade": "record.grade"}}}
    trial = tried(crm, flow(on_created(), tag, seen), Subject(answers={"name": "华兴"}))
    assert trial.steps[-1].output == {"grade": "high"}


@sqlite
def test_a_typed_record_is_read_as_its_form_reads_it(crm: Workshop) -> None:
    part = flow(on_created(), {"type": "condition", "config": {"when": "record.amount > 5"}})
    assert tried(crm, part, Subject(answers={"name": "华兴", "amount": 6})).steps[0].port == "true"
    with pytest.raises(Refused):
        tried(crm, part, Subject(answers={"amount": 6}))


@sqlite
def test_a_clock_is_tried_as_if_it_struck_now_and_takes_only_what_it_would_take(
    crm: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    crm.publish()
    where = [{"field": "amount", "op": "gte", "value": "10"}]
    clock = {"type": "trigger.schedule", "config": {"plan": {"cron": "0 9 * * *"}, "form": "customer", "where": where}}
    part = flow(clock, {"type": "set", "config": {"values": {"at": "steps.n0.at"}}})
    taken = tried(crm, part, Subject(answers={"name": "华兴", "amount": 10}))
    assert taken.starts
    assert str(taken.steps[0].output["at"])[:2] == "20"  # type: ignore[index]
    left = tried(crm, part, Subject(answers={"name": "华兴", "amount": 9}))
    assert not left.starts
    assert not left.steps
    assert "today" in str(left.why)
    assert tried(crm, part, Subject(record_id=crm.create(name="天成", amount=10).id)).starts
    assert "today" in str(tried(crm, part, Subject(record_id=crm.create(name="北方", amount=9).id)).why)
    broken = {**clock, "config": {**clock["config"], "where": "soon"}}  # type: ignore[dict-item]
    assert "check" in str(tried(crm, flow(broken), Subject(answers={"name": "华兴"})).why)
    [said] = [one for one in caplog.records if "cannot be tried" in one.getMessage()]
    assert said.exc_info, "who looks after it sees why"


@sqlite
def test_an_app_that_was_never_published_is_tried_all_the_same(crm: Workshop) -> None:
    find = {"type": "record.find", "config": {"form": "task"}}
    trial = tried(crm, flow(on_created(), find), Subject(answers={"name": "华兴"}))
    assert trial.steps[0].output == {"items": [], "count": 0, "first": None}


@sqlite
def test_a_record_that_the_trigger_does_not_take_starts_nothing_unless_asked(crm: Workshop) -> None:
    part = flow(on_created(when="record.amount > 5"), {"type": "set", "config": {"values": {"a": "1"}}})
    small = {"name": "华兴", "amount": 1}
    trial = tried(crm, part, Subject(answers=small))
    assert (trial.starts, trial.steps) == (False, [])
    assert trial.why is not None
    assert len(tried(crm, part, Subject(answers=small, anyway=True)).steps) == 1


@sqlite
def test_people_are_found_and_named_but_not_told(crm: Workshop) -> None:
    crm.publish()
    member = identity.add_member("李娜")
    told = {"type": "notify", "config": {"to": [{"user": member.id}], "title": "新 {{ record.name }}"}}
    before = everything(crm.admin.tenant_id)
    trial = tried(crm, flow(on_created(), told), Subject(answers={"name": "华兴"}))
    assert would(trial) == ["Would tell 李娜: 新 华兴"]
    nobody = {"type": "notify", "config": {"to": [{"user": new_id()}], "title": "x"}}
    assert tried(crm, flow(on_created(), nobody), Subject(answers={"name": "华兴"})).failed
    assert everything(crm.admin.tenant_id) == before


@sqlite
def test_a_wait_is_told_and_not_waited_for(crm: Workshop) -> None:
    nothing = {"type": "set", "config": {"values": {}}}
    part = flow(on_created(), {"type": "wait", "config": {"duration": "P1D"}}, nothing)
    trial = tried(crm, part, Subject(answers={"name": "华兴"}))
    assert would(trial)[0].startswith("Would wait until ")
    assert len(trial.steps) == 2


class Outside:
    """An action that leaves the house."""

    name, group, icon, effect = "outside", "outside", "world", "outer"
    label: Mapping[str, Any] = {"title": "外部"}
    config_schema: Mapping[str, Any] = {"type": "object", "properties": {}}
    called = 0

    def ports(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        return ("out", "error")

    def perform(self, config: Mapping[str, Any], world: World) -> Done:
        self.called += 1
        return Done()


@sqlite
def test_an_outer_action_of_any_kind_is_not_called(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside()
    monkeypatch.setitem(actions.registry, "outside", outside)  # type: ignore[arg-type]
    trial = tried(crm, flow(on_created(), {"type": "outside", "config": {}}), Subject(answers={"name": "华兴"}))
    assert (outside.called, len(would(trial)), trial.steps[0].port) == (0, 1, "out")


def test_every_door_of_the_world_is_decided() -> None:
    doors = {name for name, _ in inspect.getmembers(World) if not name.startswith("_")}
    assert doors <= set(vars(DryWorld))


@sqlite
def test_t02_t33_a_trial_ends_when_its_budget_is_spent(crm: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [{"type": "set", "config": {"values": {}}} for _ in range(3)]
    monkeypatch.setattr(service, "MOST_STEPS", 2)
    trial = tried(crm, flow(on_created(), *steps), Subject(answers={"name": "华兴"}))
    assert (len(trial.steps), trial.why) == (2, service.CUT_OFF)
    monkeypatch.setattr(service, "MOST_SECONDS", -1)
    assert tried(crm, flow(on_created(), *steps), Subject(answers={"name": "华兴"})).steps == []


@sqlite
def test_t07_a_record_of_another_tenant_is_not_there(crm: Workshop) -> None:
    crm.publish(GRADING)
    other = Actor(new_id(), member_id=new_id(), powers=frozenset({"owner"}))
    with tenant(other.tenant_id):
        app = releases.create_app("crm", "CRM", "zh-CN", other)
        releases.add_release(app, DOCUMENT, "", other)
        theirs = records.change(Change(app.id, "customer", "create", {"name": "别人"}), other)
    for id in (theirs.id, new_id(), "x"):
        with pytest.raises(NotFound):
            tried(crm, GRADING, Subject(record_id=id))


@sqlite
def test_a_flow_without_a_trigger_cannot_be_tried(crm: Workshop) -> None:
    with pytest.raises(BadRequest):
        tried(crm, {**GRADING, "nodes": [], "edges": []}, Subject())
