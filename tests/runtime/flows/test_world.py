"""What a step can look up, and with whose rights it acts."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from runtime import queue
from runtime.contracts import Actor, Change
from runtime.db import current_tenant, db, new_id, tenant
from runtime.flows.incidents import service as incidents
from runtime.identity import service as identity
from runtime.identity.departments import service as departments
from runtime.identity.doors import service as doors
from runtime.notices.models import Notice
from runtime.records import service as records
from tests.conftest import Home

from .conftest import Workshop, flow, on_created
from .test_flows import only_run

REP = {
    "format": "role/1",
    "key": "rep",
    "title": "销售",
    "policies": [
        {"form": "customer", "read": ["*"], "write": ["name", "contact"], "acts": ["create", "update"]},
        {"form": "task", "read": ["*"], "write": ["*"], "acts": ["create"]},
    ],
}
GRADE = {"type": "record.update", "config": {"record": "record.id", "set": {"grade": "'high'"}}}
DIRECTOR = {"format": "role/1", "key": "director", "title": "大区总监", "policies": []}


@pytest.fixture
def crm(app: Flask, home: Home, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """The app in a tenant that has people."""
    monkeypatch.setattr(queue.Alarm, "_hint", lambda alarm: 0)
    return Workshop(app, doors.actor_of(home.member_id)[0])


def outputs(node: str) -> Any:
    return only_run().data["outputs"][node]


def a_rep(crm: Workshop, department: str | None = None) -> str:
    member = identity.add_member("王小明", department_id=department)
    identity.give_role(crm.id, "rep", member.id)
    return member.id


def created_by(crm: Workshop, member_id: str, **answers: Any) -> str:
    actor = doors.actor_of(member_id)[0]
    return records.change(Change(crm.id, "customer", "create", answers), actor).id


def values(**sources: str) -> dict[str, Any]:
    return {"id": "v", "type": "set", "config": {"values": sources}}


def test_the_owner_of_a_record_can_be_looked_into(crm: Workshop) -> None:
    department = departments.add("华东")
    crm.publish(
        flow(on_created(), values(name="record.owner.name", department="record.owner.department", own="record.owner")),
        roles=[REP],
    )
    member = a_rep(crm, department.id)
    created_by(crm, member, name="华兴")
    crm.drain()
    assert outputs("v") == {"name": "王小明", "department": department.id, "own": member}


def test_a_linked_record_can_be_looked_into(crm: Workshop) -> None:
    on_task = {"type": "trigger.record", "config": {"form": "task", "on": ["created"]}}
    crm.publish(flow(on_task, values(name="linked.customer.name", late="linked.customer.closes < DATE(2027, 1, 1)")))
    customer = crm.create(name="华兴", closes="2026-09-11")
    crm.create("task", title="x", customer=customer.id)
    crm.drain()
    assert outputs("v") == {"name": "华兴", "late": True}


def test_the_director_of_the_owners_department_is_told_and_else_the_owner(crm: Workshop) -> None:
    region = departments.add("华东")
    team = departments.add("上海", region.id)
    to = [{"role": "director", "in": "record.owner.department", "else": [{"field": "owner"}]}]
    crm.publish(flow(on_created(), {"type": "notify", "config": {"to": to, "title": "x"}}), roles=[REP, DIRECTOR])
    rep = a_rep(crm, team.id)
    created_by(crm, rep, name="华兴")
    crm.drain()
    director = identity.add_member("李总", department_id=region.id)
    identity.give_role(crm.id, "director", director.id)
    created_by(crm, rep, name="仁和")
    crm.drain()
    told = db.session.scalars(select(Notice.member_id).order_by(Notice.created_at, Notice.id)).all()
    assert told == [rep, director.id]


def test_what_was_deleted_can_still_be_read(crm: Workshop) -> None:
    on = {"form": "customer", "on": ["deleted"], "when": "record.name != null"}
    crm.publish(flow({"type": "trigger.record", "config": on}, values(name="record.name", old="old.name")))
    crm.delete(crm.create(name="华兴"))
    crm.drain()
    assert outputs("v") == {"name": "华兴", "old": "华兴"}


@pytest.mark.parametrize(("run_as", "state"), [("system", "done"), ("actor", "failed"), ("owner", "failed")])
def test_a_flow_that_acts_for_a_person_may_no_more_than_that_person(crm: Workshop, run_as: str, state: str) -> None:
    crm.publish(flow(on_created(), GRADE, run_as=run_as), roles=[REP])
    created_by(crm, a_rep(crm), name="华兴")
    crm.drain()
    assert only_run().state == state


def test_t14_a_flow_does_not_act_for_somebody_who_was_shut_out(crm: Workshop) -> None:
    crm.publish(flow(on_created(), GRADE, run_as="actor"), roles=[REP])
    member = a_rep(crm)
    created_by(crm, member, name="华兴")
    identity.suspend_member(member)
    crm.drain()
    (group,) = incidents.groups([crm.id])
    assert str(group.error) == "The person this flow acts for is not there any more."


def test_t03_a_text_is_filled_once_and_never_read_again(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"id": "s", "type": "wait", "config": {"duration": "{{ record.name }}"}}))
    crm.create(name="{{ record.id }}")
    crm.drain()
    (group,) = incidents.groups([crm.id])
    assert str(group.error) == "“{{ record.id }}” is no duration."


def test_t28_the_apps_own_principal_sees_no_other_app(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "record.find", "config": {"form": "secret"}}))
    crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "failed"


@pytest.mark.parametrize("name", ["tenant_id", "owner_id", "created_by", "id", "rev", "form", "unheard_of"])
def test_t09_a_step_cannot_set_what_is_no_field_of_the_form(crm: Workshop, name: str) -> None:
    crm.publish(
        flow(on_created(), {"type": "record.update", "config": {"record": "record.id", "set": {name: "record.id"}}})
    )
    saved = crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "failed"
    assert crm.read(saved).rev == 1


@pytest.mark.parametrize("field", ['x"; DROP TABLE record', "data->>'a'", "tenant_id", "__class__"])
def test_t04_a_step_cannot_find_by_what_is_no_field(crm: Workshop, field: str) -> None:
    where = [{"field": field, "op": "eq", "value": "'x'"}]
    crm.publish(flow(on_created(), {"type": "record.find", "config": {"form": "customer", "where": where}}))
    crm.create(name="华兴")
    crm.drain()
    assert only_run().state == "failed"


def test_t10_a_step_cannot_reach_another_tenants_record(crm: Workshop) -> None:
    crm.publish(flow(on_created(), {"type": "record.delete", "config": {"form": "task", "record": "record.name"}}))
    with tenant(new_id()):
        foreign = Workshop(crm.flask, Actor(current_tenant(), member_id=new_id(), powers=frozenset({"owner"})))
        foreign.publish()
        theirs = foreign.create("task", title="ours")
    crm.create(name=theirs.id)
    crm.drain()
    assert only_run().state == "failed"
    with tenant(foreign.admin.tenant_id):
        assert foreign.read(theirs, "task").data["title"] == "ours"
